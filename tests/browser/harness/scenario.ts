/** What every scenario gets: a running house, browsers of their own processes, people at pages, and watchfulness. */

import { type Browser, type BrowserContextOptions, type Page, test as base, chromium, expect, firefox } from "@playwright/test";
import { chromiumOptions, firefoxOptions } from "../../serving/browsers.mjs";
import { House, type Person } from "./house.ts";
import { watchConnections } from "./rtc.ts";
import type { Language } from "./words.ts";

/** `chromium2` is a second process of the same browser. */
export type Engine = "chromium" | "chromium2" | "firefox";

export interface Seat {
  engine?: Engine;
  /** Signed in as this person. */
  as?: Person;
  language?: Language;
  width?: number;
  /** What the browser asks for on a first visit; then no language is chosen. Firefox takes that of the machine. */
  locale?: string;
  /** Where the person is; Firefox takes the zone of the machine. */
  zone?: string;
  /** Nobody has found out yet what this device keeps up with. */
  unknownDevice?: boolean;
}

interface Own {
  /** What pages did that no page may do; must be empty when a scenario ends. */
  offences: string[];
  /** Opens a page in a context of its own. */
  sit: (seat?: Seat) => Promise<Page>;
}

export interface Shared {
  /** A file that names itself here gets a house in which no other file has left anything. */
  houseOf: string;
  /** Pictures a second that Chromium's camera takes. */
  cameraRate: number;
  house: House;
  browsers: (engine: Engine) => Promise<Browser>;
}

/** How Firefox reports a font it was still fetching when the page was left (NS_BINDING_ABORTED). */
const LEFT_WHILE_LOADING = "status=2152398850";

export const test = base.extend<Own, Shared>({
  houseOf: ["everybody", { option: true, scope: "worker" }],
  cameraRate: [30, { option: true, scope: "worker" }],

  house: [
    async ({}, use) => {
      const house = await House.open();
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],

  browsers: [
    async ({ cameraRate }, use) => {
      const running = new Map<Engine, Promise<Browser>>();
      // Of a switch that is given twice the last one counts.
      const args = [...chromiumOptions.args, `--use-fake-device-for-media-stream=fps=${cameraRate}`];
      await use((engine) => {
        const start = () => (engine === "firefox" ? firefox.launch(firefoxOptions) : chromium.launch({ ...chromiumOptions, args }));
        if (!running.has(engine)) running.set(engine, start());
        return running.get(engine)!;
      });
      for (const browser of running.values()) await (await browser).close();
    },
    { scope: "worker" },
  ],

  offences: async ({}, use) => {
    const offences: string[] = [];
    await use(offences);
    expect(offences, "no page threw, broke its policy or asked another host").toEqual([]);
  },

  sit: async ({ house, browsers, offences }, use, info) => {
    const pages: Page[] = [];
    let watching = true;
    const note = (offence: string) => watching && offences.push(offence);
    const spoken: string[] = [];
    await use(async ({ engine = "chromium", as, language = "de", width = 1280, locale, zone = "Europe/Berlin", unknownDevice = false } = {}) => {
      const options: BrowserContextOptions = { baseURL: house.url, viewport: { width, height: 800 } };
      // The zone matters only to what a scenario reads.
      if (engine !== "firefox") options.timezoneId = zone;
      if (locale) options.locale = locale;
      const context = await (await browsers(engine)).newContext(options);
      await context.addInitScript(watchConnections);
      const choose = (choice: Language) => {
        // An empty page has no storage; a choice made in the page must survive a reload.
        if (location.protocol === "http:" && !localStorage.getItem("rennsteig.language")) localStorage.setItem("rennsteig.language", choice);
      };
      if (!locale) await context.addInitScript(choose, language);
      // Else pages would measure how busy this machine is with other scenarios, and show less.
      if (!unknownDevice) await context.addInitScript(keepsUp);
      context.on("request", (request) => {
        const url = new URL(request.url());
        const own = house.origins.includes(url.origin) || ["blob:", "data:"].includes(url.protocol);
        if (!own) note(`asked another host: ${url.origin}`);
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        if (!error.message.includes(LEFT_WHILE_LOADING)) note(`threw: ${error.message}\n${error.stack ?? ""}`);
      });
      page.on("console", (message) => {
        spoken.push(`${engine} ${message.type()}: ${message.text()}`);
        if (/content security policy/i.test(message.text())) note(message.text());
      });
      pages.push(page);
      if (as) await signIn(page, as);
      return page;
    });
    // Taking a picture in Firefox writes a style into the page, which is not the page's doing.
    watching = false;
    if (info.status !== info.expectedStatus) {
      for (const [at, page] of pages.entries()) {
        const picture = await page.screenshot({ timeout: 5_000 }).catch(() => undefined);
        if (picture) await info.attach(`page ${at + 1}`, { body: picture, contentType: "image/png" });
      }
      await info.attach("console", { body: spoken.join("\n"), contentType: "text/plain" });
      await info.attach("server", { body: house.output(), contentType: "text/plain" });
    }
    for (const page of pages) await page.context().close();
  },
});

export { expect };

/** Runs in the page before the app: it was found out before that this device keeps up with everything. */
function keepsUp() {
  const known = { profile: "full", until: Date.now() + 86_400_000 };
  if (location.protocol === "http:" && !localStorage.getItem("rennsteig.device")) localStorage.setItem("rennsteig.device", JSON.stringify(known));
}

/** Signs in without the form, which has a scenario of its own. */
export async function signIn(page: Page, person: Person) {
  // A page of the own host without the app: loading that takes longer than signing in.
  await page.goto("/health/live");
  const status = await page.evaluate(async ({ email, password }) => {
    const answer = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    return answer.status;
  }, person);
  expect(status, `${person.name} signs in`).toBe(200);
}
