import { describe, expect, it } from "vitest";
import { reminderWords, reminders } from "./remind";

describe("reminders", () => {
  it("offers an hour, a day and a week, and keeps what another program chose", () => {
    expect(reminders(undefined)).toEqual([60, 1440, 10_080]);
    expect(reminders(1440)).toEqual([60, 1440, 10_080]);
    expect(reminders(90)).toEqual([60, 90, 1440, 10_080]);
  });

  it("says it in the largest unit that comes out even", () => {
    expect([10, 90, 120, 1440, 2880, 10_080].map(reminderWords)).toEqual([["minute", 10], ["minute", 90], ["hour", 2], ["day", 1], ["day", 2], ["week", 1]]);
  });
});
