import type { BookedRoom, BookingSummary } from "../api/contract";

export const meetingPath = (bookingId: string) => `/m/${bookingId}`;

export const onBehalf = (booking: Pick<BookingSummary, "organiser" | "booked_by">) => booking.organiser.id !== booking.booked_by.id;

/** The rooms one can walk into, as text. */
export const places = (rooms: BookedRoom[]) => rooms.filter((room) => room.kind === "physical").map((room) => room.name).join(", ");
