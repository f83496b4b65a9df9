import { expect, test } from "vitest";
import { pageSize, pagesOf, shapeFor } from "./layout";

const desk = { width: 1232, height: 634 };
const phone = { width: 336, height: 560 };

test.each([[1, 1, 1], [2, 2, 1], [4, 2, 2], [9, 3, 3], [12, 4, 3], [16, 4, 4]])("%i people on a desk stand in %i columns and %i rows", (count, columns, rows) => {
  expect(shapeFor(count, desk)).toEqual({ columns, rows });
});

test("on a phone two people stand above each other", () => {
  expect(shapeFor(2, phone)).toEqual({ columns: 1, rows: 2 });
});

test("nobody still makes a grid", () => {
  expect(shapeFor(0, desk)).toEqual({ columns: 1, rows: 1 });
});

test("a page never holds more than 16 tiles on a desk, and fewer on a phone", () => {
  expect(pageSize(desk)).toBe(16);
  expect(pageSize(phone)).toBe(8);
  expect(pageSize({ width: 0, height: 0 })).toBe(2);
});

test("everybody is on exactly one page", () => {
  const people = Array.from({ length: 20 }, (_, index) => index);
  expect(pagesOf(people, 8).map((page) => page.length)).toEqual([8, 8, 4]);
  expect(pagesOf(people, 8).flat()).toEqual(people);
  expect(pagesOf([], 8)).toEqual([[]]);
});
