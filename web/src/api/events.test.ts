import { expect, test } from "vitest";
import { EventLines, type ServerEvent } from "./events";

function eventsOf(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const lines = new EventLines((event) => events.push(event));
  for (const piece of pieces) lines.push(piece);
  return events;
}

test("an event may arrive in pieces", () => {
  expect(eventsOf("event: sta", 'te\ndata: {"state":', '"waiting"}\n', "\n")).toEqual([{ name: "state", data: { state: "waiting" } }]);
});

test("comments keep the line open and mean nothing", () => {
  expect(eventsOf(": still here\n\n", "data: 1\n\n")).toEqual([{ name: "message", data: 1 }]);
});

test("an unreadable event does not stop the next one", () => {
  expect(eventsOf("data: {oops\n\nevent: meeting\ndata: 2\n\n")).toEqual([{ name: "meeting", data: 2 }]);
});

test("windows line ends and several data lines are one event", () => {
  expect(eventsOf("data: [1,\r\ndata: 2]\r\n\r\n")).toEqual([{ name: "message", data: [1, 2] }]);
});
