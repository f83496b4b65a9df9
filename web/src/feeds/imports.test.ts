import { expect, test } from "vitest";
import { isBookable, wordsFor } from "./imports";

const entry = { entry: 0, title: "Runde", is_series: false, people: 0 };

test("only what is neither refused nor taken can be chosen", () => {
  expect(isBookable({ ...entry, checked: { dates: 1, plan: [], asks: [], conflicts: [] } })).toBe(true);
  const conflict = { date: null, start: "", end: "", taken: [], reasons: [], free_rooms: [], free_times: [] };
  expect(isBookable({ ...entry, checked: { dates: 1, plan: [], asks: [], conflicts: [conflict] } })).toBe(false);
  expect(isBookable({ ...entry, refused: { code: "is_there", detail: "" } })).toBe(false);
});

test("the reason is said by its property, else by its code", () => {
  expect(wordsFor({ code: "is_there", field: "UID", detail: "" })).toEqual(["import.refused.is_there"]);
  expect(wordsFor({ code: "not_understood", field: "DTSTART", detail: "" })).toEqual(["import.refused.DTSTART"]);
  expect(wordsFor({ code: "invalid", field: "recurrence.rule", detail: "" })).toEqual(["import.refused.rule"]);
  expect(wordsFor({ code: "not_understood", field: "METHOD", detail: "" })).toEqual(["import.refused.not_understood"]);
  expect(wordsFor({ code: "in_the_past", field: undefined, detail: "" })).toEqual(["problem.in_the_past", "problem.unexpected"]);
});
