import { expect, test } from "vitest";
import type { RoomPolicy } from "../api/contract";
import { bodyOf, limit, nextHours, workWeek } from "./rules";

test("an empty field means that there is no limit", () => {
  expect([limit(""), limit(" "), limit("0"), limit("180")]).toEqual([null, null, 0, 180]);
});

test("the next row is the next day with the same hours, and Monday follows Sunday", () => {
  expect(nextHours([])).toEqual({ weekday: 1, from: "08:00", until: "18:00" });
  expect(nextHours([{ weekday: 6, from: "09:00", until: "12:00" }])).toEqual({ weekday: 7, from: "09:00", until: "12:00" });
  expect(nextHours([{ weekday: 7, from: "09:00", until: "12:00" }]).weekday).toBe(1);
  expect(workWeek().map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 5]);
});

test("people are sent by id and what did not change stays", () => {
  const anna = { id: "1", name: "Anna" };
  const policy: RoomPolicy = {
    booking_window_days: 180, minimum_minutes: null, maximum_minutes: null, enforce_capacity: true, buffer_before_minutes: 0, buffer_after_minutes: 0, release_after_minutes: null,
    blackouts: [], opening_hours: [], closed_on_holidays: false, zone: "Europe/Berlin", bookers: "listed", approval: "never", listed: [anna], delegates: [anna], version: 3,
  };
  const body = bodyOf(policy, { bookers: "delegates" });
  expect(body).toMatchObject({ booking_window_days: 180, bookers: "delegates", listed: ["1"], delegates: ["1"] });
  expect(body).not.toHaveProperty("version");
});
