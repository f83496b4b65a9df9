import { EventEmitter } from "node:events";
import { RoomEvent } from "livekit-client";
import { expect, test, vi } from "vitest";
import { Captions } from "./captionsOf";
import type { MeetingStore } from "./store";

type Handler = (reader: AsyncIterable<string> & { info: { id: string; attributes: Record<string, string> } }, from: { identity: string }) => void;

/** A meeting as far as captions touch it. */
function meeting() {
  const room = Object.assign(new EventEmitter(), {
    handler: undefined as Handler | undefined,
    registerTextStreamHandler(topic: string, handler: Handler) {
      expect(topic).toBe("lk.transcription");
      room.handler = handler;
    },
    localParticipant: { identity: "me", name: "Ich", trackPublications: new Map([["TR_me", {}]]) },
    remoteParticipants: new Map([["anna", { identity: "anna", name: "Anna Weimar", trackPublications: new Map([["TR_anna", {}]]) }]]),
  });
  const store = { room, snapshot: () => ({ agreeing: { captured: { recorded_by: [], captioned_by: ["Schriftdolmetschung"] } } }) } as unknown as MeetingStore;
  const captions = new Captions(store, () => 5);
  const say = (pieces: string[], attributes: Record<string, string>, identity = "words", end: Record<string, string> = {}) => {
    const info = { id: `S_${pieces.join("")}`, attributes };
    const reader = { info, async *[Symbol.asyncIterator]() { yield* pieces; Object.assign(info.attributes, end); } };
    room.handler!(reader, { identity });
  };
  const read = () => captions.snapshot().map(({ name, text, final }) => ({ name, text, final }));
  return { room, captions, say, read };
}

test("words belong to whose track was heard, and a guess gives way", async () => {
  const { say, read } = meeting();
  say(["Guten"], { "lk.segment_id": "1", "lk.transcription_final": "false", "lk.transcribed_track_id": "TR_anna" });
  await vi.waitFor(() => expect(read()).toEqual([{ name: "Anna Weimar", text: "Guten", final: false }]));
  say(["Guten Morgen"], { "lk.segment_id": "1", "lk.transcription_final": "true", "lk.transcribed_track_id": "TR_anna" });
  await vi.waitFor(() => expect(read()).toEqual([{ name: "Anna Weimar", text: "Guten Morgen", final: true }]));
});

test("a text that grows is read as it grows; its end may say that it is final", async () => {
  const { captions, say, read } = meeting();
  const seen: string[] = [];
  captions.subscribe(() => seen.push(captions.snapshot()[0]!.text));
  say(["Das ", "Wort"], { "lk.segment_id": "1", "lk.transcription_final": "false" }, "anna", { "lk.transcription_final": "true" });
  await vi.waitFor(() => expect(read()).toEqual([{ name: "Anna Weimar", text: "Das Wort", final: true }]));
  expect(seen).toEqual(["Das", "Das Wort", "Das Wort"]);
});

test("what a hidden program says without naming a track stands under its own name", async () => {
  const { say, read } = meeting();
  say(["(Beifall)"], {});
  await vi.waitFor(() => expect(read()).toEqual([{ name: "Schriftdolmetschung", text: "(Beifall)", final: true }]));
});

test("older packets are read too", () => {
  const { room, read } = meeting();
  room.emit(RoomEvent.TranscriptionReceived, [{ id: "SG_1", text: "Ja", final: true }], room.localParticipant);
  expect(read()).toEqual([{ name: "Ich", text: "Ja", final: true }]);
});
