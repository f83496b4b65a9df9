import { expect, test } from "vitest";
import { offerDraftOf, waitsFor } from "./waits";

const wait = { id: "w", room: { id: "r", name: "Saal" }, start: "2026-11-24T09:00:00Z", end: "2026-11-24T10:00:00Z", asked_at: "2026-11-23T08:00:00Z" };
const at = (clock: string) => new Date(`2026-11-24T${clock}Z`);

test("one waits for a room whose time overlaps", () => {
  const span = (from: string, to: string) => ({ start: at(from), end: at(to) });
  expect(waitsFor([wait], "r", span("09:30:00", "11:00:00"))).toBe(true);
  expect(waitsFor([wait], "r", span("10:00:00", "11:00:00"))).toBe(false);
  expect(waitsFor([wait], "other", span("09:30:00", "11:00:00"))).toBe(false);
});

test("an offer fills the form with its room and time, of a time that has begun with the rest", () => {
  expect(offerDraftOf(wait, at("08:00:00"), "Europe/Berlin")).toMatchObject({ date: "2026-11-24", from: "10:00", to: "11:00", rooms: ["r"] });
  expect(offerDraftOf(wait, at("09:12:40"), "Europe/Berlin")).toMatchObject({ from: "10:12", to: "11:00" });
});
