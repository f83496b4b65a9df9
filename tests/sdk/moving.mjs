/** A stock server SDK leads clients into another meeting; they find each other there. */

import { RoomServiceClient } from "livekit-server-sdk";
import { key, room } from "./tokens.mjs";

const THERE = "other-meeting";
const LIMIT_MS = 30_000;

/** Moves the browsers one after another; `ask` and `judge` are the test's. */
export async function moveOn(server, [first, second], ask, judge) {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  const publishing = async () => {
    const inside = await service.listParticipants(THERE).catch(() => []);
    return inside.filter(({ tracks }) => tracks.length === 2).map(({ identity }) => identity).sort().join();
  };
  for (const client of [first, second]) {
    const began = Date.now();
    await service.moveParticipant(room, client.name, THERE);
    const all = client === first ? first.name : [first.name, second.name].sort().join();
    const there = await ask(publishing, (inside) => inside === all, LIMIT_MS);
    judge(`${client.name} publishes in the other meeting: ${there}`, there === all);
    const isBack = ({ happened }) => {
      const moved = happened.indexOf(`moved ${THERE}`);
      return moved >= 0 && happened.indexOf("reconnected", moved) > 0;
    };
    const after = await ask(() => client.state(), isBack, LIMIT_MS);
    const { happened, state, name } = after;
    judge(`${client.name} hears that it was moved: ${happened}`, isBack(after));
    judge(`${client.name} is in the other meeting: ${state} ${name}`, state === "connected" && name === THERE);
    console.log(`${client.name} is in the other meeting after ${Date.now() - began} ms`);
  }
  for (const [client, other] of [[first, second], [second, first]]) {
    const frames = async () => (await client.report()).seen[other.name]?.frames ?? 0;
    // The picture of before stands still.
    const stale = await frames();
    const before = await ask(frames, (now) => now !== stale, LIMIT_MS);
    judge(`${client.name} sees ${other.name} there`, (await ask(frames, (now) => now > before, LIMIT_MS)) > before);
  }
  const left = await service.listParticipants(room).catch(() => []);
  judge("nobody is left in the first meeting", left.length === 0);
}
