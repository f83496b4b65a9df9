import type { BookingSummary, RoomWait } from "../api/contract";
import { localOf } from "../words/dates";
import { type Draft, emptyDraft } from "./draft";

type Span = { start: Date; end: Date };

/** Does one wait for this room at this time already? */
export const waitsFor = (waits: RoomWait[], room: string, span: Span): boolean => waits.some((wait) => wait.room.id === room && new Date(wait.start) < span.end && span.start < new Date(wait.end));

/** The meeting one has at this very time without the room: it can be added there. */
export const withoutRoom = (wait: RoomWait, bookings: BookingSummary[]): BookingSummary | undefined =>
  bookings.find(({ state, may, rooms, start, end }) => state === "active" && may.change && start === wait.start && end === wait.end && !rooms.some(({ id }) => id === wait.room.id));

/** A new booking of what was offered; of a time that has begun, the rest. */
export function offerDraftOf(wait: RoomWait, now: Date, zone: string): Draft {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  const start = new Date(wait.start) < minute ? minute : new Date(wait.start);
  const from = localOf(start, zone);
  return { ...emptyDraft(now, zone, undefined), date: from.slice(0, 10), from: from.slice(11, 16), to: localOf(new Date(wait.end), zone).slice(11, 16), rooms: [wait.room.id] };
}
