import { expect, test } from "vitest";
import type { Booking } from "../api/contract";
import { type Draft, bodyOf, emptyDraft, endDate, faultsOf, spanOf, templateDraftOf, withStart } from "./draft";

const now = new Date("2026-11-24T08:18:00Z");
const draft: Draft = { ...emptyDraft(now, "Europe/Berlin", undefined), title: "Haushalt" };

test("a new booking starts at the next half hour and lasts one hour", () => {
  expect([draft.date, draft.from, draft.to]).toEqual(["2026-11-24", "09:30", "10:30"]);
});

test("a late evening start does not lose the day", () => {
  const late = emptyDraft(new Date("2026-11-24T22:50:00Z"), "Europe/Berlin", undefined);
  expect([late.date, late.from, late.to, endDate(late)]).toEqual(["2026-11-25", "00:00", "01:00", "2026-11-25"]);
});

test("an end before the start means the next day", () => {
  const night = { ...draft, from: "23:00", to: "01:00" };
  expect(bodyOf(night)).toMatchObject({ start: "2026-11-24T23:00", end: "2026-11-25T01:00" });
  expect(spanOf(night)?.end.toISOString()).toBe("2026-11-25T00:00:00.000Z");
});

test("moving the start keeps the length", () => {
  expect(withStart(draft, "14:00").to).toBe("15:00");
  expect(withStart({ ...draft, from: "09:30", to: "10:30" }, "23:30").to).toBe("00:30");
});

test("a complete draft has no fault", () => {
  expect(faultsOf(draft, now, false)).toEqual([]);
});

test("missing title, no length and the past are faults of their fields", () => {
  expect(faultsOf({ ...draft, title: " " }, now, false).map((fault) => fault.field)).toEqual(["title"]);
  expect(faultsOf({ ...draft, to: draft.from }, now, false)).toEqual([{ field: "to", words: "fault.noLength" }]);
  expect(faultsOf({ ...draft, date: "2026-11-23" }, now, false)).toEqual([{ field: "date", words: "fault.past" }]);
  expect(faultsOf({ ...draft, date: "2026-11-23" }, now, true)).toEqual([]);
});

test("a series on working days cannot begin at a weekend", () => {
  const workdays = (date: string) => faultsOf({ ...draft, date, repeat: { ...draft.repeat, kind: "workdays" } }, now, false);
  expect(workdays("2026-11-28")).toEqual([{ field: "repeat", words: "fault.weekend" }]);
  expect(workdays("2026-11-29")).toEqual([{ field: "repeat", words: "fault.weekend" }]);
  expect([...workdays("2026-11-27"), ...workdays("2026-11-30")]).toEqual([]);
});

test("empty mail addresses are left out of the request", () => {
  expect(bodyOf({ ...draft, guests: [{ name: "M. Oertel", email: "" }] }).guests).toEqual([{ id: undefined, name: "M. Oertel", email: undefined }]);
});

test("a booking like another one keeps people, rooms and hours, and comes on the same day of a coming week", () => {
  const booking = {
    title: "Haushalt", description: "", start_local: "2026-10-20T09:30", end_local: "2026-10-20T11:00", zone: "Europe/Berlin",
    organiser: { id: "a", name: "Anna" }, rooms: [{ id: "r" }], guests_wait: false, is_private: true, remind_minutes: 60, profile: "audio_first",
    people: [{ id: "i", person: { id: "b", name: "Ben" }, role: "moderator" }], guests: [{ id: "g", name: "Gast", email: "gast@example.org" }],
  } as unknown as Booking;
  const copy = templateDraftOf(booking, now);
  // The 24th of November at 9:18 in Berlin: that Tuesday's 9:30 is still to come.
  expect([copy.date, copy.from, copy.to]).toEqual(["2026-11-24", "09:30", "11:00"]);
  expect(templateDraftOf(booking, new Date("2026-11-24T08:30:00Z")).date).toBe("2026-12-01");
  expect(templateDraftOf({ ...booking, start_local: "2026-12-22T09:30", end_local: "2026-12-22T11:00" }, now).date).toBe("2026-12-29");
  expect(bodyOf(copy)).toMatchObject({
    title: "Haushalt", organiser: "a", rooms: ["r"], guests_wait: false, is_private: true, remind_minutes: 60, profile: "audio_first", recurrence: undefined,
    people: [{ person: "b", role: "moderator" }], guests: [{ id: undefined, name: "Gast", email: "gast@example.org" }],
  });
});
