/**
 * Of what a browser is sent one packet in ten is lost. Its server sends it each piece of sound three times then, and the browser
 * decodes that: of what it plays next to nothing is made up.
 */

import { createSocket } from "node:dgram";
import { mediaAddress } from "../serving/rennsteig.mjs";
import { browserClient } from "./clients/browser.mjs";
import { key, nodeToken } from "./tokens.mjs";

const LIMIT_MS = 60_000;
const LOST = 0.1;
/** What is looked at: ten seconds of 48,000 samples. */
const SAMPLES = 480_000;
/** One piece in ten would be missing if each came once, one in a hundred if twice. */
const MADE_UP = 0.01;
/** Three pieces are nearly three times as long as one. */
const LONGER = 2;

/** Forwards between one client and the server's port, and loses some of what goes to the client. */
async function lossyLine() {
  const [front, back] = [createSocket("udp4"), createSocket("udp4")];
  let client;
  let server;
  let state = 1;
  const isLost = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32 < LOST;
  };
  front.on("message", (packet, from) => {
    client = from;
    if (server) back.send(packet, server, mediaAddress);
  });
  back.on("message", (packet) => {
    if (client && !isLost()) front.send(packet, client.port, client.address);
  });
  for (const socket of [front, back]) await new Promise((bound) => socket.bind(0, mediaAddress, bound));
  return { port: front.address().port, leadTo: (port) => (server = port), stop: () => [front, back].forEach((socket) => socket.close()) };
}

export async function listenOverALossyLine(server, page, { ask, judge }) {
  const line = await lossyLine();
  const clients = {};
  try {
    clients.speaker = await browserClient("chromium", `${page.url}?steady`);
    clients.listener = await browserClient("chromium", `${page.url}?via=${line.port}`);
    const url = server.url.replace("http", "ws");
    line.leadTo(Number(/media: +udp \S+:(\d+)/i.exec(server.output())[1]));
    for (const [name, { enter }] of Object.entries(clients)) await enter(url, await nodeToken(name, key.secret, "lossy-line"));
    const heard = async () => (await clients.listener.report()).seen.speaker ?? {};
    const since = (before, now, what) => now[what] - (before[what] ?? 0);
    let [before, spoken] = [await heard(), await clients.speaker.spoken()];
    const isGood = ({ samples, madeUp, longer }) => samples >= SAMPLES && madeUp <= MADE_UP && longer >= LONGER;
    // Window after window, until the server has noticed.
    const window = async () => {
      const [now, said] = [await heard(), await clients.speaker.spoken()];
      const samples = since(before, now, "samples");
      const length = since(spoken, said, "bytes") / since(spoken, said, "packets");
      const longer = since(before, now, "bytes") / since(before, now, "packets") / length;
      const got = { samples, madeUp: since(before, now, "concealed") / samples, longer };
      if (samples >= SAMPLES) [before, spoken] = [now, said];
      return got;
    };
    const got = await ask(window, isGood, LIMIT_MS);
    judge(`over a lossy line next to nothing is made up: ${JSON.stringify(got)}`, isGood(got));
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.stop()));
    line.stop();
  }
}
