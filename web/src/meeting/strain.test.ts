import { expect, test } from "vitest";
import { type Pictures, Strain, lostOf } from "./strain";

/** Looks one after the other, each with so many pictures more, of which this part was lost. */
function looks(shares: (number | undefined)[], each = 150): boolean[] {
  const strain = new Strain();
  const sum = { received: 0, decoded: 0, dropped: 0 };
  strain.look({ a: { ...sum } });
  return shares.map((share) => {
    if (share === undefined) return strain.look(undefined);
    sum.received += each;
    sum.decoded += each * (1 - share);
    sum.dropped += each * share;
    return strain.look({ a: { ...sum } });
  });
}

test("three torn looks in a row are a machine that does not keep up", () => {
  expect(looks([0.3, 0.3, 0.3])).toEqual([false, false, true]);
  expect(looks([0.3, 0.3, 0, 0.3, 0.3])).toEqual([false, false, false, false, false]);
});

test("what lies between torn and fine neither speaks for it nor against it", () => {
  expect(looks([0.3, 0.1, 0.3, 0.15, 0.3])).toEqual([false, false, false, false, true]);
  expect(looks(Array<number>(20).fill(0.15)).some(Boolean)).toBe(false);
});

test("nothing is concluded from few pictures, or while nobody looks", () => {
  expect(looks([0.9, 0.9, 0.9, 0.9], 5).some(Boolean)).toBe(false);
  // What happened while the page was hidden is not compared with.
  expect(looks([0.3, 0.3, undefined, 0.9, 0.3])).toEqual([false, false, false, false, true]);
});

test("tracks that come, go or begin anew are no lost pictures", () => {
  const [a, b]: Pictures[] = [{ a: { received: 1_000, decoded: 1_000, dropped: 0 } }, { a: { received: 30, decoded: 30, dropped: 0 }, b: { received: 900, decoded: 100, dropped: 800 } }];
  expect(lostOf(a!, b!)).toBeUndefined();
  expect(lostOf(b!, { a: { received: 130, decoded: 130, dropped: 0 } })).toBe(0);
});

test("pictures that were not decoded are lost, whether the browser counts them as dropped or not", () => {
  const before = { a: { received: 0, decoded: 0, dropped: 0 } };
  expect(lostOf(before, { a: { received: 100, decoded: 60, dropped: 0 } })).toBe(0.4);
  expect(lostOf(before, { a: { received: 100, decoded: 100, dropped: 25 } })).toBe(0.25);
  expect(lostOf(before, { a: { received: 100, decoded: 70, dropped: 30 } })).toBe(0.3);
});
