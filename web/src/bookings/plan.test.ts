import { expect, test } from "vitest";
import { offline, problemFrom } from "../api/problem";
import { changed, emptyDraft } from "./draft";
import { isTold, questionOf, tally } from "./plan";

const draft = { ...emptyDraft(new Date("2026-11-24T08:18:00Z"), "Europe/Berlin", undefined), rooms: ["saal"] };

test("writing a title or a guest's name asks nothing anew", () => {
  const asked = JSON.stringify(questionOf({ ...draft, guests: [{ name: "A", email: "" }] }));
  expect(JSON.stringify(questionOf({ ...draft, title: "Haushalt", description: "x", guests: [{ name: "B", email: "b@example.org" }] }))).toBe(asked);
  expect(JSON.stringify(questionOf({ ...draft, to: "12:00" }))).not.toBe(asked);
});

test("dates are counted by what becomes of them, the free ones first", () => {
  const date = (outcome: "free" | "taken" | "needs_approval") => ({ date: null, start: "2026-12-01T10:00", outcome });
  expect(tally([date("taken"), date("free"), date("needs_approval"), date("free")])).toEqual([{ outcome: "free", count: 2 }, { outcome: "needs_approval", count: 1 }, { outcome: "taken", count: 1 }]);
});

test("what is only missing yet is not told", () => {
  expect([problemFrom(422, { code: "invalid" }), offline(), problemFrom(409, { code: "room_held" })].map(isTold)).toEqual([false, false, true]);
});

test("what was decided about single dates is asked anew with other rooms or another end", () => {
  const decided = { ...draft, exceptions: [{ date: "2026-12-01T10:00", skip: true }] };
  expect(changed(decided, { title: "Haushalt" }).exceptions).toHaveLength(1);
  expect(changed(decided, { rooms: ["neben"] }).exceptions).toEqual([]);
  expect(changed(decided, { to: "13:00" }).exceptions).toEqual([]);
});
