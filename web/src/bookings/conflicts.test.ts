import { expect, test } from "vitest";
import { type Conflict, choicesOf, exceptionOf, merged } from "./conflicts";

const conflict: Conflict = {
  date: "2026-12-01T10:00",
  start: "2026-12-01T10:00",
  end: "2026-12-01T11:00",
  taken: [{ room: { id: "saal", name: "Saal" }, start: "2026-12-01T09:30:00Z", end: "2026-12-01T11:00:00Z" }],
  reasons: [],
  free_rooms: [{ id: "neben", name: "Nebensaal", site: null, capacity: 20 }],
  free_times: [{ start: "2026-12-01T09:30", end: "2026-12-01T10:30" }],
};

test("another room comes first, then another time, then waiting, then leaving the date out", () => {
  expect(choicesOf(conflict)).toEqual(["room:neben", "time:0", "wait", "skip"]);
});

test("a single meeting is not left out, and waits in the list of rooms", () => {
  expect(choicesOf({ ...conflict, date: null })).toEqual(["room:neben", "time:0"]);
});

test("one waits for what others have, not for what the rules forbid", () => {
  expect(exceptionOf(conflict, "wait", ["video", "saal"])).toEqual({ date: "2026-12-01T10:00", rooms: ["video"], wait_for: ["saal"] });
  const closed: Conflict = { ...conflict, reasons: [{ room: { id: "saal", name: "Saal" }, rule: "holiday", day: "2026-12-25" }] };
  expect(choicesOf(closed)).toEqual(["room:neben", "time:0", "skip"]);
});

test("only the taken room is replaced", () => {
  expect(exceptionOf(conflict, "room:neben", ["video", "saal"])).toEqual({ date: "2026-12-01T10:00", rooms: ["video", "neben"] });
});

test("a room that may not be had on that day is replaced as well", () => {
  const closed: Conflict = { ...conflict, taken: [], reasons: [{ room: { id: "saal", name: "Saal" }, rule: "holiday", day: "2026-12-25" }] };
  expect(exceptionOf(closed, "room:neben", ["video", "saal"]).rooms).toEqual(["video", "neben"]);
});

test("another time and leaving out are said as the server wants them", () => {
  expect(exceptionOf(conflict, "time:0", ["saal"])).toEqual({ date: "2026-12-01T10:00", start: "2026-12-01T09:30", end: "2026-12-01T10:30" });
  expect(exceptionOf(conflict, "skip", ["saal"])).toEqual({ date: "2026-12-01T10:00", skip: true });
});

test("the last answer for a date counts", () => {
  const first = { date: "2026-12-01T10:00", skip: true };
  const second = { date: "2026-12-01T10:00", rooms: ["neben"] };
  expect(merged([first, { date: "2026-12-08T10:00", skip: true }], [second])).toEqual([{ date: "2026-12-08T10:00", skip: true }, second]);
});
