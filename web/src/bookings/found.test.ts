import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import type { FoundTime } from "../api/contract";
import { emptyDraft } from "./draft";
import { choiceOf, questionOf, reasonsFor, withTime } from "./found";

const draft = { ...emptyDraft(new Date("2026-11-23T08:00:00Z"), "Europe/Berlin", undefined), date: "2026-11-20", people: [{ id: "p1", name: "Anna", role: "participant" as const }] };
const span = { start: new Date("2026-11-20T09:00:00Z"), end: new Date("2026-11-20T10:30:00Z") };
const found = { start: "2026-11-25T08:15:00Z", end: "2026-11-25T09:45:00Z", busy: [], reasons: [] } as FoundTime;

test("days that are over are not looked through, a fortnight from the day of the meeting is", () => {
  expect(questionOf(draft, span, "", false, "2026-11-23")).toMatchObject({ from: "2026-11-23", until: "2026-12-06", minutes: 90, people: ["p1"], site: undefined, needs_room: false });
  expect(questionOf({ ...draft, date: "2026-12-24" }, span, "Erfurt", true, "2026-11-23")).toMatchObject({ from: "2026-12-24", until: "2027-01-06", site: "Erfurt", needs_room: true });
});

test("a time is taken over in the zone of the meeting, its room only if one was looked for", () => {
  expect(withTime(draft, found)).toEqual({ date: "2026-11-25", from: "09:15", to: "10:45" });
  expect(withTime(draft, { ...found, room: { id: "r1" } as FoundTime["room"] })).toMatchObject({ from: "09:15", rooms: ["r1"] });
});

test("each reason has its words, and nobody is called free whose calendar nobody could see", () => {
  const t = ((key: string, extra?: object) => `${key}${extra ? JSON.stringify(extra) : ""}`) as unknown as TFunction;
  const reasons = [{ code: "everybody_free" }, { code: "people_busy", people: 2 }, { code: "weekend" }, { code: "holiday", holiday: "reformation" }] as FoundTime["reasons"];
  expect(reasonsFor({ ...found, reasons }, true, t)).toEqual([
    { words: "find.seenFree", good: true },
    { words: 'find.peopleBusy{"count":2}', good: false },
    { words: "find.weekend", good: false },
    { words: 'find.holiday{"day":"find.holidays.reformation"}', good: false },
  ]);
});

test("of several days each gets some places, of one day there are more", () => {
  const at = (start: string) => ({ ...found, start });
  const monday = ["07", "08", "09", "10"].map((hour) => at(`2026-11-30T${hour}:00:00Z`));
  const late = at("2026-11-30T23:30:00Z");
  expect(choiceOf([...monday, late], "Europe/Berlin")).toEqual([monday[0], monday[1], late]);
  expect(choiceOf([...monday, late], "UTC")).toEqual([...monday, late]);
});
