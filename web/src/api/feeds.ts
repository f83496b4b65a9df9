import { client, dataOf, done } from "./client";
import type { CalendarFeed, MadeCalendarFeed } from "./contract";

/** Secret addresses under which calendar programs read. */
export const listFeeds = async (): Promise<CalendarFeed[]> => (await dataOf(client.GET("/api/v1/calendar-feeds"))).items;
export const makeFeed = (room?: string): Promise<MadeCalendarFeed> => dataOf(client.POST("/api/v1/calendar-feeds", { body: { room } }));
export const endFeed = (id: string): Promise<void> => done(client.DELETE("/api/v1/calendar-feeds/{id}", { params: { path: { id } } }));
