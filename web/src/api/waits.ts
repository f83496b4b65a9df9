import { client, dataOf, done } from "./client";
import type { RoomWait } from "./contract";

/** The rooms and times one waits for. */
export const listWaits = async (): Promise<RoomWait[]> => (await dataOf(client.GET("/api/v1/room-waits"))).items;
export const waitForRoom = (room: string, start: string, end: string): Promise<RoomWait> => dataOf(client.POST("/api/v1/room-waits", { body: { room, start, end } }));
export const leaveWait = (id: string): Promise<void> => done(client.DELETE("/api/v1/room-waits/{id}", { params: { path: { id } } }));
