import type { FreeRoom, Room, RoomBody } from "./contract";
import { send } from "./send";

export const listRooms = async (): Promise<Room[]> => (await send<{ items: Room[] }>("GET", "/rooms")).data.items;
export const addRoom = async (body: RoomBody): Promise<Room> => (await send<Room>("POST", "/rooms", { body })).data;
export const changeRoom = async (room: Room, body: RoomBody): Promise<Room> =>
  (await send<Room>("PUT", `/rooms/${room.id}`, { body, headers: { "If-Match": `"${room.version}"` } })).data;
export const retireRoom = async (room: Room): Promise<void> => {
  await send("DELETE", `/rooms/${room.id}`, { headers: { "If-Match": `"${room.version}"` } });
};

/** Which rooms are free between two instants (RFC 3339). */
export const freeRooms = async (start: string, end: string, exceptBooking?: string): Promise<FreeRoom[]> =>
  (await send<{ items: FreeRoom[] }>("GET", "/rooms/free", { query: { start, end, except_booking: exceptBooking } })).data.items;
