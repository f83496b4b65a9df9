import { Ping, SignalRequest } from "@livekit/protocol";
import type { Room, Track } from "livekit-client";
import { soonForMs } from "./reconnecting";
import { Silence } from "./silence";

/** So long an attempt at a new socket may take, milliseconds: usually, and while nothing comes over the line. A lost knock is not repeated soon by itself. */
export const attemptMs = { patient: 15_000, hasty: 2_000 };
/** A browser that has too much to do is not waited for, milliseconds. */
const measureMs = 150;
/** A track on which nothing ever came tells of no way; where so many do not, nothing comes at all. */
const mostWitnesses = 3;
/** A new socket takes up to four rounds over the line; one is for chance. */
const rounds = 5;

/** What came over each way that media may take, and how long ago the last of it. */
type Ways = { counts: Map<string, number>; ageMs: number };

/**
 * Looks after the line while one is inside; what it makes of what comes is in `silence.ts`.
 * The only file that reaches inside of the media client: it has no word for a socket that hangs.
 */
export class LineWatch {
  private readonly silence = new Silence();
  private socket: WebSocket | undefined;
  private left: WebSocket | undefined;
  private wordsAt: number | undefined;
  private mediaAt: number | undefined;
  private counts = new Map<string, number>();
  private measuredAt = -Infinity;
  private measuring = false;
  /** The track that last told of the way it takes. */
  private witness: Track | undefined;
  private silentSince: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly room: Room, private readonly ended: AbortSignal, private readonly changed: (isSilent: boolean) => void, private readonly clock = () => performance.now()) {
    ended.addEventListener("abort", () => clearTimeout(this.timer));
    void this.look();
  }

  private readonly look = async () => {
    await Promise.race([this.measure(), new Promise((over) => setTimeout(over, measureMs))]);
    if (this.ended.aborted) return;
    const now = this.clock();
    this.followSocket(now);
    const { asks, isSilent, givesUp } = this.silence.look(now, { wordsAt: this.wordsAt, mediaAt: this.mediaAt, answerMs: this.client?.rtt ?? 0 });
    if (asks) this.ask();
    if (isSilent !== (this.silentSince !== undefined)) {
      this.silentSince = isSilent ? now : undefined;
      this.changed(isSilent);
    }
    this.setPatience(now);
    if (givesUp && this.socket !== this.left) {
      this.left = this.socket;
      // As when it was closed: the client opens another one and resumes.
      void this.client?.["handleOnClose"]("nothing comes over it");
    }
    this.timer = setTimeout(() => void this.look(), this.silence.nextIn(now));
  };

  private get client() {
    return this.room.engine?.client;
  }

  /** That a socket opens is a word of the server as well. */
  private followSocket(now: number) {
    const socket = this.client?.ws?.["ws"];
    if (socket?.readyState !== openState) this.wordsAt = undefined;
    else if (socket !== this.socket) this.useSocket(socket, now);
  }

  private useSocket(socket: WebSocket, now: number) {
    this.socket = socket;
    this.wordsAt = now;
    socket.addEventListener("message", () => {
      if (socket === this.socket) this.wordsAt = this.clock();
    });
  }

  /** From the answer the client also learns how long it took. */
  private ask() {
    const value = new Ping({ timestamp: BigInt(Date.now()), rtt: BigInt(this.client?.rtt ?? 0) });
    this.socket?.send(new SignalRequest({ message: { case: "pingReq", value } }).toBinary() as Uint8Array<ArrayBuffer>);
  }

  /** While nothing comes it is knocked often; a line that is only slow is given its time. */
  private setPatience(now: number) {
    const options = this.client?.["options"];
    if (!options) return;
    const isHasty = this.silentSince !== undefined && now - this.silentSince < soonForMs;
    options.websocketTimeout = isHasty ? Math.min(attemptMs.patient, Math.max(attemptMs.hasty, rounds * (this.client?.rtt ?? 0))) : attemptMs.patient;
  }

  /** Whether anything came: pictures, sound, reports about what was sent, or that the other end is there. All take the same way. */
  private async measure() {
    if (this.measuring) return;
    this.measuring = true;
    const { counts, ageMs } = await this.received();
    const now = this.clock();
    // A way that is given up, or a new one on which nothing came, is no sign of life.
    const came = [...counts].some(([way, count]) => count > (this.counts.get(way) ?? 0));
    // Not before it was last looked, whatever clock the browser takes for it.
    if (came) this.mediaAt = Math.max(now - ageMs, Math.min(this.measuredAt, now));
    if (counts.size > 0) [this.counts, this.measuredAt] = [counts, now];
    this.measuring = false;
  }

  private async received(): Promise<Ways> {
    const people = [this.room.localParticipant, ...(this.room.remoteParticipants?.values() ?? [])];
    const tracks = people.flatMap((person) => [...(person?.trackPublications?.values() ?? [])].flatMap(({ track }) => track ?? []));
    const weight = (track: Track) => Number(track !== this.witness) + Number(track.isMuted);
    for (const track of tracks.sort((one, other) => weight(one) - weight(other)).slice(0, mostWitnesses)) {
      const ways = waysOf(await track.getRTCStatsReport().catch(() => undefined));
      if (ways.counts.size === 0) continue;
      this.witness = track;
      return ways;
    }
    return waysOf(undefined);
  }
}

const openState = 1;

function waysOf(report: RTCStatsReport | undefined): Ways {
  const counts = new Map<string, number>();
  let ageMs = Infinity;
  for (const each of report?.values() ?? []) {
    if (each.type !== "candidate-pair") continue;
    counts.set(each.id, (each.bytesReceived ?? 0) + (each.requestsReceived ?? 0) + (each.responsesReceived ?? 0));
    if (each.lastPacketReceivedTimestamp) ageMs = Math.min(ageMs, Math.max(0, each.timestamp - each.lastPacketReceivedTimestamp));
  }
  return { counts, ageMs: Number.isFinite(ageMs) ? ageMs : 0 };
}
