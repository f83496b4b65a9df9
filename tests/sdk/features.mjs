/**
 * What people do in a meeting, end-to-end encrypted with the SDK's own keys: switch off and on, be switched off, change
 * attributes, ask for a smaller picture, lose the right to publish and get it back. And, not encrypted, because the SDK
 * seals the addressees as well: say something to one alone.
 */

import { RoomServiceClient } from "livekit-server-sdk";
import { browserClient } from "./clients/browser.mjs";
import { key, nodeToken } from "./tokens.mjs";

const meeting = "sealed-meeting";
const LIMIT_MS = 45_000;
/** Decoded pictures that are no luck. */
const PICTURES = 30;

/** The channel keeps the order: what is between the two was not sent to the second. */
export async function tellOne(first, second, ask, judge) {
  await first.act("tell", "one", second.name);
  await first.act("tell", "not for you", "somebody else");
  await first.act("tell", "two", second.name);
  const { told } = await ask(() => second.view(), ({ told }) => told.length > 1, LIMIT_MS);
  judge(`what is for one alone reaches that one: ${told}`, told.join() === "one,two");
}

export async function useEverything(server, page, { ask, judge, within }) {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  const clients = await Promise.all(["chromium", "firefox"].map((name) => browserClient(name, `${page.url}?sealed`)));
  const [first, second] = clients;
  const until = async (what, client, holds) => {
    const view = await ask(() => client.view(), holds, LIMIT_MS);
    judge(`sealed: ${what}: ${JSON.stringify(view)}`, holds(view));
  };
  try {
    for (const { name, enter } of clients) {
      const token = await nodeToken(name, key.secret, meeting);
      await within(LIMIT_MS, name, enter(server.url.replace("http", "ws"), token));
    }
    for (const [client, other] of [[first, second], [second, first]]) {
      const frames = async () => (await client.report()).seen[other.name]?.frames ?? 0;
      const seen = await ask(frames, (frames) => frames >= PICTURES, LIMIT_MS);
      judge(`sealed: ${client.name} decrypts the pictures of ${other.name}: ${seen}`, seen >= PICTURES);
      const sealed = ({ others }) => others[other.name]?.tracks === 2 && others[other.name].sealed;
      await until(`${client.name} gets nothing open`, client, sealed);
    }

    for (const on of [false, true]) {
      await first.act("microphone", on);
      await until(`a microphone is ${on}`, second, ({ others }) => others[first.name].muted === !on);
    }
    const { tracks } = await service.getParticipant(meeting, second.name);
    await service.mutePublishedTrack(meeting, second.name, tracks.find(({ type }) => type === 0).sid, true);
    await until("who is switched off knows it", second, ({ own }) => own.muted);
    await until("and so do the others", first, ({ others }) => others[second.name].muted);

    const may = (canPublish) => ({ canSubscribe: true, canPublish, canPublishData: true, canUpdateMetadata: true });
    await service.updateParticipant(meeting, first.name, { permission: may(true) });
    await until("a right is given", first, ({ own }) => own.mayUpdate);
    await first.act("attributes", { seat: "7" });
    await until("attributes reach the others", second, ({ others }) => others[first.name].seat === "7");

    await second.act("smaller", first.name);
    const size = async () => (await second.report()).seen[first.name].size;
    const small = await ask(size, (size) => size === "320x180", LIMIT_MS);
    judge(`sealed: a smaller picture comes when asked for: ${small}`, small === "320x180");

    await service.updateParticipant(meeting, first.name, { permission: may(false) });
    await until("a right is taken", first, ({ own }) => !own.mayPublish);
    await until("and the tracks with it", second, ({ others }) => others[first.name].tracks === 0);
    await service.updateParticipant(meeting, first.name, { permission: may(true) });
    await until("it is given back", first, ({ own }) => own.mayPublish);
    await first.act("publish");
    await until("and used", second, ({ others }) => others[first.name].tracks === 2);
  } finally {
    for (const client of clients) console.log(`--- ${client.name}, sealed\n${client.words().slice(-1_500)}`);
    await Promise.all(clients.map((client) => client.stop()));
  }
}
