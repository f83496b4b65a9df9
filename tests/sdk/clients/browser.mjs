/** A participant in a real browser, on a bare page that loads the SDK as its package ships it. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, firefox } from "playwright-core";
import { chromiumOptions, firefoxOptions } from "../../serving/browsers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const sdk = join(dirname(createRequire(import.meta.url).resolve("livekit-client")), "livekit-client.umd.js");
const files = {
  "/": [join(here, "page.html"), "text/html"],
  "/whip.html": [join(here, "whip.html"), "text/html"],
  "/whip.js": [join(here, "whip.js"), "text/javascript"],
  "/page.js": [join(here, "page.js"), "text/javascript"],
  "/livekit-client.umd.js": [sdk, "text/javascript"],
  "/livekit-client.e2ee.worker.js": [join(dirname(sdk), "livekit-client.e2ee.worker.js"), "text/javascript"],
};

/** Serves the bare page on localhost. */
export async function servePage() {
  const server = createServer(async (request, response) => {
    const [path, kind] = files[new URL(request.url, "http://localhost").pathname] ?? [];
    response.writeHead(path ? 200 : 404, { "content-type": kind ?? "text/plain" });
    response.end(path ? await readFile(path) : "");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://localhost:${server.address().port}/`,
    stop: () => new Promise((closed) => { server.close(closed); server.closeAllConnections(); }),
  };
}

const starts = { chromium: () => chromium.launch(chromiumOptions), firefox: () => firefox.launch(firefoxOptions) };

/** Starts the named browser, a process of its own, and opens a page. */
export async function openPage(name, url) {
  const browser = await starts[name]();
  const page = await browser.newPage();
  await page.goto(url);
  return { browser, page };
}

/** The same, and takes part by the SDK of that page. */
export async function browserClient(name, pageUrl) {
  const browser = await starts[name]();
  const page = await browser.newPage();
  const words = [];
  page.on("console", (message) => words.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => words.push(`error: ${error.message}`));
  await page.goto(pageUrl);
  return {
    name,
    enter: (url, token) => page.evaluate(([url, token]) => window.enter(url, token), [url, token]),
    report: () => page.evaluate(() => window.seen()),
    spoken: () => page.evaluate(() => window.spoken()),
    simulate: (scenario) => page.evaluate((scenario) => window.simulate(scenario), scenario),
    state: () => page.evaluate(() => window.state()),
    view: () => page.evaluate(() => window.view()),
    act: (what, ...words) => page.evaluate(([what, words]) => window.act[what](...words), [what, words]),
    leave: () => page.evaluate(() => window.leave()),
    words: () => words.join("\n"),
    stop: () => browser.close(),
  };
}
