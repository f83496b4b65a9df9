import { client, dataOf, done } from "./client";
import type { AppPasswords, MadeAppPassword } from "./contract";

/** Passwords for calendar programs, and what else those ask for. */
export const listAppPasswords = (): Promise<AppPasswords> => dataOf(client.GET("/api/v1/app-passwords"));
export const makeAppPassword = (label: string): Promise<MadeAppPassword> => dataOf(client.POST("/api/v1/app-passwords", { body: { label } }));
export const endAppPassword = (id: string): Promise<void> => done(client.DELETE("/api/v1/app-passwords/{id}", { params: { path: { id } } }));
