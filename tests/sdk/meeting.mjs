/** Four unmodified SDKs in one meeting: each must hear, see and read each other one. */

import { serve } from "../serving/rennsteig.mjs";
import { browserClient, servePage } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { comeBack } from "./coming_back.mjs";
import { cells, table } from "./matrix.mjs";
import { useEverything } from "./features.mjs";
import { showElsewhere } from "./forwarding.mjs";
import { stopANode } from "./handing_over.mjs";
import { moveOn } from "./moving.mjs";
import { meetInOlderShape } from "./older_shape.mjs";
import { watchLayersInside } from "./layers_inside.mjs";
import { listenOverALossyLine } from "./lossy_line.mjs";
import { publishInTwoCodecs } from "./second_codec.mjs";
import { meetThroughRelay } from "./relayed.mjs";
import { administerFromNode, administerFromPython, callParticipants, remove } from "./server_api.mjs";
import { nodeToken, pythonToken, room, settingsFor } from "./tokens.mjs";
import { meetOnTwoNodes } from "./two_nodes.mjs";
import { judgeWebhooks, listenForWebhooks } from "./webhooks.mjs";
import { exchangeWords } from "./words.mjs";
import { publishAndWatchByRequest } from "./whip.mjs";

const ENTER_LIMIT_MS = 45_000;
const MEDIA_LIMIT_MS = 60_000;
const LEAVE_LIMIT_MS = 20_000;
const POLL_MS = 500;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
/** Many times what a whole run takes on two slow cores. */
const RUN_LIMIT_MS = 900_000;

let passed = 0;
let failed = 0;
function judge(what, holds) {
  if (holds) passed += 1;
  else failed += 1;
  if (!holds) console.log(`FAILED: ${what}`);
}

/** Asks again until the answer is good enough or the time is over; the last answer counts. */
async function ask(question, enough, limit) {
  const deadline = Date.now() + limit;
  for (;;) {
    const answer = await question();
    if (enough(answer) || Date.now() > deadline) return answer;
    await new Promise((again) => setTimeout(again, POLL_MS));
  }
}

function within(limit, what, promise) {
  let timer;
  const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error(`${what}: too late`)), limit)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function reportsOf(clients) {
  const reports = await Promise.all(clients.map((client) => client.report()));
  return Object.fromEntries(clients.map((client, at) => [client.name, reports[at]]));
}

async function meet(server, clients) {
  const url = server.url.replace("http", "ws");
  const tokens = { python: pythonToken };
  await Promise.all(
    clients.map(async ({ name, enter }) => {
      const token = await (tokens[name] ?? nodeToken)(name);
      const entered = await within(ENTER_LIMIT_MS, name, enter(url, token)).then(() => true, (error) => {
        console.log(`${name}: ${error.message}`);
        return false;
      });
      judge(`${name} enters and publishes`, entered);
    }),
  );

  const full = (reports) => cells(reports).every((cell) => cell.holds);
  const reports = await ask(() => reportsOf(clients), full, MEDIA_LIMIT_MS);
  console.log(table(reports));
  for (const { to, from, kind, holds } of cells(reports)) judge(`${to} ${kind} ${from}`, holds);

  await exchangeWords(clients, ask, judge);
  await administer(server, clients);

  const [first, second, ...others] = clients;
  for (const client of others) await comeBack(server, client, [first, second], ask, judge);
  const gone = (who) => (reports) => Object.values(reports).every(({ left }) => left.includes(who));
  await remove(server, second.name, judge);
  const removed = gone(second.name);
  judge(`all notice that ${second.name} was removed`, removed(await ask(() => reportsOf(others), removed, LEAVE_LIMIT_MS)));
  await within(LEAVE_LIMIT_MS, `${first.name} leaves`, first.leave());
  const left = gone(first.name);
  judge(`all notice that ${first.name} left`, left(await ask(() => reportsOf(others), left, LEAVE_LIMIT_MS)));
}

/** Server programs look after the running meeting; all clients read what they say into it. */
async function administer(server, clients) {
  await administerFromNode(server, clients.map(({ name }) => name), judge);
  await administerFromPython(server, clients[1].name, judge);
  await callParticipants(server, clients.map(({ name }) => name), judge);
  const told = (reports) => Object.values(reports).every(({ seen }) => seen.nobody?.reliable === "from outside");
  judge("all read a message from outside", told(await ask(() => reportsOf(clients), told, LEAVE_LIMIT_MS)));
}

