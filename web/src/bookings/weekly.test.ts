import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import type { WeeklyTime } from "../api/contract";
import { changed, emptyDraft } from "./draft";
import { once } from "./repeat";
import { isWeekly, weeklyChoiceOf, weeklyQuestionOf, weeklyReasonsFor, weeksOf, withWeekly } from "./weekly";

const weekly = { ...once, kind: "weekly" as const, count: 104 };
const draft = { ...emptyDraft(new Date("2026-11-23T08:00:00Z"), "Europe/Berlin", undefined), date: "2026-11-20", repeat: weekly, people: [{ id: "p1", name: "Anna", role: "participant" as const }] };
const span = { start: new Date("2026-11-20T09:00:00Z"), end: new Date("2026-11-20T09:50:00Z") };
const found = {
  start: "2026-11-24T10:00", end: "2026-11-24T11:00", room: { id: "r1" }, dates: 3, holidays: ["2026-12-08"],
  conflicts: [{ date: "2026-12-15", free_rooms: [{ id: "r2" }, { id: "r3" }] }, { date: "2026-12-01", free_rooms: [] }],
  reasons: [{ code: "dates_taken", dates: 2 }, { code: "holidays", dates: 1 }, { code: "lunch" }],
} as unknown as WeeklyTime;

test("it is asked in full quarters, from today on, with a seat for who invites", () => {
  expect(weeklyQuestionOf(draft, span, "2026-11-23")).toEqual({ from: "2026-11-23", weeks: 104, zone: "Europe/Berlin", minutes: 60, people: 2, limit: 20 });
});

test("only what takes place every week and has an end has a best time of the week", () => {
  expect(isWeekly(draft)).toBe(true);
  for (const repeat of [once, { ...weekly, every: 2 }, { ...weekly, ending: "never" as const }]) expect(isWeekly({ ...draft, repeat })).toBe(false);
});

test("a series until a day has as many weeks as there are, the first one included", () => {
  expect(weeksOf({ ...draft, repeat: { ...weekly, ending: "until", until: "2026-12-04" } })).toBe(3);
  expect(weeksOf({ ...draft, repeat: { ...weekly, ending: "until", until: "" } })).toBe(1);
  expect(weeksOf({ ...draft, repeat: { ...weekly, count: 400 } })).toBe(156);
});

test("what is taken over skips holidays and goes to other rooms where its own is taken", () => {
  expect(withWeekly(draft, found)).toEqual({
    date: "2026-11-24", from: "10:00", to: "11:00", rooms: ["r1"],
    repeat: { ...weekly, ending: "count", count: 4 },
    exceptions: [{ date: "2026-12-01T10:00", skip: true }, { date: "2026-12-08T10:00", skip: true }, { date: "2026-12-15T10:00", rooms: ["r2"] }],
  });
});

test("exceptions end when the dates they name do", () => {
  const taken = changed(draft, withWeekly(draft, found));
  expect(taken.exceptions).toHaveLength(3);
  expect(changed(taken, { title: "Neu" }).exceptions).toHaveLength(3);
  for (const part of [{ from: "11:00" }, { date: "2026-11-25" }, { zone: "UTC" }]) expect(changed(taken, part).exceptions).toEqual([]);
});

test("reasons have words, and what is taken is not said twice", () => {
  const t = ((key: string) => key) as unknown as TFunction;
  expect(weeklyReasonsFor(found, t)).toEqual([{ words: "weekly.holidays", good: true }, { words: "find.lunch", good: false }]);
});

test("of several days of the week each gets some places, of one day there are more", () => {
  const at = (start: string) => ({ ...found, start });
  const monday = ["08", "09", "10", "11"].map((hour) => at(`2026-11-30T${hour}:00`));
  const friday = at("2026-12-04T08:00");
  expect(weeklyChoiceOf([...monday, friday])).toEqual([monday[0], monday[1], friday]);
  expect(weeklyChoiceOf(monday)).toEqual(monday);
});
