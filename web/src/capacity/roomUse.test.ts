import { expect, test } from "vitest";
import type { RoomUse } from "../api/contract";
import { csvOfRooms, hoursOf, sitesOf } from "./roomUse";

const room = (name: string, site: string | null): RoomUse => ({
  room: { id: name, kind: "physical", name, site, capacity: 8, notes: null, version: 1 },
  days: [
    { day: "2026-11-24", open_minutes: 600, held_minutes: 150, percent: 25, released_minutes: 60, releases: 1 },
    { day: "2026-11-28", open_minutes: 0, held_minutes: 0, released_minutes: 0, releases: 0 },
  ],
});

test("sites are named once and in order", () => {
  expect(sitesOf([room("A", "Weimar"), room("B", "Gera"), room("C", "Weimar"), room("D", null)])).toEqual(["Gera", "Weimar"]);
});

test("minutes are told as hours", () => {
  expect([hoursOf(150, "de"), hoursOf(600, "de"), hoursOf(45, "en")]).toEqual(["2,5", "10", "0.8"]);
});

test("the file has a line for each room and day, and nothing where a room is closed", () => {
  expect(csvOfRooms([room('Saal "Süd"', "Gera")]).split("\r\n")).toEqual([
    "room;site;day;open_minutes;held_minutes;percent;released_minutes;releases",
    '"Saal ""Süd""";"Gera";2026-11-24;600;150;25;60;1',
    '"Saal ""Süd""";"Gera";2026-11-28;0;0;;0;0',
  ]);
});
