import { client, dataOf, done } from "./client";
import type { Checked, Forecast, Pool, PoolBody, RoomUse, Site, SiteBody, BookingBody } from "./contract";

type Page<T> = { items: T[]; next?: string };

/** Reads on until the last page. */
async function all<T>(page: (after: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | undefined; ; ) {
    const { items: more, next } = await page(after);
    items.push(...more);
    if (next === undefined) return items;
    after = next;
  }
}

export const listPools = (): Promise<Pool[]> => all((after) => dataOf(client.GET("/api/v1/pools", { params: { query: { after, limit: 100 } } })));
export const addPool = (body: PoolBody): Promise<Pool> => dataOf(client.POST("/api/v1/pools", { body }));
export const changePool = ({ id, version }: Pool, body: PoolBody): Promise<Pool> => dataOf(client.PUT("/api/v1/pools/{id}", { params: { path: { id }, header: { "If-Match": `"${version}"` } }, body }));
export const deletePool = ({ id, version }: Pool): Promise<void> => done(client.DELETE("/api/v1/pools/{id}", { params: { path: { id }, header: { "If-Match": `"${version}"` } } }));

export const listSites = (): Promise<Site[]> => all((after) => dataOf(client.GET("/api/v1/sites", { params: { query: { after, limit: 100 } } })));
export const addSite = (body: SiteBody): Promise<Site> => dataOf(client.POST("/api/v1/sites", { body }));
export const changeSite = ({ id, version }: Site, body: SiteBody): Promise<Site> => dataOf(client.PUT("/api/v1/sites/{id}", { params: { path: { id }, header: { "If-Match": `"${version}"` } }, body }));
export const deleteSite = ({ id, version }: Site): Promise<void> => done(client.DELETE("/api/v1/sites/{id}", { params: { path: { id }, header: { "If-Match": `"${version}"` } } }));

/** What is expected on all pools by day, and what was measured. */
export const forecastDays = (from: string, days: number, zone: string): Promise<Forecast> => dataOf(client.GET("/api/v1/pools/forecast", { params: { query: { from, days, zone, step: "day" } } }));
/** The same for one pool and day, by the quarter of an hour. */
export const forecastDay = (pool: string, from: string, zone: string): Promise<Forecast> => dataOf(client.GET("/api/v1/pools/forecast", { params: { query: { pool, from, days: 1, zone, step: "quarter" } } }));

/** How much rooms with a door are used, day by day. */
export const listRoomUse = (from: string, days: number): Promise<RoomUse[]> => all((after) => dataOf(client.GET("/api/v1/rooms/use", { params: { query: { from, days, after, limit: 100 } } })));

/** What would become of a booking, or of a change of one; books nothing. */
export const checkBooking = (body: BookingBody, changes: string | undefined, signal: AbortSignal): Promise<Checked> =>
  dataOf(client.POST("/api/v1/bookings/check", { params: { query: { changes } }, body, signal }));
