/**
 * A browser publishes pictures whose sizes are all inside one stream (SVC), in AV1 and in VP9. Who asks for a smaller picture
 * gets one and decodes it, and a larger one again, without the picture standing still.
 */

import { browserClient } from "./clients/browser.mjs";
import { key, nodeToken } from "./tokens.mjs";

const LIMIT_MS = 60_000;
const PICTURES = 30;
/** Cameras send 640 by 360 and less. */
const SMALL_WIDTH = 320;
/** A picture may stand still this long while it changes: machines of tests are busy. */
const STILL_SECONDS = 2;

export async function watchLayersInside(server, page, { ask, judge }) {
  for (const codec of ["av1", "vp9"]) {
    const clients = {};
    try {
      for (const [name, query] of [["publisher", `publishes=${codec}`], ["watcher", ""]]) {
        clients[name] = await browserClient("chromium", `${page.url}?${query}`);
      }
      const url = server.url.replace("http", "ws");
      for (const [name, { enter }] of Object.entries(clients)) await enter(url, await nodeToken(name, key.secret, `layers-${codec}`));
      const { watcher } = clients;
      const seen = async () => (await watcher.report()).seen.publisher ?? {};
      const width = ({ size }) => Number.parseInt(size, 10);
      const until = async (what, holds) => {
        const before = await seen();
        const goesOn = (now) => now.codec === `video/${codec.toUpperCase()}` && now.frames > (before.frames ?? 0) + PICTURES && holds(now);
        const now = await ask(seen, goesOn, LIMIT_MS);
        judge(`${codec}: ${what}: ${JSON.stringify(now)}`, goesOn(now));
        return now;
      };
      const isSmall = (now) => width(now) <= SMALL_WIDTH;
      const isLarge = (now) => width(now) > SMALL_WIDTH;
      const first = await until("at first the picture is large", isLarge);
      await watcher.act("smaller", "publisher");
      await until("it becomes smaller", isSmall);
      await watcher.act("larger", "publisher");
      const last = await until("and large again", isLarge);
      const still = last.frozen - first.frozen;
      judge(`${codec}: meanwhile it stood still for ${still} s`, still <= STILL_SECONDS);
    } finally {
      await Promise.all(Object.values(clients).map((client) => client.stop()));
    }
  }
}
