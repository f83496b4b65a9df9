import { type Answer, answerOf, client, dataOf } from "./client";
import type { AnswerBody, Booking, BookingBody, BookingSummary, DateBody, FindTimes, FindWeekly, FoundTimes, SeriesDate, WeeklyTime } from "./contract";

export const listBookings = async (from: string, to: string, person?: string): Promise<BookingSummary[]> =>
  (await dataOf(client.GET("/api/v1/bookings", { params: { query: { from, to, person } } }))).items;

export const readBooking = (id: string): Promise<Answer<Booking>> => answerOf(client.GET("/api/v1/bookings/{id}", { params: { path: { id } } }));
/** Books; sent again with the same key, it answers the same and books nothing twice. */
export const book = (key: string, body: BookingBody): Promise<Answer<Booking>> =>
  answerOf(client.POST("/api/v1/bookings", { params: { header: { "Idempotency-Key": key } }, body }));

export const changeBooking = (id: string, etag: string, body: BookingBody): Promise<Answer<Booking>> =>
  answerOf(client.PUT("/api/v1/bookings/{id}", { params: { path: { id }, header: { "If-Match": etag } }, body }));

export const cancelBooking = (id: string, etag: string): Promise<Answer<Booking>> =>
  answerOf(client.POST("/api/v1/bookings/{id}/cancel", { params: { path: { id }, header: { "If-Match": etag } } }));

export const listDates = async (id: string): Promise<SeriesDate[]> => (await dataOf(client.GET("/api/v1/bookings/{id}/dates", { params: { path: { id } } }))).items;

export const readDate = (id: string, occurrence_id: string): Promise<Answer<Booking>> =>
  answerOf(client.GET("/api/v1/bookings/{id}/dates/{occurrence_id}", { params: { path: { id, occurrence_id } } }));

export const changeDate = (id: string, occurrence_id: string, etag: string, body: DateBody): Promise<Answer<Booking>> =>
  answerOf(client.PUT("/api/v1/bookings/{id}/dates/{occurrence_id}", { params: { path: { id, occurrence_id }, header: { "If-Match": etag } }, body }));

export const changeFollowing = (id: string, occurrence_id: string, etag: string, body: BookingBody): Promise<Answer<Booking>> =>
  answerOf(client.PUT("/api/v1/bookings/{id}/dates/{occurrence_id}/following", { params: { path: { id, occurrence_id }, header: { "If-Match": etag } }, body }));

export const cancelDate = (id: string, occurrence_id: string, etag: string): Promise<Answer<Booking>> =>
  answerOf(client.POST("/api/v1/bookings/{id}/dates/{occurrence_id}/cancel", { params: { path: { id, occurrence_id }, header: { "If-Match": etag } } }));

/** Says whether somebody invited comes. */
export const answerInvitation = (id: string, body: AnswerBody): Promise<Answer<Booking>> => answerOf(client.PUT("/api/v1/bookings/{id}/answer", { params: { path: { id } }, body }));

export const renewGuestLink = (id: string, invitation_id: string): Promise<{ link: string }> =>
  dataOf(client.POST("/api/v1/bookings/{id}/guests/{invitation_id}/link", { params: { path: { id, invitation_id } } }));

export const calendarFile = (id: string) => `/api/v1/bookings/${encodeURIComponent(id)}/calendar.ics`;

/** Times that suit everybody, the best first, and whose calendar could not be looked at. */
export const findTimes = (body: FindTimes): Promise<FoundTimes> => dataOf(client.POST("/api/v1/times/find", { body }));

/** Times of the week for a series, the best first, each in its best room. */
export const findWeeklyTimes = async (body: FindWeekly): Promise<WeeklyTime[]> => (await dataOf(client.POST("/api/v1/times/weekly", { body }))).items;
