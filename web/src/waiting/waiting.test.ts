import { expect, test } from "vitest";
import { isUnmoderated, minutesWaiting, waitingListOf, waitingStateOf, wordsOf } from "./waiting";

test("only known states count", () => {
  expect(waitingStateOf({ name: "state", data: { state: "admitted" } })).toBe("admitted");
  expect(waitingStateOf({ name: "state", data: { state: "promoted" } })).toBeUndefined();
  expect(waitingStateOf({ name: "other", data: { state: "admitted" } })).toBeUndefined();
  expect(waitingStateOf({ name: "state", data: null })).toBeUndefined();
});

test("that nobody is there who could decide has to be said", () => {
  const state = (data: object | null) => isUnmoderated({ name: "state", data });
  expect([state({ state: "waiting", is_moderated: false }), state({ state: "waiting", is_moderated: true }), state({ state: "waiting" }), state(null)]).toEqual([true, false, false, false]);
});

test("the moderators' list is taken as it comes", () => {
  expect(waitingListOf({ name: "waiting", data: { items: [] } })).toEqual([]);
  expect(waitingListOf({ name: "waiting", data: {} })).toBeUndefined();
  expect(waitingListOf({ name: "waiting", data: { items: [], rejected: [{ id: "1" }] } }, "rejected")).toEqual([{ id: "1" }]);
});

test("the words of a refusal are a text or nothing", () => {
  expect(wordsOf({ state: "rejected", words: "Bitte um elf." })).toBe("Bitte um elf.");
  for (const data of [{ state: "rejected" }, { words: "" }, { words: 11 }, null, "words"]) expect(wordsOf(data)).toBeUndefined();
});

test("waiting time is told in whole minutes and never negative", () => {
  const person = { id: "1", name: "R", trust: "guest" as const, requested_at: "2026-11-24T08:00:00Z" };
  expect(minutesWaiting(person, new Date("2026-11-24T08:02:59Z"))).toBe(2);
  expect(minutesWaiting(person, new Date("2026-11-24T07:59:00Z"))).toBe(0);
});
