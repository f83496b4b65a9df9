import type { BookedRoom, Booking, BookingSummary, OwnAnswer } from "../api/contract";

/** What an edit is about: everything, one date of a series, or it and all later ones. */
export type Scope = "all" | "date" | "following";

export const meetingPath = (bookingId: string) => `/m/${bookingId}`;

/** Where a booking is shown: one date of a series by itself. */
export const bookingPath = (booking: Pick<BookingSummary, "id" | "meeting_id" | "is_series">) => (booking.is_series ? datePath(booking.id, booking.meeting_id) : `/bookings/${booking.id}`);
export const datePath = (bookingId: string, occurrenceId: string) => `/bookings/${bookingId}/${occurrenceId}`;

export const onBehalf = (booking: Pick<BookingSummary, "organiser" | "booked_by">) => booking.organiser.id !== booking.booked_by.id;

/** The rooms one can walk into, as text. */
export const places = (rooms: BookedRoom[]) => rooms.filter((room) => room.kind === "physical").map((room) => room.name).join(", ");

/** What holds for what the page shows: one date, or the whole. */
export const saidTo = (own: OwnAnswer, { series }: Pick<Booking, "series">, date: string | undefined) => (series && !date ? own.to_series : own.reply);

/** Can one say now that somebody is there? */
export const mayCheckIn = ({ may, state, end, attendance }: Pick<Booking, "may" | "state" | "end" | "attendance">, now: Date) =>
  may.check_in && state === "active" && attendance !== undefined && !attendance.is_attended && !attendance.is_released && new Date(attendance.opens_at) <= now && now < new Date(end);
