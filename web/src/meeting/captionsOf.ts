import { type Participant, RoomEvent, type TranscriptionSegment } from "livekit-client";
import { type Line, withLine } from "./captions";
import type { MeetingStore } from "./store";

/** Text streams of what people say; the server lets nobody publish there but programs with the right to it. */
const topic = "lk.transcription";
/** What such programs say of a text. */
const track = "lk.transcribed_track_id";
const segment = "lk.segment_id";
const final = "lk.transcription_final";

type Reader = AsyncIterable<string> & { info: { id: string; attributes?: Record<string, string> } };

/** What is said in a meeting, as text. It lives as long as the page. */
export class Captions {
  private lines: Line[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly store: MeetingStore,
    private readonly now: () => number = Date.now,
  ) {
    store.room.registerTextStreamHandler(topic, (reader, { identity }) => void this.read(reader as Reader, identity));
    store.room.on(RoomEvent.TranscriptionReceived, (segments, person) => this.hear(segments, person));
  }

  readonly snapshot = () => this.lines;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Word by word, as it comes in. */
  private async read(reader: Reader, sender: string) {
    const { info } = reader;
    const speaker = this.speakerOf(info.attributes?.[track], sender);
    const say = (text: string, isFinal: boolean) => this.add({ segment: info.attributes?.[segment] || info.id, ...speaker, text, final: isFinal, at: this.now(), older: false });
    let text = "";
    try {
      for await (const piece of reader) say((text += piece), false);
    } catch {
      // It broke off: what came stays.
    }
    // The end may say more than the beginning.
    say(text, info.attributes?.[final] !== "false");
  }

  private hear(segments: TranscriptionSegment[], person: Participant | undefined) {
    const speaker = this.named(person, person?.identity ?? "");
    for (const { id, text, final: isFinal } of segments) this.add({ segment: id, ...speaker, text, final: isFinal, at: this.now(), older: true });
  }

  /** Whose track was heard; else who is named as the sender. */
  private speakerOf(sid: string | undefined, sender: string) {
    const { room } = this.store;
    const everybody: Participant[] = [room.localParticipant, ...room.remoteParticipants.values()];
    const heard = sid ? everybody.find((person) => person.trackPublications.has(sid)) : undefined;
    return this.named(heard ?? everybody.find(({ identity }) => identity === sender), sender);
  }

  /** A hidden program is known by what the meeting says of it alone. */
  private named(person: Participant | undefined, identity: string) {
    const name = person ? person.name || person.identity : (this.store.snapshot().agreeing.captured.captioned_by[0] ?? "");
    return { speaker: person?.identity ?? identity, name };
  }

  private add(line: Line) {
    const lines = withLine(this.lines, line);
    if (lines === this.lines) return;
    this.lines = lines;
    for (const listener of this.listeners) listener();
  }
}

const known = new WeakMap<MeetingStore, Captions>();

/** The captions of a meeting; from the first time on they are kept until the meeting is left. */
export function captionsOf(store: MeetingStore): Captions {
  const found = known.get(store) ?? new Captions(store);
  known.set(store, found);
  return found;
}
