import type { RoomUse } from "../api/contract";

/** Where the rooms are, by name; those without a site are nowhere. */
export const sitesOf = (rooms: RoomUse[]): string[] => [...new Set(rooms.flatMap(({ room }) => room.site ?? []))].sort((one, other) => one.localeCompare(other));

/** Minutes as hours, halves and quarters as people write them. */
export const hoursOf = (minutes: number, language: string): string => (minutes / 60).toLocaleString(language, { maximumFractionDigits: 1 });

/** The map as a table for other programs. */
export function csvOfRooms(rooms: RoomUse[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rooms.flatMap(({ room, days }) => days.map((use) => [quoted(room.name), quoted(room.site ?? ""), use.day, use.open_minutes, use.held_minutes, use.percent ?? "", use.released_minutes, use.releases].join(";")));
  return ["room;site;day;open_minutes;held_minutes;percent;released_minutes;releases", ...lines].join("\r\n");
}
