import { Room, RoomEvent } from "livekit-client";
import type { LineTrialAnswer } from "../api/contract";
import { refusalOf } from "../meeting/refusal";
import { type Arrival, type Line, type Way, median, rateOf } from "./line";
import { LineRefused } from "./lineTrial";

/** Asked so many times how long the way is. */
const pings = 5;
/** Sent at once in pieces: less than the server keeps for a slow reader (512 KiB). */
const pieces = 28;
const pieceBytes = 14_000;
/** A way that is not found after so long is not there, milliseconds. */
const searchMs = 10_000;
/** A line that has not taken it after so long is measured by what arrived, milliseconds. */
const patienceMs = 8_000;

/** Connects with both ends of a trial and sends from one to the other: what arrives went to the server and came back. */
export async function measureLine(trial: LineTrialAnswer, measuring: () => void, stop: AbortSignal): Promise<Line> {
  const [near, far] = [new Room(), new Room()];
  const leave = () => void Promise.all([near.disconnect(), far.disconnect()]);
  stop.addEventListener("abort", leave);
  try {
    await connect(near, far, trial);
    if (stop.aborted) throw new LineRefused("failed");
    measuring();
    // The far end answers at once, so each question goes to the server and back twice.
    const roundTrip = median(await ask(near, far)) / 2;
    const rate = rateOf(await pour(near, far));
    if (rate === 0) throw new LineRefused("failed");
    return { way: await wayOf(near), roundTrip, rate };
  } finally {
    stop.removeEventListener("abort", leave);
    leave();
  }
}

async function connect(near: Room, far: Room, { url, tokens }: LineTrialAnswer) {
  let signalled = false;
  near.on(RoomEvent.SignalConnected, () => (signalled = true));
  try {
    const options = { peerConnectionTimeout: searchMs, websocketTimeout: searchMs, maxRetries: 0 };
    await Promise.all([near.connect(url, tokens[0]!, options), far.connect(url, tokens[1]!, options)]);
  } catch {
    const fault = await refusalOf(url, tokens[0]!);
    throw new LineRefused(fault === "blocked" && !signalled ? "failed" : fault);
  }
}

/** How long each of a few questions takes, milliseconds. */
async function ask(near: Room, far: Room): Promise<number[]> {
  const answer = () => void far.localParticipant.publishData(new Uint8Array(1), { reliable: true, topic: "pong" }).catch(() => {});
  far.on(RoomEvent.DataReceived, (_payload, _from, _kind, topic) => void (topic === "ping" && answer()));
  const times: number[] = [];
  const over = performance.now() + patienceMs;
  while (times.length < pings && performance.now() < over) {
    const answered = heard(near, "pong", over);
    const before = performance.now();
    await near.localParticipant.publishData(new Uint8Array(1), { reliable: true, topic: "ping" });
    if (!(await answered)) break;
    times.push(performance.now() - before);
  }
  if (times.length === 0) throw new LineRefused("failed");
  return times;
}

/** Whether something on the topic arrives before it is too late. */
function heard(room: Room, topic: string, over: number): Promise<boolean> {
  return new Promise((done) => {
    const end = (came: boolean) => {
      clearTimeout(timer);
      room.off(RoomEvent.DataReceived, hear);
      room.off(RoomEvent.Disconnected, cut);
      done(came);
    };
    const hear = (_payload: Uint8Array, _from: unknown, _kind: unknown, about?: string) => void (about === topic && end(true));
    const cut = () => end(false);
    const timer = setTimeout(cut, Math.max(over - performance.now(), 0));
    room.on(RoomEvent.DataReceived, hear).on(RoomEvent.Disconnected, cut);
  });
}

/** Sends what a meeting would, and says what arrived when. */
async function pour(near: Room, far: Room): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const over = performance.now() + patienceMs;
  const all = new Promise<void>((done) => {
    const timer = setTimeout(done, patienceMs);
    far.on(RoomEvent.DataReceived, (payload, _from, _kind, topic) => {
      if (topic !== "pour") return;
      arrivals.push({ at: performance.now(), bytes: payload.byteLength });
      if (arrivals.length === pieces) done(clearTimeout(timer));
    });
    far.once(RoomEvent.Disconnected, () => done(clearTimeout(timer)));
  });
  // Random, so that nothing on the way can pack it.
  const piece = crypto.getRandomValues(new Uint8Array(pieceBytes));
  for (let sent = 0; sent < pieces && performance.now() < over; sent += 1) {
    void near.localParticipant.publishData(piece, { reliable: true, topic: "pour" }).catch(() => {});
  }
  await all;
  return arrivals;
}

/** By the pair of addresses in use. */
async function wayOf(room: Room): Promise<Way> {
  const stats = await room.engine.pcManager?.publisher.getStats();
  const all = [...(stats?.values() ?? [])] as Stat[];
  const chosen = all.find((each) => each.type === "transport")?.selectedCandidatePairId;
  const pair = all.find((each) => each.id === chosen) ?? all.find((each) => each.type === "candidate-pair" && each.nominated && each.state === "succeeded");
  const own = all.find((each) => each.id === pair?.localCandidateId);
  if (own?.candidateType !== "relay") return own?.protocol === "tcp" ? "stream" : "direct";
  return own.relayProtocol === undefined || own.relayProtocol === "udp" ? "relay" : "stream";
}

/** Of what browsers tell, what says the way. */
type Stat = { type: string; id: string; selectedCandidatePairId?: string; nominated?: boolean; state?: string; localCandidateId?: string; candidateType?: string; protocol?: string; relayProtocol?: string };
