import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../serving/rennsteig.mjs";
import { servePage, browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { key, nodeToken } from "./tokens.mjs";
const MINUTES = Number(process.argv[2] ?? 10);
const PORT = 16399;
const folder = await mkdtemp(join(tmpdir(), "ten-"));
const redis = () => new Promise((ready) => { const child = spawn("redis-server", ["--port", `${PORT}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder], { stdio: ["ignore", "pipe", "inherit"] }); child.stdout.on("data", (c) => /ready to accept/i.test(c) && ready(child)); });
let r = await redis();
const page = await servePage();
const settings = { RENNSTEIG__CLUSTER__URL: `redis://127.0.0.1:${PORT}`, RENNSTEIG__TOKENS__KEY_ID: key.id, RENNSTEIG__TOKENS__SECRET: key.secret, RENNSTEIG__HTTP__ALLOWED_ORIGINS: new URL(page.url).origin };
const nodes = [await serve(settings, "signaling"), await serve(settings, "signaling")];
const url = (n) => nodes[n].url.replace("http", "ws");
const meeting = "ten-minutes";
const python = programClient("python", ".venv/bin/python", ["clients/python.py"]);
const chromium = await browserClient("chromium", page.url);
await python.enter(url(0), await nodeToken("python", key.secret, meeting, "30m"));
await chromium.enter(url(1), await nodeToken("chromium", key.secret, meeting, "30m"));
const wait = (ms) => new Promise((d) => setTimeout(d, ms));
const frames = async () => [(await python.report()).seen.chromium?.frames ?? 0, (await chromium.report()).seen.python?.frames ?? 0];
let last = [0, 0], bad = 0, rounds = 0;
await wait(8000);
const status = async (n, path) => { const a = await fetch(nodes[n].url + path, { signal: AbortSignal.timeout(5000) }).catch((e) => ({ status: e.message, text: async () => "" })); return [a.status, (await a.text()).slice(0, 200)]; };
console.log("before", await frames(), await status(0, "/health/ready"));
r.kill("SIGKILL"); await new Promise((e) => r.once("exit", e));
const gone = Date.now();
let joins = 0;
while (Date.now() - gone < MINUTES * 60_000) {
  await wait(10_000);
  const now = await frames();
  rounds++;
  const { happened, state } = await chromium.state();
  const live = [await status(0, "/health/live"), await status(1, "/health/live")];
  // A newcomer joins the running meeting on its own node, and says something that reaches the others.
  const name = `guest-${rounds}`;
  const guest = programClient(name, process.execPath, ["clients/node.mjs"]);
  const entered = await Promise.race([guest.enter(url(0), await nodeToken(name, key.secret, meeting, "30m")).then(() => true, (e) => e.message), wait(20_000).then(() => "too late")]);
  if (entered === true) { await guest.act("tell", `hello ${rounds}`, "python"); await wait(700); }
  const { told } = await python.view();
  const heard = told.includes(`hello ${rounds}`);
  await guest.stop();
  if (entered === true) joins++;
  const ok = now.every((n, i) => n > last[i] + 20) && live.every(([s]) => s === 200) && entered === true && heard && state === "connected" && happened.length === 0;
  if (!ok) { bad++; console.log("BAD", rounds, now, last, JSON.stringify(live), entered, heard, state, happened); }
  last = now;
  if (rounds % 6 === 1) console.log(Math.round((Date.now() - gone) / 1000), "s", now, await status(0, "/health/ready"));
}
const back = Date.now();
r = await redis();
for (;;) { const [a] = await status(0, "/health/ready"), [b] = await status(1, "/health/ready"); if (a === 200 && b === 200) break; await wait(100); if (Date.now() - back > 60_000) break; }
console.log("ready again after", Date.now() - back, "ms", await status(0, "/health/ready"));
let late;
let entered = false;
while (!entered && Date.now() - back < 60_000) {
  late = programClient("late", process.execPath, ["clients/node.mjs"]);
  entered = await late.enter(url(1), await nodeToken("late", key.secret, meeting, "30m")).then(() => true, async (e) => { console.log("not yet", Date.now() - back, e.message.slice(0, 200)); await wait(200); });
}
console.log("through the other node", entered, Date.now() - back, "ms after Redis is back");
await wait(3000);
console.log("late sees", JSON.stringify((await late.report()).seen), "chromium", JSON.stringify(await chromium.state()));
console.log(`rounds ${rounds} bad ${bad} joins ${joins}`);
process.exit(0);
