/** A mail server that takes every letter and keeps it, so that a test can say how often who was written to, and by whom. */

import { createServer } from "node:net";

/**
 * @typedef {object} Letter
 * @property {string} from its envelope
 * @property {string[]} to
 * @property {string} text headers and body
 */

/** @returns {Promise<{ port: number, all: () => Letter[], close: () => void }>} */
export async function letterbox() {
  /** @type {Letter[]} */
  const all = [];
  const lines = new Set();
  const server = createServer((socket) => {
    lines.add(socket);
    socket.on("close", () => lines.delete(socket));
    socket.on("error", () => socket.destroy());
    const say = (text) => socket.write(`${text}\r\n`);
    let letter = { from: "", to: [], text: "" };
    let rest = "";
    let inside = false;
    const follow = (line) => {
      if (inside) {
        if (line === ".") {
          inside = false;
          all.push(letter);
          letter = { from: "", to: [], text: "" };
          say("250 kept");
        } else {
          letter.text += `${line.startsWith(".") ? line.slice(1) : line}\n`;
        }
        return;
      }
      const address = () => /<([^>]*)>/.exec(line)?.[1].toLowerCase() ?? "";
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "MAIL") letter = { from: address(), to: [], text: "" };
      if (verb === "RCPT") letter.to.push(address());
      if (verb === "DATA") inside = true;
      if (verb === "QUIT") socket.end("221 bye\r\n");
      else say(inside ? "354 go on" : "250 fine");
    };
    socket.on("data", (chunk) => {
      const parts = (rest + chunk.toString("latin1")).split("\r\n");
      rest = parts.pop() ?? "";
      parts.forEach(follow);
    });
    say("220 letters");
  });
  await new Promise((settle, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => settle(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    all: () => all,
    close() {
      server.close();
      for (const socket of lines) socket.destroy();
    },
  };
}
