/** A Redis of its own on a free port, ready to be asked. */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function startRedis() {
  const port = await new Promise((free) => {
    const finder = createServer().listen(0, "127.0.0.1", () => {
      const { port } = finder.address();
      finder.close(() => free(port));
    });
  });
  const folder = await mkdtemp(join(tmpdir(), "rennsteig-redis-"));
  const words = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const child = spawn("redis-server", words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((end) => child.once("exit", end));
  await new Promise((ready, fail) => {
    child.once("error", fail);
    ended.then((code) => fail(new Error(`redis-server ended with ${code}`)));
    child.stdout.on("data", (chunk) => /ready to accept/i.test(chunk) && ready());
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
