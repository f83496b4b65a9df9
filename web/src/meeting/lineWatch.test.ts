import type { Room } from "livekit-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { attemptMs, LineWatch } from "./lineWatch";
import { soonForMs } from "./reconnecting";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A socket whose other end answers each word after a moment, as long as the line carries. */
class FakeSocket extends EventTarget {
  readyState = 1;
  sent = 0;
  constructor(private readonly line: { carries: boolean }) {
    super();
  }
  send() {
    this.sent += 1;
    if (this.line.carries) setTimeout(() => this.line.carries && this.dispatchEvent(new Event("message")), 30);
  }
}

function meeting({ sends = false } = {}) {
  const line = { carries: true };
  const left: FakeSocket[] = [];
  const options = { websocketTimeout: attemptMs.patient };
  const client = { rtt: 30, options, ws: { ws: new FakeSocket(line) } as { ws: FakeSocket } | undefined, handleOnClose: () => void (left.push(client.ws!.ws), (client.ws = undefined)) };
  let bytesReceived = 0;
  const report = () => {
    if (line.carries) bytesReceived += 100;
    return Promise.resolve(new Map([["p", { id: "p", type: "candidate-pair", bytesReceived, timestamp: Date.now(), lastPacketReceivedTimestamp: Date.now() }]]));
  };
  const publications = new Map(sends ? [["t", { track: { getRTCStatsReport: report } }]] : []);
  const room = { engine: { client }, localParticipant: { trackPublications: publications }, remoteParticipants: new Map() } as unknown as Room;
  const shown: boolean[] = [];
  const ended = new AbortController();
  new LineWatch(room, ended.signal, (isSilent) => shown.push(isSilent), () => Date.now());
  return { line, left, options, client, shown, ended, socket: client.ws!.ws };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("a line that carries is never shown as broken, and where media comes the server is hardly asked", async () => {
  for (const sends of [true, false]) {
    const { shown, left, socket } = meeting({ sends });
    await pass(30_000);
    expect([shown, left]).toEqual([[], []]);
    if (sends) expect(socket.sent).toBeLessThan(16);
    else expect(socket.sent).toBeGreaterThan(60);
  }
});

test("a line on which everything vanishes is shown, its socket left once, and a new one tried again and again until something comes", async () => {
  for (const sends of [true, false]) {
    const { line, left, options, client, shown, socket } = meeting({ sends });
    await pass(10_000);
    line.carries = false;
    await pass(1_999);
    expect(shown).toEqual([true]);
    expect(left).toEqual([]);
    await pass(2_000);
    expect(left).toEqual([socket]);
    expect(options.websocketTimeout).toBe(attemptMs.hasty);
    client.rtt = 1_000;
    await pass(1_000);
    expect(options.websocketTimeout, "a line known to be slow is given its time").toBe(5_000);
    await pass(soonForMs);
    expect(options.websocketTimeout, "a long break is tried less often").toBe(attemptMs.patient);
    expect(shown).toEqual([true]);
    line.carries = true;
    client.ws = { ws: new FakeSocket(line) };
    await pass(500);
    expect(shown).toEqual([true, false]);
    expect([left.length, options.websocketTimeout]).toEqual([1, attemptMs.patient]);
  }
});

test("nothing is looked at any more once the meeting is over", async () => {
  const { line, shown, ended } = meeting();
  ended.abort();
  line.carries = false;
  await pass(20_000);
  expect(shown).toEqual([]);
});
