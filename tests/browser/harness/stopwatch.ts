/** When something happened on a page, by the page's own clock: a loaded machine may look in from outside too late. */

import { type Page, expect } from "@playwright/test";
import { words } from "./words.ts";

interface Moment {
  /** Milliseconds since 1970, as everywhere on this machine. */
  at: number;
  /** The banner says that the line is broken. */
  broken: boolean;
  tiles: number;
  /** Pictures decoded and sound heard by connections that are open, and how many there are. */
  frames: number;
  energy: number;
}

interface Watched {
  moments: Moment[];
  since: number;
}

/** Notes every hundredth of a second what the page shows, and ten times a second what comes in. */
export async function startWatch(page: Page) {
  await page.evaluate(
    ({ broken, people }) => {
      const watched: Watched = { moments: [], since: Date.now() };
      (window as unknown as { __watched: Watched }).__watched = watched;
      const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
      let [frames, energy] = [0, 0];
      const measure = async () => {
        let [pictures, sound] = [0, 0];
        for (const connection of connections) {
          if (connection.connectionState === "closed") continue;
          for (const report of (await connection.getStats()).values()) {
            if (report.type !== "inbound-rtp") continue;
            if (report.kind === "video") pictures += report.framesDecoded ?? 0;
            else sound += report.totalAudioEnergy ?? 0;
          }
        }
        [frames, energy] = [pictures, sound];
        setTimeout(measure, 100);
      };
      void measure();
      setInterval(() => {
        const banner = [...document.querySelectorAll("[role=alert]")].some((each) => each.textContent?.includes(broken));
        const list = document.querySelector(`[role=list][aria-label="${people}"], ul[aria-label="${people}"]`);
        watched.moments.push({ at: Date.now(), broken: banner, tiles: list?.children.length ?? 0, frames, energy });
      }, 10);
    },
    { broken: words("banner.lost"), people: words("panel.people") },
  );
}

const momentsSince = (page: Page, since: number) =>
  page.evaluate((start) => (window as unknown as { __watched: Watched }).__watched.moments.filter(({ at }) => at >= start), since);

/** Milliseconds from an instant until the page showed it; waits for it, and fails where it took longer than it may. */
export async function within(page: Page, since: number, limitMs: number, what: string, is: "broken" | "whole" | "flowing") {
  let took: number | undefined;
  await expect
    .poll(
      async () => {
        const moments = await momentsSince(page, since);
        const first = moments[0];
        const isSo = ({ broken, tiles, frames, energy }: Moment) =>
          is === "broken" ? broken : !broken && (is === "whole" || (tiles === 2 && frames !== first!.frames && frames > 0 && energy !== first!.energy && energy > 0));
        const found = moments.find(isSo);
        took = found && found.at - since;
        return took;
      },
      { message: what, timeout: limitMs + 30_000 },
    )
    .toBeDefined();
  expect(took, `${what}: milliseconds`).toBeLessThanOrEqual(limitMs);
  return took!;
}

/** The most tiles there ever were since an instant: nobody is shown twice, not for a moment. */
export const mostTiles = async (page: Page, since: number) => Math.max(...(await momentsSince(page, since)).map(({ tiles }) => tiles));

/** The longest time since an instant in which no picture was decoded, milliseconds. */
export async function longestStill(page: Page, since: number): Promise<number> {
  const moments = await momentsSince(page, since);
  let [longest, last] = [0, moments[0]!];
  for (const moment of moments) {
    if (moment.frames !== last.frames) last = moment;
    longest = Math.max(longest, moment.at - last.at);
  }
  return longest;
}

/** How often the banner came since an instant. */
export async function timesBroken(page: Page, since: number): Promise<number> {
  const moments = await momentsSince(page, since);
  return moments.filter(({ broken }, index) => broken && !moments[index - 1]?.broken).length;
}

/** Waits until a page was watched for so many milliseconds since an instant. */
export const watchedFor = (page: Page, since: number, ms: number) =>
  page.waitForFunction((until) => ((window as unknown as { __watched: Watched }).__watched.moments.at(-1)?.at ?? 0) >= until, since + ms, { timeout: ms + 60_000 });
