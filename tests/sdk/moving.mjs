/** A stock server SDK leads clients into another meeting; they find each other there. */

import { RoomServiceClient } from "livekit-server-sdk";
import { key, room } from "./tokens.mjs";

const LIMIT_MS = 45_000;

/** Moves these clients one after another out of the meeting `from`; `ask` and `judge` are the test's. */
export async function moveOn(server, clients, ask, judge, from = room, there = "other-meeting") {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  const insideOf = (meeting) => service.listParticipants(meeting).catch(() => []);
  const named = (list) => list.map(({ identity, name }) => identity ?? name).sort().join();
  const publishing = async () => named((await insideOf(there)).filter(({ tracks }) => tracks.length === 2));
  for (const [at, client] of clients.entries()) {
    const began = Date.now();
    await service.moveParticipant(from, client.name, there);
    const all = named(clients.slice(0, at + 1));
    const inside = await ask(publishing, (inside) => inside === all, LIMIT_MS);
    judge(`${client.name} publishes in ${there}: ${inside}`, inside === all);
    const isBack = ({ happened }) => {
      const moved = happened.indexOf(`moved ${there}`);
      return moved >= 0 && happened.indexOf("reconnected", moved) > 0;
    };
    const after = await ask(() => client.state(), isBack, LIMIT_MS);
    const { happened, state, name } = after;
    judge(`${client.name} hears that it was moved: ${happened}`, isBack(after));
    judge(`${client.name} is in ${there}: ${state} ${name}`, state === "connected" && name === there);
    console.log(`${client.name} is in ${there} after ${Date.now() - began} ms`);
  }
  for (const [at, client] of clients.entries()) {
    const other = clients.at(at - 1);
    const frames = async () => (await client.report()).seen[other.name]?.frames ?? 0;
    // The picture of before stands still.
    const stale = await frames();
    const before = await ask(frames, (now) => now !== stale, LIMIT_MS);
    judge(`${client.name} sees ${other.name} in ${there}`, (await ask(frames, (now) => now > before, LIMIT_MS)) > before);
  }
  const left = (await insideOf(from)).filter(({ identity }) => clients.some(({ name }) => name === identity));
  judge(`nobody who was moved is still in ${from}: ${named(left)}`, left.length === 0);
}
