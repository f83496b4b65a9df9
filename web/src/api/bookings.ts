import type { Booking, BookingBody, BookingSummary } from "./contract";
import { type Answer, send } from "./send";

type Items<T> = { items: T[] };

export async function listBookings(from: string, to: string, person?: string): Promise<BookingSummary[]> {
  return (await send<Items<BookingSummary>>("GET", "/bookings", { query: { from, to, person } })).data.items;
}

export const readBooking = (id: string): Promise<Answer<Booking>> => send("GET", `/bookings/${id}`);
export const book = (body: BookingBody): Promise<Answer<Booking>> => send("POST", "/bookings", { body });

export const changeBooking = (id: string, etag: string, body: BookingBody): Promise<Answer<Booking>> =>
  send("PUT", `/bookings/${id}`, { body, headers: { "If-Match": etag } });

export const cancelBooking = (id: string, etag: string): Promise<Answer<Booking>> =>
  send("POST", `/bookings/${id}/cancel`, { headers: { "If-Match": etag } });

export const renewGuestLink = async (bookingId: string, guestId: string): Promise<{ link: string }> =>
  (await send<{ link: string }>("POST", `/bookings/${bookingId}/guests/${guestId}/link`)).data;

export const calendarFile = (id: string) => `/api/v1/bookings/${id}/calendar.ics`;
