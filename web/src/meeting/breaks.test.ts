import { expect, test } from "vitest";
import { breakFrom } from "./breaks";

const metadata = JSON.stringify({ layout: "hall", break: { from: "2026-11-24T09:30:00Z", until: "2026-11-24T09:40:00Z" } });
const until = Date.parse("2026-11-24T09:40:00Z");
const minute = 60_000;

test("whoever comes later sees the end by the clock", () => {
  expect(breakFrom(metadata, until - 3 * minute, false)).toEqual({ until });
});

test("whoever hears it begin counts from now, even with a wrong clock", () => {
  const wrong = until + 60 * minute;
  expect(breakFrom(metadata, wrong, true)).toEqual({ until: wrong + 10 * minute });
});

test("a break that is over is none, and neither is anything else", () => {
  expect(breakFrom(metadata, until, false)).toBeUndefined();
  for (const text of [undefined, "", "{}", "hall", "null", '{"break":7}', '{"break":{"from":"x","until":"y"}}', '{"break":{"from":"2026-11-24T09:40:00Z","until":"2026-11-24T09:40:00Z"}}']) expect(breakFrom(text, 0, true)).toBeUndefined();
});
