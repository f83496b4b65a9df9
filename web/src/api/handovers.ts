import { type Answer, answerOf, client, dataOf, done } from "./client";
import type { Booking, Handover, HandoverOffer } from "./contract";

/** Offers a booking to a colleague to take over; answers with the link for that colleague. */
export const offerBooking = (id: string, to: string): Promise<Handover> => dataOf(client.POST("/api/v1/bookings/{id}/handover", { params: { path: { id } }, body: { to } }));
export const withdrawOffers = (id: string): Promise<void> => done(client.DELETE("/api/v1/bookings/{id}/handover", { params: { path: { id } } }));
export const lookAtOffer = (offer: string): Promise<HandoverOffer> => dataOf(client.POST("/api/v1/handovers/look", { body: { offer } }));
export const takeOver = (offer: string): Promise<Answer<Booking>> => answerOf(client.POST("/api/v1/handovers/take", { body: { offer } }));
