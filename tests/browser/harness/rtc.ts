/** What the app's peer connections really receive; the app itself hides them. */

import type { Page } from "@playwright/test";

/** Sums over everything a page receives and sends. */
export interface Media {
  /** Pictures decoded, of all tracks. */
  frames: number;
  /** Pictures decoded since the page came up, one entry per track. */
  framesByTrack: number[];
  /** The largest picture received. */
  widest: number;
  audioPackets: number;
  /** Zero for silence. */
  audioEnergy: number;
  /** Pictures encoded, of all tracks and layers. */
  framesSent: number;
}

interface Watch {
  connections: RTCPeerConnection[];
}

interface Timing {
  clickedAt?: number;
  firstFrameAfterMs?: number;
}

/** Runs in the page before the app: remembers every peer connection. */
export function watchConnections() {
  const watch: Watch = { connections: [] };
  (window as unknown as { __watch: Watch }).__watch = watch;
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = new Proxy(Real, {
    construct(target, words, self) {
      const connection = Reflect.construct(target, words, self) as RTCPeerConnection;
      watch.connections.push(connection);
      return connection;
    },
  });
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`refused by the content security policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
}

/** Runs in the page before the app: times the first picture after a click, looking fifty times a second until there is one. */
export function timeFirstFrame() {
  const timing: Timing = {};
  (window as unknown as { __timing: Timing }).__timing = timing;
  const decoded = async () => {
    for (const connection of (window as unknown as { __watch: Watch }).__watch.connections) {
      if (connection.signalingState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "video" && report.framesDecoded > 0) return true;
      }
    }
    return false;
  };
  let looks = false;
  const look = async () => {
    if (await decoded()) {
      timing.firstFrameAfterMs ??= performance.now() - timing.clickedAt!;
      looks = false;
    } else setTimeout(look, 20);
  };
  const clicked = () => {
    timing.clickedAt = performance.now();
    timing.firstFrameAfterMs = undefined;
    if (!looks) {
      looks = true;
      void look();
    }
  };
  document.addEventListener("click", clicked, true);
}

/** What the page has received so far. */
export function media(page: Page): Promise<Media> {
  return page.evaluate(async () => {
    const { connections } = (window as unknown as { __watch: Watch }).__watch;
    const sum = { frames: 0, framesByTrack: [] as number[], widest: 0, audioPackets: 0, audioEnergy: 0, framesSent: 0 };
    for (const connection of connections) {
      if (connection.signalingState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "outbound-rtp" && report.kind === "video") sum.framesSent += report.framesEncoded ?? 0;
        if (report.type !== "inbound-rtp") continue;
        if (report.kind === "video") {
          sum.frames += report.framesDecoded ?? 0;
          if (report.framesDecoded > 0) sum.framesByTrack.push(report.framesDecoded);
          sum.widest = Math.max(sum.widest, report.frameWidth ?? 0);
        } else {
          sum.audioPackets += report.packetsReceived ?? 0;
          sum.audioEnergy += report.totalAudioEnergy ?? 0;
        }
      }
    }
    return sum;
  });
}

/** Milliseconds from the last click to the first decoded picture, once there was one; the page must be timed. */
export function firstFrameAfter(page: Page): Promise<number | undefined> {
  return page.evaluate(() => (window as unknown as { __timing: Timing }).__timing.firstFrameAfterMs);
}
