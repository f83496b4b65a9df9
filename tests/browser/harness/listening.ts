/** What a page sees and hears for a while, as its peer connections count it. */

import { type Page, expect } from "@playwright/test";

/** One stream since it began. */
interface Stream {
  kind: "audio" | "video";
  bytes: number;
  /** Of sound: all samples, those that the browser had to make up, and how loud they were. */
  samples: number;
  concealed: number;
  energy: number;
  /** Of pictures: how wide they are, and how many were decoded. */
  width: number;
  frames: number;
}

export interface Heard {
  seconds: number;
  kilobitsPerSecond: number;
  /** Of the loudest sound. */
  energy: number;
  /** The share of it that the browser had to make up. */
  madeUp: number;
  pictures: { width: number; frames: number; longestStillSeconds: number }[];
}

const SAMPLES_PER_SECOND = 48_000;
const LOOK_EVERY_MS = 250;

const streams = (page: Page) =>
  page.evaluate(async () => {
    const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
    const found: Record<string, Stream> = {};
    for (const [at, connection] of connections.entries()) {
      if (connection.connectionState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        found[`${at} ${report.id}`] = {
          kind: report.kind,
          bytes: report.bytesReceived ?? 0,
          samples: report.totalSamplesReceived ?? 0,
          concealed: (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0),
          energy: report.totalAudioEnergy ?? 0,
          width: report.frameWidth ?? 0,
          frames: report.framesDecoded ?? 0,
        };
      }
    }
    return { at: performance.now(), found };
  });

/** What a page receives in so many seconds of sound from now on. */
export async function listen(page: Page, seconds: number): Promise<Heard> {
  const before = await streams(page);
  let now = before;
  const changed = new Map<string, { at: number; frames: number; still: number }>();
  const grown = (key: string, what: "samples" | "concealed" | "energy" | "frames" | "bytes") => now.found[key]![what] - (before.found[key]?.[what] ?? 0);
  const of = (kind: Stream["kind"]) => Object.keys(now.found).filter((key) => now.found[key]!.kind === kind);
  const look = async () => {
    now = await streams(page);
    for (const key of of("video")) {
      const { frames } = now.found[key]!;
      const last = changed.get(key) ?? { at: before.at, frames: before.found[key]?.frames ?? 0, still: 0 };
      const still = Math.max(last.still, now.at - last.at);
      changed.set(key, frames === last.frames ? { ...last, still } : { at: now.at, frames, still });
    }
    return Math.max(0, ...of("audio").map((key) => grown(key, "samples"))) / SAMPLES_PER_SECOND;
  };
  await expect.poll(look, { message: `${seconds} seconds of sound`, timeout: seconds * 1_000 + 60_000, intervals: [LOOK_EVERY_MS] }).toBeGreaterThan(seconds);
  const elapsed = (now.at - before.at) / 1_000;
  const [loudest] = of("audio").sort((one, other) => grown(other, "energy") - grown(one, "energy"));
  return {
    seconds: elapsed,
    kilobitsPerSecond: (Object.keys(now.found).reduce((sum, key) => sum + grown(key, "bytes"), 0) * 8) / 1_000 / elapsed,
    energy: grown(loudest!, "energy"),
    madeUp: grown(loudest!, "concealed") / grown(loudest!, "samples"),
    pictures: of("video").map((key) => ({ width: now.found[key]!.width, frames: grown(key, "frames"), longestStillSeconds: changed.get(key)!.still / 1_000 })),
  };
}
