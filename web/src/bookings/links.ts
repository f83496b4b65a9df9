import type { Booking } from "../api/contract";

/**
 * The personal links of guests. The server tells each once and keeps only its hash,
 * so the page holds them in memory until it is left.
 */
const links = new Map<string, string>();

export function rememberLinks(booking: Booking): Booking {
  for (const guest of booking.guests) if (guest.link) links.set(guest.id, guest.link);
  return booking;
}

export const rememberLink = (guestId: string, link: string) => links.set(guestId, link);
export const linkOf = (guestId: string) => links.get(guestId);
