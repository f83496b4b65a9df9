import { type Answer, answerOf, client, dataOf, done } from "./client";
import type { FreeRoom, Room, RoomBody, RoomPolicy, RoomPolicyBody, RoomRequest } from "./contract";

export const listRooms = async (): Promise<Room[]> => (await dataOf(client.GET("/api/v1/rooms"))).items;
export const addRoom = (body: RoomBody): Promise<Room> => dataOf(client.POST("/api/v1/rooms", { body }));
export const changeRoom = ({ id, version }: Room, body: RoomBody): Promise<Room> =>
  dataOf(client.PUT("/api/v1/rooms/{id}", { params: { path: { id }, header: { "If-Match": `"${version}"` } }, body }));
export const retireRoom = ({ id }: Room): Promise<void> => done(client.DELETE("/api/v1/rooms/{id}", { params: { path: { id } } }));

/** Who may book a room, when and for how long. */
export const readRules = (id: string): Promise<Answer<RoomPolicy>> => answerOf(client.GET("/api/v1/rooms/{id}/policy", { params: { path: { id } } }));
export const setRules = (id: string, etag: string, body: RoomPolicyBody): Promise<RoomPolicy> =>
  dataOf(client.PUT("/api/v1/rooms/{id}/policy", { params: { path: { id }, header: { "If-Match": etag } }, body }));

/** The secret of the panel at a room's door; an earlier one opens nothing any more. */
export const makeDoor = (id: string): Promise<{ secret: string }> => dataOf(client.POST("/api/v1/rooms/{id}/door", { params: { path: { id } } }));
export const endDoor = (id: string): Promise<void> => done(client.DELETE("/api/v1/rooms/{id}/door", { params: { path: { id } } }));

/** The bookings that ask for a room one looks after. */
export const listRequests = async (): Promise<RoomRequest[]> => (await dataOf(client.GET("/api/v1/room-requests"))).items;
const path = ({ booking_id, room }: RoomRequest) => ({ booking_id, room_id: room.id });
/** What was moved meanwhile is looked at again first. */
const seen = ({ version }: RoomRequest) => ({ "If-Match": `"${version}"` });
export const approveRequest = (request: RoomRequest): Promise<void> => done(client.POST("/api/v1/room-requests/{booking_id}/{room_id}/approve", { params: { path: path(request), header: seen(request) } }));
export const refuseRequest = (request: RoomRequest, words: string): Promise<void> =>
  done(client.POST("/api/v1/room-requests/{booking_id}/{room_id}/refuse", { params: { path: path(request), header: seen(request) }, body: { words } }));

/** Keeps rooms for some minutes while a form is open; none releases them. Answers until when. */
export const holdRooms = async (rooms: string[], start: string, end: string): Promise<string> => (await dataOf(client.PUT("/api/v1/room-holds/mine", { body: { rooms, start, end } }))).expires_at;
export const releaseRooms = (): Promise<void> => done(client.DELETE("/api/v1/room-holds/mine"));

/** Which rooms are free between two instants (RFC 3339). */
export const freeRooms = async (start: string, end: string, exceptBooking?: string): Promise<FreeRoom[]> =>
  (await dataOf(client.GET("/api/v1/rooms/free", { params: { query: { start, end, except_booking: exceptBooking } } }))).items;
