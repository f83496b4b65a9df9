import type { BookingSummary } from "../api/contract";
import { dayKey } from "../words/dates";

export type Agenda = {
  /** The meeting that runs or comes next today or later. */
  next: BookingSummary | undefined;
  /** The meetings of the chosen day. */
  day: BookingSummary[];
  /** The days after the chosen one that have meetings. */
  coming: { key: string; items: BookingSummary[] }[];
};

/** Arranges bookings (sorted by start) around one day of the reader's zone. */
export function arrange(bookings: BookingSummary[], day: string, now: Date, zone?: string): Agenda {
  const active = bookings.filter((booking) => booking.state === "active");
  const next = active.find((booking) => !booking.is_hidden && new Date(booking.end) > now);
  const coming = new Map<string, BookingSummary[]>();
  for (const booking of active) {
    const key = dayKey(booking.start, zone);
    if (key > day) coming.set(key, [...(coming.get(key) ?? []), booking]);
  }
  return {
    next,
    day: bookings.filter((booking) => dayKey(booking.start, zone) === day),
    coming: [...coming].slice(0, 5).map(([key, items]) => ({ key, items })),
  };
}

/** Minutes until the meeting starts, or how it stands. */
export function standing(booking: Pick<BookingSummary, "start" | "end" | "joinable_from">, now: Date): { kind: "running" | "soon" | "later" | "over"; minutes: number } {
  const minutes = Math.ceil((new Date(booking.start).getTime() - now.getTime()) / 60_000);
  if (new Date(booking.end) <= now) return { kind: "over", minutes };
  if (minutes <= 0) return { kind: "running", minutes };
  return { kind: minutes <= 90 ? "soon" : "later", minutes };
}

/** Where in the day the line for "now" belongs: before the first meeting that has not started. */
export function nowIndex(day: BookingSummary[], now: Date): number {
  const index = day.findIndex((booking) => new Date(booking.start) > now);
  return index < 0 ? day.length : index;
}

export function shiftDay(day: string, days: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
