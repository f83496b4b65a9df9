import { expect, test } from "vitest";
import { initials } from "./initials";
import { isCurrent, sectionsFor } from "./places";

const nothing = { manage_rooms: false, see_room_use: false, manage_people: false, see_running_meetings: false, manage_capacity: false };

test("initials leave titles out", () => {
  expect(initials("Prof. Dr. Anneliese Schmidt-Rottenbacher")).toBe("AS");
  expect(initials("Katrin Weidemann")).toBe("KW");
  expect(initials("Erfurt")).toBe("E");
  expect(initials("")).toBe("");
});

test("only administrators see the administration", () => {
  expect(sectionsFor(nothing).flatMap((section) => section.places.map((place) => place.path))).not.toContain("/admin/meetings");
  expect(sectionsFor({ ...nothing, see_running_meetings: true })[1]?.places.map((place) => place.path)).toEqual(["/admin/meetings", "/admin/webhooks"]);
  expect(sectionsFor({ ...nothing, manage_capacity: true })[1]?.places.map((place) => place.path)).toEqual(["/admin/capacity"]);
  expect(sectionsFor({ ...nothing, see_room_use: true })[1]?.places.map((place) => place.path)).toEqual(["/admin/capacity"]);
});

test("a booking belongs to my meetings, planning a new one does not", () => {
  const [mine] = sectionsFor(nothing)[0]!.places;
  expect(isCurrent(mine!, "/bookings/42")).toBe(true);
  expect(isCurrent(mine!, "/bookings/new")).toBe(false);
});
