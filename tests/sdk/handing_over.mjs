/**
 * A node is stopped as for an update: its meeting goes on at the other node, as it was. Clients know one address; behind it
 * a balancer leads them to a node that says it is ready.
 */

import { connect, createServer } from "node:net";
import { RoomServiceClient } from "livekit-server-sdk";
import { serve } from "../serving/rennsteig.mjs";
import { browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { cells, table } from "./matrix.mjs";
import { startRedis } from "./redis.mjs";
import { key, nodeToken, settingsFor } from "./tokens.mjs";

const meeting = "meeting-that-moves";
const ENTER_LIMIT_MS = 45_000;
const MEDIA_LIMIT_MS = 60_000;
const LOOK_MS = 50;
/** Usually one to three seconds, with four clients and two servers on two cores; eight on two busy ones. */
const PAUSE_LIMIT_MS = 30_000;

/** Leads each connection to the first node that is ready at that moment. */
async function balance(nodes) {
  const isReady = ({ url }) => fetch(`${url}/health/ready`).then(({ ok }) => ok, () => false);
  const open = new Set();
  const balancer = createServer({ pauseOnConnect: true }, async (client) => {
    open.add(client.on("error", () => {}).on("close", () => open.delete(client)));
    for (const node of nodes) {
      if (!(await isReady(node))) continue;
      const { hostname, port } = new URL(node.url);
      const way = connect({ host: hostname, port: Number(port) });
      open.add(way.on("error", () => client.destroy()).on("close", () => (open.delete(way), client.destroy())));
      client.on("close", () => way.destroy());
      client.pipe(way).pipe(client);
      client.resume();
      return;
    }
    client.destroy();
  });
  await new Promise((listening) => balancer.listen(0, "127.0.0.1", listening));
  return {
    url: `ws://127.0.0.1:${balancer.address().port}`,
    stop: () => {
      balancer.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Looks again and again how many pictures of each other a client has shown; says for how long there was nothing new. */
function watchPictures(client, others) {
  let watching = true;
  const longest = {};
  const done = (async () => {
    const last = {};
    while (watching) {
      const { seen } = await client.report();
      const now = Date.now();
      for (const { name } of others) {
        const frames = seen[name]?.frames;
        if (last[name] && last[name].frames === frames) longest[name] = Math.max(longest[name] ?? 0, now - last[name].at);
        else last[name] = { frames, at: now };
      }
      await new Promise((again) => setTimeout(again, LOOK_MS));
    }
    return longest;
  })();
  return () => ((watching = false), done);
}

export async function stopANode(page, { ask, judge, within, reportsOf }) {
  const redis = await startRedis();
  const settings = {
    RENNSTEIG__CLUSTER__URL: redis.url,
    ...settingsFor(page),
  };
  const [nodes, clients] = [[], []];
  let balancer;
  try {
    for (const _ of ["old", "new"]) nodes.push(await serve(settings, "signaling"));
    balancer = await balance(nodes);
    clients.push(
      programClient("python", ".venv/bin/python", ["clients/python.py"]),
      await browserClient("chromium", page.url),
      programClient("node", process.execPath, ["clients/node.mjs"]),
      await browserClient("firefox", page.url),
    );
    for (const { name, enter } of clients) {
      const entered = await within(ENTER_LIMIT_MS, name, enter(balancer.url, await nodeToken(name, key.secret, meeting)))
        .then(() => true, (error) => (console.log(`${name}, before a node stops: ${error.message}`), false));
      judge(`${name} enters the meeting that will move`, entered);
    }
    const service = (node) => new RoomServiceClient(node.url, key.id, key.secret);
    const full = (reports) => cells(reports).every((cell) => cell.holds);
    await ask(() => reportsOf(clients), full, MEDIA_LIMIT_MS);
    await service(nodes[0]).updateRoomMetadata(meeting, "agreed before the move");
    for (const { name } of clients) {
      await service(nodes[0]).updateParticipant(meeting, name, { attributes: { hand: "up" }, name: `Renamed ${name}` });
    }
    const raised = (state) => state.attributes.hand === "up" && state.metadata === "agreed before the move";
    for (const client of clients) judge(`${client.name} raised its hand`, raised(await ask(() => client.state(), raised, ENTER_LIMIT_MS)));
    const watches = clients.map((client) => watchPictures(client, clients.filter((other) => other !== client)));

    const began = Date.now();
    await nodes.shift().stop();
    console.log(`the node stopped after ${Date.now() - began} ms`);
    const isBack = (now) => now.happened.includes("reconnected") && now.state === "connected" && raised(now);
    for (const client of clients) {
      const after = await ask(() => client.state(), isBack, ENTER_LIMIT_MS);
      judge(`${client.name} goes on at the other node as it was: ${JSON.stringify(after)}`, isBack(after));
      judge(`${client.name} was not thrown out`, !after.happened.includes("disconnected"));
    }
    const publishing = async () => {
      const inside = await service(nodes[0]).listParticipants(meeting).catch(() => []);
      return inside.filter(({ tracks }) => tracks.length === 2).map(({ name }) => name).sort().join();
    };
    const all = clients.map(({ name }) => `Renamed ${name}`).sort().join();
    const inside = await ask(publishing, (now) => now === all, MEDIA_LIMIT_MS);
    judge(`all publish at the other node under their names: ${inside}`, inside === all);
    // What was counted before the move stands still, and some begin to count anew.
    const pairs = clients.flatMap((to) => clients.filter((from) => from !== to).map((from) => [to.name, from.name]));
    const differs = (than, by) => (now) => pairs.every(([to, from]) => ["frames", "energy"].every((what) => by(now[to].seen[from][what], than[to].seen[from][what])));
    const stale = await reportsOf(clients);
    const fresh = await ask(() => reportsOf(clients), differs(stale, (now, then) => now !== then), MEDIA_LIMIT_MS);
    const more = differs(fresh, (now, then) => now > then);
    const last = await ask(() => reportsOf(clients), more, MEDIA_LIMIT_MS);
    judge(`everybody sees and hears everybody at the other node\n${table(last)}`, more(last));
    const gaps = await Promise.all(watches.map((stop) => stop()));
    const worst = Math.max(...gaps.flatMap((gap) => Object.values(gap)));
    console.log(`pictures paused for ${worst} ms at most: ${JSON.stringify(Object.fromEntries(clients.map(({ name }, at) => [name, gaps[at]])))}`);
    judge(`pictures pause for a moment only: ${worst} ms`, worst < PAUSE_LIMIT_MS);
    for (const client of clients.splice(0)) await client.stop();
  } finally {
    for (const client of clients) console.log(`--- ${client.name}, a node stops\n${client.words().slice(-2_000)}`);
    await Promise.all(clients.map((client) => client.stop()));
    balancer?.stop();
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
  }
}
