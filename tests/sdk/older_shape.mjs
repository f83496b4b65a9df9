/**
 * SDKs that publish on one peer connection and receive on another (`/rtc`), as mobile and older ones do, meet one of the
 * newer shape: each must hear, see and read each other one, also after it lost its connection.
 */

import { browserClient } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { comeBack } from "./coming_back.mjs";
import { cells, table } from "./matrix.mjs";
import { key, nodeToken } from "./tokens.mjs";

const meeting = "older-meeting";
const ENTER_LIMIT_MS = 45_000;
const MEDIA_LIMIT_MS = 60_000;

export async function meetInOlderShape(server, page, { ask, judge, within, reportsOf }) {
  const clients = [
    programClient("python", ".venv/bin/python", ["clients/python.py", "older"]),
    programClient("node", process.execPath, ["clients/node.mjs"]),
    ...(await Promise.all(["chromium", "firefox"].map((name) => browserClient(name, `${page.url}?older`)))),
  ];
  try {
    const url = server.url.replace("http", "ws");
    for (const { name, enter } of clients) {
      const token = await nodeToken(name, key.secret, meeting);
      const entered = await within(ENTER_LIMIT_MS, name, enter(url, token)).then(() => true, (error) => {
        console.log(`${name}, older shape: ${error.message}`);
        return false;
      });
      judge(`${name} enters and publishes in the older shape`, entered);
    }
    const full = (reports) => cells(reports).every((cell) => cell.holds);
    const all = async (when) => {
      const reports = await ask(() => reportsOf(clients), full, MEDIA_LIMIT_MS);
      console.log(`older shape, ${when}\n${table(reports)}`);
      for (const { to, from, kind, holds } of cells(reports)) judge(`older shape, ${when}: ${to} ${kind} ${from}`, holds);
    };
    await all("at first");
    const [first, second, ...browsers] = clients;
    for (const browser of browsers) await comeBack(server, browser, [first, second], ask, judge, meeting);
    await all("after coming back");
  } finally {
    for (const client of clients) console.log(`--- ${client.name}, older shape\n${client.words().slice(-1_500)}`);
    await Promise.all(clients.map((client) => client.stop()));
  }
}
