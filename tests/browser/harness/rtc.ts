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
  clickedAt?: number;
  firstFrameAfterMs?: number;
}

/** Runs in the page before the app: remembers every peer connection and times the first picture after a click. */
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
  const decoded = async () => {
    for (const connection of watch.connections) {
      if (connection.signalingState === "closed") continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "video" && report.framesDecoded > 0) return true;
      }
    }
    return false;
  };
  let timing = false;
  const time = async () => {
    if (await decoded()) {
      watch.firstFrameAfterMs ??= performance.now() - watch.clickedAt!;
      timing = false;
    } else setTimeout(time, 20);
  };
  const clicked = () => {
    watch.clickedAt = performance.now();
    watch.firstFrameAfterMs = undefined;
    if (!timing) {
      timing = true;
      void time();
    }
  };
  document.addEventListener("click", clicked, true);
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`refused by the content security policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
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

/** Milliseconds from the last click to the first decoded picture, once there was one. */
export function firstFrameAfter(page: Page): Promise<number | undefined> {
  return page.evaluate(() => (window as unknown as { __watch: Watch }).__watch.firstFrameAfterMs);
}
