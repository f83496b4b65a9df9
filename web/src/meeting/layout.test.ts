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

test("a pinned tile takes four cells, and the others fit around it", () => {
  const shape = shapeFor(8, desk, 1);
  expect(shape.columns * shape.rows).toBeGreaterThanOrEqual(11);
  expect(shape).toEqual({ columns: 4, rows: 3 });
});

test.each([1, 2, 3, 4])("%i pinned tiles have room as squares of two by two", (pinned) => {
  for (const space of [desk, phone]) {
    for (const count of [pinned, pinned + 1, 9, 20]) {
      const { columns, rows } = shapeFor(Math.max(count, pinned), space, pinned);
      expect(Math.floor(columns / 2) * Math.floor(rows / 2)).toBeGreaterThanOrEqual(pinned);
      expect(columns * rows).toBeGreaterThanOrEqual(Math.max(count, pinned) + 3 * pinned);
    }
  }
});

test("a page holds as many tiles as still show a face, never more than 49", () => {
  expect(pageSize(desk)).toBe(20);
  expect(pageSize({ width: 3840, height: 2000 })).toBe(49);
  expect(pageSize(desk, 1)).toBe(16);
  expect(pageSize(phone)).toBe(8);
  expect(pageSize({ width: 0, height: 0 })).toBe(2);
  // At most four, where the machine keeps up with no more; a pinned one is one of them.
  expect(pageSize(desk, 0, 4)).toBe(4);
  expect(pageSize(desk, 1, 4)).toBe(3);
  expect(pageSize(desk, 6, 4)).toBe(1);
});

test("everybody is on exactly one page", () => {
  const people = Array.from({ length: 20 }, (_, index) => index);
  expect(pagesOf(people, 8).map((page) => page.length)).toEqual([8, 8, 4]);
  expect(pagesOf(people, 8).flat()).toEqual(people);
  expect(pagesOf([], 8)).toEqual([[]]);
});
