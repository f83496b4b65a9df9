/** Clients lose their signalling or their whole connection and come back, as their SDK does it by itself. */

import { RoomServiceClient } from "livekit-server-sdk";
import { key, room } from "./tokens.mjs";

/** The SDK waits two seconds on a resume until it calls it done, and tries anew for a while. */
const BACK_LIMIT_MS = 60_000;

/**
 * What each scenario leads to: media and place stay (resume), everything is set up anew, or either. A Firefox that is cut
 * off while its offer waits for an answer needs fifteen seconds to find its way: that is left out.
 */
const scenarios = [
  { name: "signal-reconnect", resumes: true },
  { name: "migration", resumes: true },
  { name: "disconnect-signal-on-resume", resumes: null, except: ["firefox"] },
  { name: "leave-full-reconnect", resumes: false, except: ["python", "node"] },
  { name: "full-reconnect", resumes: false, except: ["chromium", "firefox"] },
  { name: "node-failure", resumes: false },
];

/** `others` are inside and stay; `ask` and `judge` are the meeting's. */
export async function comeBack(server, client, others, ask, judge, meeting = room) {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  await service.updateParticipant(meeting, client.name, { attributes: { hand: "up" } });
  const raised = (state) => state.attributes.hand === "up";
  judge(`${client.name} hears of its attributes`, raised(await ask(() => client.state(), raised, BACK_LIMIT_MS)));

  for (const { name, resumes } of scenarios.filter(({ except }) => !except?.includes(client.name))) {
    const before = await client.state();
    const leftBefore = await leaves(others, client.name);
    const started = Date.now();
    await client.simulate(name);
    // Said while the client is away, or just back: it must not matter.
    const news = `news for ${client.name} after ${name}`;
    await service.updateRoomMetadata(meeting, news);

    // Some SDKs say that they are back before they say as whom.
    const isWhoItWillBe = (now) => resumes !== false || now.sid !== before.sid;
    const isBack = (now) => now.happened.includes("reconnected") && now.state === "connected" && now.metadata === news && isWhoItWillBe(now);
    const after = await ask(() => client.state(), isBack, BACK_LIMIT_MS);
    const took = Date.now() - started;
    judge(`${client.name} comes back after ${name}: ${JSON.stringify(after)}`, isBack(after));
    judge(`${client.name} keeps its hand up after ${name}`, raised(after));
    judge(`${client.name} was not thrown out after ${name}`, !after.happened.includes("disconnected"));
    if (resumes) {
      judge(`${client.name} is the same participant after ${name}`, after.sid === before.sid);
      const left = await leaves(others, client.name);
      judge(`nobody saw ${client.name} leave at ${name}`, left === leftBefore);
    } else if (resumes === false) {
      judge(`${client.name} is a new participant after ${name}`, after.sid !== before.sid);
    }
    console.log(`${client.name} is back ${took} ms after ${name}`);
  }
}

/** How often the others saw somebody leave. */
async function leaves(others, name) {
  const reports = await Promise.all(others.map((other) => other.report()));
  return reports.flatMap(({ left }) => left).filter((who) => who === name).length;
}
