/**
 * Marionette, by which programs of Mozilla's family are driven: frames of `length:[…]` over TCP, one command at a time.
 * Only what is needed to run functions inside the program.
 */

import { connect } from "node:net";

const COMMAND = 0;
const CONNECT_LIMIT_MS = 10_000;

/**
 * Reads frames out of a stream that cuts anywhere. A length counts bytes.
 * @returns {(chunk: Buffer) => unknown[]}
 */
export function frames() {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const read = [];
    for (;;) {
      const colon = rest.indexOf(":");
      if (colon < 0) return read;
      const end = colon + 1 + Number(rest.subarray(0, colon).toString());
      if (rest.length < end) return read;
      read.push(JSON.parse(rest.subarray(colon + 1, end).toString()));
      rest = rest.subarray(end);
    }
  };
}

/**
 * @param {number} port
 * @param {number} limitMs how long a function may take, milliseconds
 * @returns {Promise<{ run: (act: Function, ...words: unknown[]) => Promise<unknown>, quit: () => Promise<unknown>, close: () => void }>}
 */
export async function marionette(port, limitMs) {
  const socket = connect({ host: "127.0.0.1", port, timeout: CONNECT_LIMIT_MS });
  const asked = new Map();
  let last = 0;
  const fail = (why) => {
    for (const { reject } of asked.values()) reject(new Error(why));
    asked.clear();
  };
  const greeted = new Promise((settle, reject) => {
    const read = frames();
    socket.on("data", (chunk) => {
      for (const frame of read(chunk)) {
        if (!Array.isArray(frame)) {
          // It speaks first, to say what it is. How long it thinks from then on is bounded by each command.
          socket.setTimeout(0);
          settle(frame);
          continue;
        }
        const [, id, error, value] = frame;
        const { settle: done, reject: failed } = asked.get(id);
        asked.delete(id);
        if (error) failed(new Error(`${error.error}: ${error.message}`));
        else done(value);
      }
    });
    socket.on("timeout", () => socket.destroy(new Error("nobody greets")));
    socket.on("error", reject);
    socket.on("close", () => fail("the line to the program was closed"));
  });
  await greeted;
  const send = (name, what = {}) =>
    new Promise((settle, reject) => {
      if (socket.destroyed) {
        reject(new Error("the line to the program was closed"));
        return;
      }
      const id = (last += 1);
      asked.set(id, { settle, reject });
      const text = JSON.stringify([COMMAND, id, name, what]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  await send("WebDriver:NewSession", { timeouts: { script: limitMs } });
  await send("Marionette:SetContext", { value: "chrome" });
  return {
    /** Runs the function inside the program, in its window and with all its rights; it sees nothing from out here. */
    async run(act, ...words) {
      const script = `const [words, done] = arguments; (${act})(...words).then((value) => done({ value }), (why) => done({ why: String(why?.message ?? why), at: why?.stack }));`;
      const { value } = await send("WebDriver:ExecuteAsyncScript", { script, args: [words], sandbox: "system", newSandbox: false });
      if (value.why !== undefined) throw new Error(`${act.name}: ${value.why}\n${value.at ?? ""}`);
      return value.value;
    },
    quit: () => send("Marionette:Quit", { flags: ["eForceQuit"] }),
    close: () => socket.destroy(),
  };
}
