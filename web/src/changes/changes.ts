import type { Changed } from "../api/contract";

/** What a page shows that a change may concern, by the first word of its query's key. */
const OF_BOOKINGS = ["bookings", "booking", "handover"];
const OF_ROOMS = ["free-rooms", "plan", "room-requests", "room-waits"];

/** Does the query show something that changed? Without a change everything may have. */
export function isConcerned(key: readonly unknown[], changed: Changed | undefined): boolean {
  const kind = String(key[0]);
  if (!changed) return OF_BOOKINGS.includes(kind) || OF_ROOMS.includes(kind);
  if (changed.rooms && OF_ROOMS.includes(kind)) return true;
  if (kind === "booking") return changed.bookings.includes(String(key[1]));
  return changed.bookings.length > 0 && OF_BOOKINGS.includes(kind);
}

/** Two hints as one. */
export const both = (one: Changed, other: Changed): Changed => ({ bookings: [...new Set([...one.bookings, ...other.bookings])], rooms: one.rooms || other.rooms });
