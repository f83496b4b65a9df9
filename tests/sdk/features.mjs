/**
 * What people do in a meeting, end-to-end encrypted with the SDKs' own keys, each of them in turn of all: switch off and
 * on, be switched off, change attributes, ask for a smaller picture, lose the right to publish and get it back, lose the
 * connection, be removed. They enter with tokens that end soon, and come back with the renewed ones.
 */

import { RoomServiceClient } from "livekit-server-sdk";
import { browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { heardAndSeen } from "./matrix.mjs";
import { key, nodeToken } from "./tokens.mjs";

const meeting = "sealed-meeting";
const LIMIT_MS = 60_000;
/** A token is taken for half a minute longer than it says. */
const TOKEN_LIFE = "1s";
/** The largest picture that counts as small: cameras send 640 by 360 and less. */
const SMALL_WIDTH = 320;

/** What an SDK has no call for, of what the others do: Node's. */
const cannot = { node: ["microphone", "smaller"] };
const can = ({ name }, what) => !cannot[name]?.includes(what);

export async function useEverything(server, page, { ask, judge, within }) {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  const clients = [
    programClient("python", ".venv/bin/python", ["clients/python.py", "sealed"]),
    programClient("node", process.execPath, ["clients/node.mjs", "sealed"]),
    ...(await Promise.all(["chromium", "firefox"].map((name) => browserClient(name, `${page.url}?sealed`)))),
  ];
  const until = async (what, client, holds) => {
    const view = await ask(() => client.view(), holds, LIMIT_MS);
    judge(`sealed: ${what}: ${JSON.stringify(view)}`, holds(view));
  };
  try {
    const tokens = {};
    for (const { name, enter } of clients) {
      tokens[name] = await nodeToken(name, key.secret, meeting, TOKEN_LIFE);
      await within(LIMIT_MS, name, enter(server.url.replace("http", "ws"), tokens[name]));
    }
    for (const client of clients) {
      const others = clients.filter((other) => other !== client);
      const all = ({ seen }) => others.every(({ name }) => seen[name] && heardAndSeen(seen[name]));
      const { seen } = await ask(() => client.report(), all, LIMIT_MS);
      for (const { name } of others) {
        judge(`sealed: ${client.name} decrypts ${name}: ${JSON.stringify(seen[name])}`, seen[name] && heardAndSeen(seen[name]));
      }
      const sealed = (view) => others.every(({ name }) => view.others[name]?.tracks === 2 && view.others[name].sealed);
      await until(`${client.name} gets nothing open`, client, sealed);
    }
    for (const [at, client] of clients.entries()) {
      await switchOffAndOn(service, client, clients.at(at - 1), until);
      await loseRights(service, client, clients.at(at - 1), until);
    }
    const senders = { python: "chromium", chromium: "python", firefox: "node" };
    for (const client of clients.filter((client) => can(client, "smaller"))) {
      const from = senders[client.name];
      await client.act("smaller", from);
      const width = async () => Number.parseInt((await client.report()).seen[from].size, 10);
      const small = await ask(width, (width) => width <= SMALL_WIDTH, LIMIT_MS);
      judge(`sealed: ${client.name} gets a smaller picture of ${from} when it asks: ${small}`, small <= SMALL_WIDTH);
    }
    await comeBackWithAnotherToken(server, clients, tokens, { ask, judge });
    await removeAll(service, clients, { ask, judge });
  } finally {
    for (const client of clients) console.log(`--- ${client.name}, sealed\n${client.words().slice(-1_500)}`);
    await Promise.all(clients.map((client) => client.stop()));
  }
}

/** Off and on by itself, off by an administrator; the others know it. */
async function switchOffAndOn(service, client, other, until) {
  const { name } = client;
  for (const on of can(client, "microphone") ? [false, true] : []) {
    await client.act("microphone", on);
    await until(`${name}'s microphone is ${on}`, other, ({ others }) => others[name].muted === !on);
  }
  const { tracks } = await service.getParticipant(meeting, name);
  await service.mutePublishedTrack(meeting, name, tracks.find(({ type }) => type === 0).sid, true);
  await until(`${name} is switched off and knows it`, client, ({ own }) => own.muted);
  await until(`and so does ${other.name}`, other, ({ others }) => others[name].muted);
}

/** The right to publish is taken, and the tracks with it; it is given back and used. */
async function loseRights(service, client, other, until) {
  const { name } = client;
  const may = (canPublish) => ({ canSubscribe: true, canPublish, canPublishData: true, canUpdateMetadata: true });
  // The Node SDK tells nobody what it may.
  const knows = (what, value) => ({ own }) => own[what] === undefined || own[what] === value;
  await service.updateParticipant(meeting, name, { permission: may(true) });
  await until(`${name} is given a right`, client, knows("mayUpdate", true));
  await client.act("attributes", { seat: `7 ${name}` });
  await until(`attributes of ${name} reach ${other.name}`, other, ({ others }) => others[name].seat === `7 ${name}`);
  await service.updateParticipant(meeting, name, { permission: may(false) });
  await until(`${name} loses a right`, client, knows("mayPublish", false));
  await until(`and its tracks`, other, ({ others }) => others[name].tracks === 0);
  await service.updateParticipant(meeting, name, { permission: may(true) });
  await until(`${name} gets it back`, client, knows("mayPublish", true));
  await client.act("publish");
  await until(`and uses it`, other, ({ others }) => others[name].tracks === 2);
}

/** The tokens of the beginning open nothing any more: what opens is what the server has sent since. */
async function comeBackWithAnotherToken(server, clients, tokens, { ask, judge }) {
  for (const client of clients) {
    const knock = async () => (await fetch(`${server.url}/rtc/validate?access_token=${tokens[client.name]}`)).status;
    const status = await ask(knock, (status) => status === 401, LIMIT_MS);
    judge(`sealed: the first token of ${client.name} is over: ${status}`, status === 401);
    const { sid } = await client.state();
    await client.simulate("signal-reconnect");
    const isBack = ({ happened, state }) => happened.includes("reconnected") && state === "connected";
    const after = await ask(() => client.state(), isBack, LIMIT_MS);
    judge(`sealed: ${client.name} comes back with another: ${JSON.stringify(after)}`, isBack(after) && after.sid === sid);
  }
}

/** Whoever is removed is out and stays out. */
async function removeAll(service, clients, { ask, judge }) {
  for (const { name } of clients) await service.removeParticipant(meeting, name);
  for (const client of clients) {
    const isOut = ({ happened }) => happened.includes("disconnected");
    const { happened } = await ask(() => client.state(), isOut, LIMIT_MS);
    judge(`sealed: ${client.name} is removed: ${happened}`, isOut({ happened }));
  }
  const inside = await service.listParticipants(meeting).catch(() => []);
  judge(`sealed: nobody is left: ${inside.map(({ identity }) => identity)}`, inside.length === 0);
}
