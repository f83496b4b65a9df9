import { expect, test } from "vitest";
import { clock, dayKey, countdown, elapsed, instantOf, localOf, longDay } from "./dates";

test("a wall time in Berlin is one hour before UTC in winter and two in summer", () => {
  expect(instantOf("2026-11-24T09:30", "Europe/Berlin").toISOString()).toBe("2026-11-24T08:30:00.000Z");
  expect(instantOf("2026-07-24T09:30", "Europe/Berlin").toISOString()).toBe("2026-07-24T07:30:00.000Z");
});

test("a time just after the clock change is right too", () => {
  expect(instantOf("2026-03-29T03:15", "Europe/Berlin").toISOString()).toBe("2026-03-29T01:15:00.000Z");
  expect(instantOf("2026-10-25T03:15", "Europe/Berlin").toISOString()).toBe("2026-10-25T02:15:00.000Z");
});

test("an instant and its wall time lead back to each other", () => {
  expect(localOf("2026-11-24T08:30:00Z", "Europe/Berlin")).toBe("2026-11-24T09:30");
  expect(localOf(instantOf("2026-11-24T09:30", "America/New_York"), "America/New_York")).toBe("2026-11-24T09:30");
});

test("the day of an instant depends on the zone", () => {
  expect(dayKey("2026-11-24T23:30:00Z", "Europe/Berlin")).toBe("2026-11-25");
  expect(dayKey("2026-11-24T23:30:00Z", "UTC")).toBe("2026-11-24");
});

test("dates are written as in the reader's language", () => {
  expect(longDay("2026-11-24T08:30:00Z", "de", "Europe/Berlin")).toBe("Dienstag, 24. November 2026");
  expect(clock("2026-11-24T08:30:00Z", "de", "Europe/Berlin")).toBe("09:30");
  expect(longDay("2026-11-24T08:30:00Z", "en", "Europe/Berlin")).toContain("24 November 2026");
});

test("the running time counts hours, minutes and seconds", () => {
  expect(elapsed(1458)).toBe("00:24:18");
  expect(elapsed(-3)).toBe("00:00:00");
});

test("what is left counts down to nothing and no further", () => {
  expect([272, 600.9, 0.4, -5, 3600].map(countdown)).toEqual(["04:32", "10:00", "00:00", "00:00", "01:00:00"]);
});
