/**
 * A participant in a process of its own. It reads one JSON line `{url, token}`, then writes lines:
 * `{"entered": true}` once and `{"seen": {…}, "left": […]}` again and again. From then on it takes orders,
 * `{"do": "mute", "words": […], "id": 1}`, each answered by `{"done": 1, "value": …}` or `{"done": 1, "error": "…"}`; a
 * closed standard input makes it leave.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export function programClient(name, command, words) {
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"] });
  let latest = { seen: {}, left: [] };
  let output = "";
  // A program that cannot be started never exits: it says why instead, once.
  const ended = new Promise((end) => {
    child.once("exit", (code, signal) => end(signal ?? code));
    child.once("error", (error) => end(error.message));
  });
  let entered;
  const inside = new Promise((settle, fail) => {
    entered = settle;
    ended.then((how) => fail(new Error(`${name} ended with ${how}\n${output}`)));
  });
  inside.catch(() => {});
  const asked = new Map();
  let orders = 0;
  ended.then(() => {
    for (const { fail } of asked.values()) fail(new Error(`${name} is gone`));
  });
  const act = (what, ...words) =>
    new Promise((settle, fail) => {
      const id = (orders += 1);
      asked.set(id, { settle, fail: (error) => fail(new Error(`${name}, ${what}: ${error.message}`)) });
      child.stdin.write(`${JSON.stringify({ do: what, words, id })}\n`);
    });
  // Words to a program that is gone: `ended` tells it.
  child.stdin.on("error", () => {});
  child.stderr.on("data", (chunk) => (output += chunk));
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith("{")) {
      output += `${line}\n`;
      return;
    }
    const said = JSON.parse(line);
    if (said.entered) entered();
    if (said.seen) latest = said;
    if (said.done) {
      const { settle, fail } = asked.get(said.done);
      asked.delete(said.done);
      if (said.error === undefined) settle(said.value);
      else fail(new Error(said.error));
    }
  });
  return {
    name,
    enter: (url, token) => {
      child.stdin.write(`${JSON.stringify({ url, token })}\n`);
      return inside;
    },
    report: async () => latest,
    act,
    simulate: (scenario) => act("simulate", scenario),
    state: () => act("state"),
    view: () => act("view"),
    leave: async () => {
      child.stdin.end();
      await ended;
    },
    words: () => output,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
