/** What a browser's processes take of the processor, as the kernel counts it. */

import type { Browser, CDPSession } from "@playwright/test";

interface Process {
  id: number;
  type: string;
  cpuTime: number;
}

/** Shares of one core. */
export interface Taken {
  /** The process of the page that works most. */
  tab: number;
  /** All other processes of the browser: they draw, and speak with the network. */
  rest: number;
}

/** Begins to count; the answer tells what was taken since. Only one page of this browser may be at work. */
export async function countProcessor(browser: Browser): Promise<() => Promise<Taken>> {
  const session: CDPSession = await browser.newBrowserCDPSession();
  const spent = async () => ((await session.send("SystemInfo.getProcessInfo")) as { processInfo: Process[] }).processInfo;
  const before = new Map((await spent()).map(({ id, cpuTime }) => [id, cpuTime]));
  const began = performance.now();
  return async () => {
    const after = await spent();
    const seconds = (performance.now() - began) / 1_000;
    await session.detach();
    const taken = after.map(({ id, type, cpuTime }) => ({ type, share: (cpuTime - (before.get(id) ?? 0)) / seconds }));
    const tab = Math.max(...taken.filter(({ type }) => type === "renderer").map(({ share }) => share));
    return { tab, rest: taken.reduce((sum, { share }) => sum + share, 0) - tab };
  };
}
