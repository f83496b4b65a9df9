/**
 * A meeting on two nodes: half of the clients knock at one, half at the other, some of them in the older shape, and each
 * must hear, see and read each other one. Who loses the connection comes back through the node it knocked at.
 */

import { RoomServiceClient } from "livekit-server-sdk";
import { serve } from "../serving/rennsteig.mjs";
import { browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { comeBack } from "./coming_back.mjs";
import { cells, table } from "./matrix.mjs";
import { moveOn } from "./moving.mjs";
import { startRedis } from "./redis.mjs";
import { key, nodeToken, settingsFor } from "./tokens.mjs";

const meeting = "spread-meeting";
const THERE = "meeting-of-the-other-node";
const ENTER_LIMIT_MS = 45_000;
const MEDIA_LIMIT_MS = 60_000;

export async function meetOnTwoNodes(page, { ask, judge, within, reportsOf }) {
  const redis = await startRedis();
  const settings = {
    RENNSTEIG__CLUSTER__URL: redis.url,
    ...settingsFor(page),
  };
  const [nodes, clients] = [[], []];
  try {
    for (const _ of ["here", "there"]) nodes.push(await serve(settings, "signaling"));
    clients.push(
      programClient("python", ".venv/bin/python", ["clients/python.py"]),
      await browserClient("chromium", page.url),
      programClient("node", process.execPath, ["clients/node.mjs"]),
      await browserClient("firefox", `${page.url}?older`),
    );
    for (const [at, { name, enter }] of clients.entries()) {
      const url = nodes[at % 2].url.replace("http", "ws");
      const token = await nodeToken(name, key.secret, meeting);
      const entered = await within(ENTER_LIMIT_MS, name, enter(url, token)).then(() => true, (error) => {
        console.log(`${name}, two nodes: ${error.message}`);
        return false;
      });
      judge(`${name} enters and publishes through node ${at % 2}`, entered);
    }
    const full = (reports) => cells(reports).every((cell) => cell.holds);
    const reports = await ask(() => reportsOf(clients), full, MEDIA_LIMIT_MS);
    console.log(`two nodes\n${table(reports)}`);
    for (const { to, from, kind, holds } of cells(reports)) judge(`two nodes: ${to} ${kind} ${from}`, holds);
    // The first node has the meeting; Chromium knocked at the other one.
    const [python, chromium, node] = clients;
    await comeBack(nodes[0], python, [chromium, node], ask, judge, meeting);
    await comeBack(nodes[1], chromium, [python, node], ask, judge, meeting);
    await comeBack(nodes[0], node, [python, chromium], ask, judge, meeting);
    // The other meeting is run by the other node.
    await new RoomServiceClient(nodes[1].url, key.id, key.secret).createRoom({ name: THERE, emptyTimeout: 300 });
    await moveOn(nodes[0], clients, ask, judge, meeting, THERE);
    for (const client of clients.splice(0)) await client.stop();
  } finally {
    for (const client of clients) console.log(`--- ${client.name}, two nodes\n${client.words().slice(-2_000)}`);
    await Promise.all(clients.map((client) => client.stop()));
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
  }
}
