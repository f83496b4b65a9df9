import { expect, test } from "vitest";
import { both, isConcerned } from "./changes";

const changed = { bookings: ["b1"], rooms: false };

test("a changed booking concerns its own page and every list, not other bookings", () => {
  const keys = [["booking", "b1", "dates"], ["booking", "b2", undefined], ["bookings", "2026-11-24"], ["room-waits"], ["people"]];
  expect(keys.map((key) => isConcerned(key, changed))).toEqual([true, false, true, false, false]);
});

test("rooms held otherwise concern what a form shows of rooms, what is asked for, and the waiting list", () => {
  const keys = [["free-rooms", "a", "b"], ["plan", undefined, {}], ["room-requests"], ["room-waits"], ["rooms"], ["bookings"]];
  expect(keys.map((key) => isConcerned(key, { bookings: [], rooms: true }))).toEqual([true, true, true, true, false, false]);
});

test("after a while without news anything of it may have changed", () => {
  expect([["bookings"], ["booking", "b2"], ["plan"], ["people"]].map((key) => isConcerned(key, undefined))).toEqual([true, true, true, false]);
});

test("hints that come together are one", () => {
  expect(both(changed, { bookings: ["b1", "b2"], rooms: true })).toEqual({ bookings: ["b1", "b2"], rooms: true });
});
