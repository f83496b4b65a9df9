/**
 * Starts the real program on free ports with a data folder of its own, and stops it again.
 *
 * Media is announced on an address that is not loopback, because Firefox sends nothing to 127.0.0.1;
 * pages are opened on localhost, which browsers treat as a secure place.
 */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

const program =
  process.env.RENNSTEIG_BIN ?? resolve(dirname(fileURLToPath(import.meta.url)), "../../target/debug/rennsteig");

/** Where browsers send media; an address of this machine that is not loopback. */
export const mediaAddress = process.env.RENNSTEIG_TEST_ADDRESS ?? "10.77.0.1";

/**
 * @typedef {object} Server
 * @property {string} url where it serves pages and API
 * @property {string | undefined} setupLink the one-time link for the first administrator
 * @property {() => string} output everything it printed so far
 * @property {() => Promise<void>} restart ends it without warning and starts it again with the same data and ports
 * @property {() => Promise<void>} stop ends it and removes its data
 */

/**
 * @param {Record<string, string>} [settings] further environment variables
 * @param {"scheduler" | "signaling"} [role] only this part of it
 * @returns {Promise<Server>}
 */
export async function serve(settings = {}, role) {
  const data = await mkdtemp(join(tmpdir(), "rennsteig-test-"));
  /** @type {Record<string, string>} */
  const environment = {
    RENNSTEIG__HTTP__BIND: "127.0.0.1:0",
    RENNSTEIG__MEDIA__BIND: `${mediaAddress}:0`,
    RENNSTEIG__MEDIA__ANNOUNCED: mediaAddress,
    RENNSTEIG__DATA__DIR: data,
    ...settings,
  };
  let output = "";
  /** @returns {Promise<{ child: import("node:child_process").ChildProcess, ended: Promise<string> }>} */
  const start = async () => {
    const before = output.length;
    const child = spawn(program, role ? ["serve", "--roles", role] : ["serve"], {
      cwd: data,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    /** @type {Promise<string>} */
    const ended = new Promise((end) => {
      child.once("exit", (code, signal) => end(`it ended with ${signal ?? code}`));
      child.once("error", (error) => end(`it could not be started: ${error.message}`));
    });
    const ready = new Promise((settle) => {
      const read = (/** @type {Buffer} */ chunk) => {
        output += chunk;
        // The program prints its address first; the link, if any, follows in the same breath.
        const last = role === "signaling" || before > 0 ? /media: +udp \S+\n/i : /running: +\S+\n[^]*(link|administrator): +\S+\n/i;
        if (last.test(output.slice(before))) settle(undefined);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
    });
    const failed = await Promise.race([ready, ended, after(START_LIMIT_MS, "it did not start in time")]);
    if (failed) {
      child.kill("SIGKILL");
      await rm(data, { recursive: true, force: true });
      throw new Error(`${program}: ${failed}\n${output}`);
    }
    return { child, ended };
  };
  let running = await start();
  const url = /running: +(\S+)/i.exec(output)?.[1] ?? "";
  return {
    url,
    setupLink: /https?:\/\/\S+\/setup#\S+/.exec(output)?.[0],
    output: () => output,
    async restart() {
      const media = /media: +udp \S+:(\d+)\n/i.exec(output)?.[1];
      if (!media) throw new Error(`the program did not say where it takes media\n${output}`);
      environment.RENNSTEIG__HTTP__BIND = `127.0.0.1:${new URL(url).port}`;
      environment.RENNSTEIG__MEDIA__BIND = `${mediaAddress}:${media}`;
      running.child.kill("SIGKILL");
      await running.ended;
      running = await start();
    },
    async stop() {
      const { child, ended } = running;
      child.kill("SIGTERM");
      const hangs = await Promise.race([ended.then(() => false), after(STOP_LIMIT_MS, true)]);
      if (hangs) child.kill("SIGKILL");
      await ended;
      await rm(data, { recursive: true, force: true });
      if (hangs) throw new Error(`the server did not stop within ${STOP_LIMIT_MS} ms\n${output}`);
    },
  };
}

/** @template T @param {number} limit @param {T} value @returns {Promise<T>} */
function after(limit, value) {
  return new Promise((settle) => setTimeout(settle, limit, value).unref());
}
