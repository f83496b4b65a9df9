/**
 * A stock server SDK shows somebody in another meeting too: stock clients there see and hear it, notice that it is muted, and
 * that it is over.
 */

import { RoomServiceClient } from "livekit-server-sdk";
import { browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { heardAndSeen } from "./matrix.mjs";
import { key, nodeToken } from "./tokens.mjs";

const source = "forward-source";
const destination = "forward-destination";
const LIMIT_MS = 60_000;
/** Longer than a publisher goes on whom nobody watches: ten seconds of the slowest client. */
const STEADY_PICTURES = 150;
const publisher = "speaker";
/** `ParticipantInfo.KindDetail`, which the SDK does not export. */
const FORWARDED = 1;

export async function showElsewhere(server, page, { ask, judge, within }) {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  const refused = (call) => call.then(() => "nothing", (error) => `${error.status} ${error.code}`);
  const clients = {};
  try {
    clients.speaker = await browserClient("chromium", page.url);
    clients.browser = await browserClient("firefox", page.url);
    clients.node = programClient("node", process.execPath, ["clients/node.mjs"]);
    const url = server.url.replace("http", "ws");
    const enter = async (name, meeting) =>
      within(LIMIT_MS, `${name} enters`, clients[name].enter(url, await nodeToken(name, key.secret, meeting)));
    await enter("speaker", source);
    for (const name of ["browser", "node"]) await enter(name, destination);
    const watchers = ["browser", "node"];

    await service.forwardParticipant(source, publisher, destination);
    const again = await refused(service.forwardParticipant(source, publisher, destination));
    judge(`forwarding twice is refused: ${again}`, again === "409 already_exists");
    const there = await service.getParticipant(destination, publisher);
    const isMarked = there.kindDetails.includes(FORWARDED) && there.name === publisher;
    judge(`the stock server SDK reads that it is forwarded: ${there.kindDetails}`, isMarked);

    const gotOf = async (name) => (await clients[name].report()).seen[publisher] ?? {};
    for (const name of watchers) {
      const got = await ask(() => gotOf(name), heardAndSeen, LIMIT_MS);
      judge(`${name} hears and sees who is forwarded: ${JSON.stringify(got)}`, heardAndSeen(got));
      // Nobody else watches: what is wanted here keeps the pictures coming.
      const from = got.frames ?? 0;
      const steady = (now) => now.frames >= from + STEADY_PICTURES;
      const later = await ask(() => gotOf(name), steady, LIMIT_MS);
      judge(`${name} goes on seeing it: ${JSON.stringify(later)}`, steady(later));
      judge(`${name} reads nothing of what it says to its own meeting`, later.reliable === undefined);
    }
    const { others } = await clients.speaker.view();
    judge(`who is forwarded sees nobody of there: ${Object.keys(others)}`, Object.keys(others).length === 0);

    const isMuted = async (name) => (await clients[name].view()).others[publisher]?.muted;
    for (const on of [false, true]) {
      await clients.speaker.act("microphone", on);
      for (const name of watchers) {
        const muted = await ask(() => isMuted(name), (muted) => muted === !on, LIMIT_MS);
        judge(`${name} is told that it is ${on ? "heard again" : "muted"}: ${muted}`, muted === !on);
      }
    }
    const energies = Object.fromEntries(await Promise.all(watchers.map(async (name) => [name, (await gotOf(name)).energy])));
    for (const name of watchers) {
      const louder = ({ energy }) => energy > energies[name];
      judge(`${name} hears it again`, louder(await ask(() => gotOf(name), louder, LIMIT_MS)));
    }

    const noticed = async (what, times) => {
      for (const name of watchers) {
        const goneSo = ({ left }) => left.filter((who) => who === publisher).length === times;
        const report = await ask(clients[name].report, goneSo, LIMIT_MS);
        judge(`${name} notices that ${what}: ${report.left}`, goneSo(report));
      }
    };
    await service.removeParticipant(destination, publisher);
    await noticed("it was removed there", 1);
    const home = await service.listParticipants(source);
    judge("and it is where it was", home.length === 1 && home[0].tracks.length === 2);
    const free = await ask(() => refused(service.forwardParticipant(source, publisher, destination)), (how) => how === "nothing", LIMIT_MS);
    judge(`it is forwarded anew: ${free}`, free === "nothing");
    const seesAnew = async (name) => {
      const before = (await gotOf(name)).frames ?? 0;
      const more = ({ frames }) => frames > before + 30;
      return more(await ask(() => gotOf(name), more, LIMIT_MS));
    };
    judge("and seen anew", await seesAnew("node"));
    await within(LIMIT_MS, "the speaker leaves", clients.speaker.leave());
    await noticed("it left its meeting", 2);
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.stop()));
  }
}