/** What a knock answers: who may not come in is told so in words that any page may read. */
async function knock(server, page) {
  const ask = async (path, token, origin = new URL(page.url).origin) => {
    const answer = await fetch(`${server.url}${path}?access_token=${token}`, { headers: { origin } });
    judge(`the answer of ${path} is readable from any page`, answer.headers.get("access-control-allow-origin") === "*");
    return `${answer.status} ${await answer.text()}`;
  };
  const good = await nodeToken("alice");
  const foreign = await nodeToken("mallory", "another-secret-that-is-long-enough!");
  const expect = async (what, answer, begins) => judge(`${what}: ${await answer}`, (await answer).startsWith(begins));
  await expect("a token signed with another secret is refused", ask("/rtc/v1/validate", foreign), "401");
  await expect("a page from elsewhere is refused", ask("/rtc/v1/validate", good, "http://localhost:1"), "403 origin");
  // Token and page are good, what is missing is the client's own part.
  await expect("livekit-server-sdk's token is good", ask("/rtc/v1/validate", good), "400 invalid join_request");
  await expect("livekit-api's token is good", ask("/rtc/v1/validate", await pythonToken("bob")), "400 invalid join_request");
  await expect("the older path is served", ask("/rtc/validate", good), "200 success");
}

/** A client that cannot be started fails at once and holds nothing up. */
async function startInVain() {
  const nobody = programClient("nobody", "./no-such-program", []);
  const refused = await within(START_LIMIT_MS, "nobody", nobody.enter("", "")).catch((error) => error.message);
  judge("a client that cannot be started says so", /no-such-program.*ENOENT/.test(refused));
  judge("and ends", await within(STOP_LIMIT_MS, "nobody", nobody.stop()).then(() => true, () => false));
}

const started = Date.now();
// Whatever hangs, the run ends and says so.
setTimeout(() => {
  console.log(`FAILED: not over after ${RUN_LIMIT_MS / 1000} s`);
  console.log(`${passed} passed, ${failed + 1} failed in ${RUN_LIMIT_MS / 1000} s`);
  process.exit(1);
}, RUN_LIMIT_MS).unref();
const page = await servePage();
const sink = await listenForWebhooks();
const server = await serve({
  RENNSTEIG__WEBHOOKS__URLS: sink.url,
  ...settingsFor(page),
});
const clients = [];
/** Whoever is up counts, and is stopped, also if another one does not come up. */
async function start(name, client) {
  const started = await within(START_LIMIT_MS, `${name} cannot be started`, Promise.resolve(client));
  clients.push(started);
}
try {
  await startInVain();
  await start("python", programClient("python", ".venv/bin/python", ["clients/python.py"]));
  await start("node", programClient("node", process.execPath, ["clients/node.mjs"]));
  for (const name of ["chromium", "firefox"]) await start(name, browserClient(name, page.url));
  await knock(server, page);
  await meet(server, clients);
  // Those who have left by now; the meeting made through the server API is over as well.
  await judgeWebhooks(sink, room, clients.slice(0, 2).map(({ name }) => name), ask, judge);
  await moveOn(server, clients.slice(2), ask, judge);
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  await meetInOlderShape(server, page, { ask, judge, within, reportsOf });
  await useEverything(server, page, { ask, judge, within });
  await publishAndWatchByRequest(server, page, { ask, judge, within });
  await publishInTwoCodecs(server, page, { ask, judge });
  await watchLayersInside(server, page, { ask, judge });
  await listenOverALossyLine(server, page, { ask, judge });
  await showElsewhere(server, page, { ask, judge, within });
  await meetThroughRelay(page, { ask, judge, within, reportsOf });
  await meetOnTwoNodes(page, { ask, judge, within, reportsOf });
  await stopANode(page, { ask, judge, within, reportsOf });
} catch (error) {
  judge(error.stack, false);
}
if (failed > 0) {
  for (const client of clients) console.log(`--- ${client.name}\n${client.words().slice(-4_000)}`);
  console.log(`--- server\n${server.output().slice(-8_000)}`);
}
for (const [what, stop] of [
  ...clients.map((client) => [client.name, client.stop]),
  ["the page", page.stop],
  ["the webhooks", sink.stop],
  ["the server", () => server.stop()],
]) {
  await within(STOP_LIMIT_MS, `${what} stops`, stop()).catch((error) => judge(error.message, false));
}
console.log(`${passed} passed, ${failed} failed in ${Math.round((Date.now() - started) / 1000)} s`);
process.exit(failed === 0 ? 0 : 1);
