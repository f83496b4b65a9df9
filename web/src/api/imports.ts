import { client, dataOf } from "./client";
import type { Imported, ImportPreview } from "./contract";

type Query = { invite: boolean };

/** A calendar file as it is, not as JSON. */
const asItIs = (file: string) => ({ body: file, bodySerializer: (text: string) => text, headers: { "Content-Type": "text/calendar" } });

/** What a calendar file would become; books nothing. */
export const previewImport = (file: string, query: Query): Promise<ImportPreview> => dataOf(client.POST("/api/v1/bookings/import/preview", { params: { query }, ...asItIs(file) }));
/** Books the chosen entries of the same file. */
export const importBookings = (file: string, entries: number[], query: Query): Promise<Imported> => dataOf(client.POST("/api/v1/bookings/import", { params: { query: { ...query, entries: entries.join(",") } }, ...asItIs(file) }));
