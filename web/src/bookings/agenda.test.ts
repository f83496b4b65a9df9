import { expect, test } from "vitest";
import type { BookingSummary } from "../api/contract";
import { arrange, nowIndex, shiftDay, standing } from "./agenda";

const zone = "Europe/Berlin";
const booking = (title: string, start: string, end: string, state: "active" | "cancelled" = "active") =>
  ({ id: title, title, start, end, state, joinable_from: start }) as BookingSummary;

const early = booking("Postrunde", "2026-11-24T07:30:00Z", "2026-11-24T07:45:00Z");
const soon = booking("Haushalt", "2026-11-24T08:30:00Z", "2026-11-24T09:30:00Z");
const late = booking("Kabinett", "2026-11-24T23:30:00Z", "2026-11-25T00:30:00Z");
const now = new Date("2026-11-24T08:18:00Z");

test("the next meeting is the first that has not ended", () => {
  expect(arrange([early, soon, late], "2026-11-24", now, zone).next?.title).toBe("Haushalt");
});

test("a cancelled meeting is never the next one but stays on its day", () => {
  const agenda = arrange([early, { ...soon, state: "cancelled" }, late], "2026-11-24", now, zone);
  expect(agenda.next?.title).toBe("Kabinett");
  expect(agenda.day.map((item) => item.title)).toEqual(["Postrunde", "Haushalt"]);
});

test("days are cut at midnight of the reader's zone", () => {
  expect(arrange([early, soon, late], "2026-11-24", now, zone).coming).toEqual([{ key: "2026-11-25", items: [late] }]);
});

test("a meeting is soon, running, or over", () => {
  expect(standing(soon, now)).toEqual({ kind: "soon", minutes: 12 });
  expect(standing(soon, new Date("2026-11-24T08:31:00Z")).kind).toBe("running");
  expect(standing(early, now).kind).toBe("over");
  expect(standing(late, now).kind).toBe("later");
});

test("the line for now stands before the first meeting to come", () => {
  expect(nowIndex([early, soon], now)).toBe(1);
  expect(nowIndex([early], now)).toBe(1);
});

test("the day after the last of the month is the first of the next", () => {
  expect(shiftDay("2026-11-30", 1)).toBe("2026-12-01");
  expect(shiftDay("2026-03-01", -1)).toBe("2026-02-28");
});
