/**
 * Browsers whose way to the server's UDP port is closed: they may use the relay only, with the password the server gives
 * them, and hear and see a client that comes straight.
 */

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../serving/rennsteig.mjs";
import { browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { cells, table } from "./matrix.mjs";
import { key, nodeToken, settingsFor } from "./tokens.mjs";

const meeting = "relayed-meeting";
const ENTER_LIMIT_MS = 45_000;
const MEDIA_LIMIT_MS = 60_000;
const START_LIMIT_MS = 20_000;

const freePort = () =>
  new Promise((free) => {
    const finder = createServer().listen(0, "127.0.0.1", () => {
      const { port } = finder.address();
      finder.close(() => free(port));
    });
  });

const answers = (host, port) =>
  new Promise((tell) => {
    const socket = connect({ host, port }, () => tell(true));
    socket.once("error", () => tell(false));
    socket.once("connect", () => socket.destroy());
  });

/** A coturn of its own; it checks passwords made with the secret. */
async function startRelay(address, secret, ask) {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), "rennsteig-relay-"))];
  const words = ["-n", "--listening-ip", address, "--relay-ip", address, "--listening-port", `${port}`, "--fingerprint"];
  words.push("--use-auth-secret", "--static-auth-secret", secret, "--realm", "example.org", "--no-tls", "--no-dtls", "--no-cli");
  words.push("--allow-loopback-peers", "--log-file", "stdout", "--simple-log", "--pidfile", join(folder, "pid"));
  const child = spawn("turnserver", words, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise((end) => child.once("exit", end));
  if (!(await ask(() => answers(address, port), (up) => up, START_LIMIT_MS))) throw new Error(`no relay: ${output}`);
  return {
    url: `turn:${address}:${port}?transport=tcp`,
    output: () => output,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function meetThroughRelay(page, { ask, judge, within, reportsOf }) {
  const secret = randomBytes(16).toString("hex");
  const relay = await startRelay(process.env.RENNSTEIG_TEST_ADDRESS ?? "127.0.0.1", secret, ask);
  const [server, clients] = [
    await serve({
      RENNSTEIG__TURN__URLS: relay.url,
      RENNSTEIG__TURN__SECRET: secret,
      ...settingsFor(page),
    }),
    [],
  ];
  try {
    clients.push(
      programClient("python", ".venv/bin/python", ["clients/python.py"]),
      await browserClient("chromium", `${page.url}?relayed`),
      await browserClient("firefox", `${page.url}?relayed`),
    );
    for (const { name, enter } of clients) {
      const token = await nodeToken(name, key.secret, meeting);
      const entered = await within(ENTER_LIMIT_MS, name, enter(server.url.replace("http", "ws"), token)).then(() => true, (error) => {
        console.log(`${name}, relayed: ${error.message}`);
        return false;
      });
      judge(`${name} enters, the browsers through the relay`, entered);
    }
    const full = (reports) => cells(reports).every((cell) => cell.holds);
    const reports = await ask(() => reportsOf(clients), full, MEDIA_LIMIT_MS);
    console.log(`relayed\n${table(reports)}`);
    for (const { to, from, kind, holds } of cells(reports)) judge(`relayed: ${to} ${kind} ${from}`, holds);
    for (const client of clients.slice(1)) {
      const { way } = await client.view();
      judge(`${client.name} uses nothing but the relay: ${way}`, way === "relay");
    }
  } finally {
    for (const client of clients) console.log(`--- ${client.name}, relayed\n${client.words().slice(-1_500)}`);
    console.log(`--- relay\n${relay.output().slice(-1_500)}`);
    await Promise.all(clients.map((client) => client.stop()));
    await server.stop();
    await relay.stop();
  }
}
