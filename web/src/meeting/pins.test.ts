import { expect, test } from "vitest";
import type { PersonView } from "./people";
import { byPins, inLarge, mostPins, nextSpeaker, withPin } from "./pins";

const person = (identity: string, me = false) => ({ identity, me }) as PersonView;
const names = (people: PersonView[]) => people.map(({ identity }) => identity);
const people = [person("a"), person("b"), person("c"), person("me", true)];

test("pinning twice unpins", () => {
  expect(withPin(withPin([], "a"), "a")).toEqual([]);
  expect(withPin(["a"], "b")).toEqual(["a", "b"]);
});

test("a pinned tile is never pushed out by another pin", () => {
  const full = ["a", "b", "c", "d"];
  expect(full).toHaveLength(mostPins);
  expect(withPin(full, "e")).toEqual(full);
});

test("pinned people come first, the others keep their order, and who left is not shown", () => {
  const { pinned, others } = byPins(people, ["c", "gone", "a"]);
  expect(names(pinned)).toEqual(["c", "a"]);
  expect(names(others)).toEqual(["b", "me"]);
});

test("in large is who speaks, never oneself while somebody else is there", () => {
  expect(inLarge(people, "b")?.identity).toBe("b");
  expect(inLarge(people, "me")?.identity).toBe("a");
  expect(inLarge(people, undefined)?.identity).toBe("a");
  expect(inLarge([person("me", true)], undefined)?.identity).toBe("me");
});

test("two who talk at once do not flicker, and silence changes nothing", () => {
  expect(nextSpeaker("b", ["a", "b"])).toBe("b");
  expect(nextSpeaker("b", ["a"])).toBe("a");
  expect(nextSpeaker("b", [])).toBe("b");
});
