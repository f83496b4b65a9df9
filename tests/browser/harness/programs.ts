/** Programs in a meeting: the stock client with a token that the operator's key signed, in a page of its own. */

import { createHmac } from "node:crypto";
import { type Browser, type Page, expect } from "@playwright/test";
import { House } from "./house.ts";

/** The key that programs and the server share in these scenarios. */
export const key = { id: "programs", secret: "a secret that only this scenario knows" };

export const openHouse = () => House.open({ RENNSTEIG__TOKENS__KEY_ID: key.id, RENNSTEIG__TOKENS__SECRET: key.secret });

export interface Program {
  identity: string;
  name: string;
  kind?: "agent" | "egress";
  grants?: Record<string, unknown>;
}

interface Client {
  room: {
    connect(url: string, token: string): Promise<void>;
    disconnect(): Promise<void>;
    remoteParticipants: Map<string, { identity: string; trackPublications: Map<string, { source: string; trackSid: string }> }>;
    localParticipant: { sendText(text: string, options: object): Promise<unknown>; publishData(data: Uint8Array, options: object): Promise<void> };
  };
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** As server SDKs make it. */
export function tokenFor(meeting: string, { identity, name, kind, grants }: Program): string {
  const now = Math.floor(Date.now() / 1000);
  const video = { room: meeting, roomJoin: true, ...grants };
  const claims = { iss: key.id, sub: identity, name, nbf: now - 10, iat: now, exp: now + 300, video, ...(kind && { kind }) };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", key.secret).update(signed).digest("base64url")}`;
}

/** A program comes in. It has no page of ours, so what it loads is not our policy's business. */
export async function startProgram(browser: Browser, house: House, meeting: string, program: Program): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true, baseURL: house.url });
  const page = await context.newPage();
  await page.goto("/accessibility");
  await page.addScriptTag({ path: new URL("../../../web/node_modules/livekit-client/dist/livekit-client.umd.js", import.meta.url).pathname });
  await page.evaluate(
    async ({ url, token }) => {
      const { Room } = (window as unknown as { LivekitClient: { Room: new () => Client["room"] } }).LivekitClient;
      const room = new Room();
      (window as unknown as Client).room = room;
      await room.connect(url, token);
    },
    { url: house.url.replace(/^http/, "ws"), token: tokenFor(meeting, program) },
  );
  return page;
}

/** It goes, as a program does that was told to stop. */
export async function stopProgram(program: Page) {
  await program.evaluate(() => (window as unknown as Client).room.disconnect());
  await program.context().close();
}

/** What a program, or anybody with a stock client, publishes as the words of somebody. */
export async function transcribes(program: Page, words: { of: string; text: string; segment: string; final: boolean; track?: boolean }) {
  const sent = await program.evaluate(async ({ of, text, segment, final }) => {
    const { room } = window as unknown as Client;
    const speaker = room.remoteParticipants.get(of);
    const track = [...(speaker?.trackPublications.values() ?? [])].find(({ source }) => source === "microphone");
    const attributes = { "lk.segment_id": segment, "lk.transcription_final": String(final), ...(track && { "lk.transcribed_track_id": track.trackSid }) };
    await room.localParticipant.sendText(text, { topic: "lk.transcription", attributes });
    return true;
  }, words);
  expect(sent).toBe(true);
}

/** What a page receives of the meeting as a stock client sees it. */
export const isRecording = (program: Page) => program.evaluate(() => (window as unknown as { room: { isRecording: boolean } }).room.isRecording);
