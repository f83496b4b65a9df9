import { expect, test } from "vitest";
import type { ForecastItem, Pool } from "../api/contract";
import { cellOf, csvOf, limitOf, missOf, peakOf, shadeOf, unitOf, worriesOf } from "./figures";

const figures = (mbps: number) => ({ mbps, people: mbps / 2 });
const item = (start: string, percent: number | null, measured: number | null = null): ForecastItem => ({ start, lower: figures(1), expected: figures(percent ?? 0), upper: figures(9), percent, measured: measured === null ? null : figures(measured), measured_percent: measured });
const pool = (name: string, limits: Partial<Pool> = { limit_mbps: 300 }): Pool => ({ id: name, kind: "uplink", name, limit_mbps: null, limit_people: null, on_overrun: "warn", version: 1, ...limits });

test("what was measured counts before what was expected, and what is to come is a forecast", () => {
  const day = item("2026-11-24T00:00:00Z", 58, 61);
  expect(cellOf(day, "past")).toEqual({ percent: 61, expected: 58, isForecast: false, isTooHigh: false });
  expect(cellOf(day, "coming")).toEqual({ percent: 58, expected: undefined, isForecast: true, isTooHigh: false });
  expect(cellOf(item("x", 94), "past")).toEqual({ percent: 94, expected: undefined, isForecast: true, isTooHigh: true });
  expect(cellOf(item("x", 95, 30), "today")).toMatchObject({ percent: 30, isTooHigh: true });
  expect(cellOf(item("x", null), "coming")).toBeUndefined();
});

test("shades go by the twenty percent and stop at the darkest", () => {
  expect([0, 19, 20, 59, 80, 100, 400].map(shadeOf)).toEqual([0, 0, 1, 2, 4, 4, 4]);
});

test("a pool is told in what it is limited by", () => {
  expect([unitOf(pool("a")), limitOf(pool("a"))]).toEqual(["mbps", 300]);
  const phones = pool("b", { limit_people: 120 });
  expect([unitOf(phones), limitOf(phones)]).toEqual(["people", 120]);
  expect([unitOf(pool("c", {})), limitOf(pool("c", {}))]).toEqual(["mbps", undefined]);
});

test("the busiest time and the days to worry about are found", () => {
  const items = [item("2026-11-23T00:00:00Z", 95), item("2026-11-25T00:00:00Z", 94), item("2026-11-26T00:00:00Z", 40)];
  expect(peakOf(items, "mbps")).toBe(items[0]);
  expect(peakOf([item("x", 0)], "mbps")).toBeUndefined();
  expect(worriesOf([{ pool: pool("Suhl"), items }], "2026-11-24T00:00:00Z").map(({ percent }) => percent)).toEqual([94]);
});

test("how well the forecast did is said once there is something to say", () => {
  expect(missOf([{ pool: pool("Suhl"), items: [item("x", 50)] }])).toBeUndefined();
  expect(missOf([{ pool: pool("Suhl"), items: [item("x", 50, 47), item("x", 60, 65)] }])).toBe(4);
});

test("names with quotes stay one column", () => {
  expect(csvOf([{ pool: pool('Suhl "alt"'), items: [item("x", 50)] }], () => "2026-11-24").split("\r\n")[1]).toBe('"Suhl ""alt""";2026-11-24;50;;50;1;9;25');
});
