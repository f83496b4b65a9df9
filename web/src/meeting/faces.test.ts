import { expect, test } from "vitest";
import { facesFor } from "./faces";
import type { PersonView } from "./people";

const person = (identity: string) => ({ identity }) as PersonView;
const people = ["a", "b", "c", "d", "e", "f"].map(person);
const names = (shown: PersonView[]) => shown.map(({ identity }) => identity).join("");
const wide = { narrow: false, lean: false };

test("four faces stand beside a screen, two where there is little room, and the others are counted", () => {
  const shown = (room: typeof wide) => {
    const { others, hidden } = facesFor(people, [], room);
    return [names(others), hidden];
  };
  expect(shown(wide)).toEqual(["abcd", 2]);
  expect(shown({ ...wide, narrow: true })).toEqual(["ab", 4]);
  expect(shown({ ...wide, lean: true })).toEqual(["ab", 4]);
  expect(facesFor(people.slice(0, 3), [], wide)).toMatchObject({ hidden: 0 });
});

test.each([wide, { narrow: true, lean: false }, { narrow: false, lean: true }, { narrow: true, lean: true }])("whoever is pinned is shown, however many and wherever: %j", (room) => {
  for (const pins of [["f"], ["f", "a"], ["f", "a", "d"], ["f", "a", "d", "b"]]) {
    const { pinned, others, hidden } = facesFor(people, pins, room);
    expect(names(pinned)).toBe(pins.join(""));
    expect(pinned.length + others.length + hidden).toBe(people.length);
    expect(others.length).toBeLessThanOrEqual(2);
  }
});

test("an old device shows no more faces than before because somebody is pinned", () => {
  const beside = (...pins: string[]) => names(facesFor(people, pins, { narrow: false, lean: true }).others);
  expect([beside("f"), beside("f", "e"), beside("f", "e", "d")]).toEqual(["a", "", ""]);
});

test("whoever is pinned and went away leaves no gap", () => {
  expect(facesFor(people, ["gone"], wide)).toMatchObject({ pinned: [], hidden: 2 });
});
