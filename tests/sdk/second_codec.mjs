/**
 * A browser publishes pictures in VP9. Who can read VP9 gets that; for who can read VP8 only it sends VP8 as well, without
 * anybody doing anything about it.
 */

import { browserClient } from "./clients/browser.mjs";
import { key, nodeToken } from "./tokens.mjs";

const meeting = "two-codecs";
const MEDIA_LIMIT_MS = 60_000;
const PICTURES = 30;

export async function publishInTwoCodecs(server, page, { ask, judge }) {
  const names = { publisher: "publishes=vp9", modern: "", modest: "reads=vp8" };
  const clients = {};
  try {
    for (const [name, query] of Object.entries(names)) clients[name] = await browserClient("chromium", `${page.url}?${query}`);
    const url = server.url.replace("http", "ws");
    for (const [name, { enter }] of Object.entries(clients)) await enter(url, await nodeToken(name, key.secret, meeting));
    for (const [name, codec] of [["modern", "video/VP9"], ["modest", "video/VP8"]]) {
      const reads = ({ seen }) => seen.publisher?.frames > PICTURES && seen.publisher.codec === codec;
      const report = await ask(clients[name].report, reads, MEDIA_LIMIT_MS);
      judge(`${name} reads ${codec}: ${JSON.stringify(report.seen.publisher)}`, reads(report));
    }
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.stop()));
  }
}
