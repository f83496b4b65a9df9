import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Reaction, Reactions, packed, reactionFrom, shownMs } from "./reactions";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("only known reactions are understood", () => {
  expect(reactionFrom(packed("agree"))).toBe("agree");
  for (const word of ["", "toString", "dance", "agree".repeat(10_000)]) expect(reactionFrom(new TextEncoder().encode(word))).toBeUndefined();
});

test("a reaction goes away by itself, and the next one replaces it", () => {
  let now: Record<string, Reaction> = {};
  const reactions = new Reactions((shown) => (now = shown));
  expect(reactions.show("anna", "agree")).toBe(true);
  vi.advanceTimersByTime(shownMs - 1);
  expect(reactions.show("anna", "thanks")).toBe(true);
  expect(reactions.show("ben", "agree")).toBe(true);
  expect(now).toEqual({ anna: "thanks", ben: "agree" });
  vi.advanceTimersByTime(shownMs);
  expect(now).toEqual({});
});

test("the same once more stays longer and is no news", () => {
  let now: Record<string, Reaction> = {};
  const reactions = new Reactions((shown) => (now = shown));
  reactions.show("anna", "agree");
  vi.advanceTimersByTime(shownMs - 1);
  expect(reactions.show("anna", "agree")).toBe(false);
  vi.advanceTimersByTime(shownMs - 1);
  expect(now).toEqual({ anna: "agree" });
  reactions.close();
  vi.advanceTimersByTime(shownMs);
  expect(now).toEqual({ anna: "agree" });
});
