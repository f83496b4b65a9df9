import { expect, test } from "vitest";
import type { Booking, OwnAnswer } from "../api/contract";
import { mayCheckIn, saidTo } from "./facts";

const attendance = { opens_at: "2026-11-24T08:45:00Z", release_at: "2026-11-24T09:10:00Z", is_attended: false, is_released: false };
const booking = { may: { change: false, check_in: true, hand_over: false, moderate: false }, state: "active" as const, end: "2026-11-24T10:00:00Z", attendance };
const at = (clock: string) => new Date(`2026-11-24T${clock}Z`);

test("one can say that somebody is there from shortly before the start until the end", () => {
  expect([at("08:44:59"), at("08:45:00"), at("09:59:59"), at("10:00:00")].map((now) => mayCheckIn(booking, now))).toEqual([false, true, true, false]);
});

test("nobody needs to say it twice, too late, or where no room is released", () => {
  const now = at("09:00:00");
  expect(mayCheckIn({ ...booking, attendance: { ...attendance, is_attended: true } }, now)).toBe(false);
  expect(mayCheckIn({ ...booking, attendance: { ...attendance, is_released: true } }, now)).toBe(false);
  expect(mayCheckIn({ ...booking, attendance: undefined }, now)).toBe(false);
  expect(mayCheckIn({ ...booking, may: { ...booking.may, check_in: false } }, now)).toBe(false);
});

test("a date shows what holds for it, a series what was said to all", () => {
  const at = "2026-11-24T09:00:00Z";
  const own: OwnAnswer = { person: { id: "1", name: "Anna" }, reply: { answer: "declined", answered_at: at }, to_series: { answer: "accepted", answered_at: at } };
  const series = { rule: "FREQ=WEEKLY" } as Booking["series"];
  expect(saidTo(own, { series }, "a date")?.answer).toBe("declined");
  expect(saidTo(own, { series }, undefined)?.answer).toBe("accepted");
  expect(saidTo({ person: own.person, reply: own.reply }, {}, undefined)?.answer).toBe("declined");
});
