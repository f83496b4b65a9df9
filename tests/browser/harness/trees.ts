/** Accessibility trees as they were when somebody last read them. `npm run trees` stores them anew. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { type Page, expect, test } from "@playwright/test";
import { heard } from "./heard.ts";
import type { Language } from "./words.ts";

const folder = new URL("../trees/", import.meta.url);

/** The page says to a screen reader what it said when its tree was stored, apart from names, times and numbers. */
export async function listen(page: Page, name: string, language: Language) {
  const file = new URL(`${name}.${language}.yml`, folder);
  const tell = async () => heard(await told(page), language);
  const stored = await readFile(file, "utf8").catch(() => undefined);
  const soft = expect.configure({ soft: true });
  if (["all", "changed"].includes(test.info().config.updateSnapshots)) return store(file, tell);
  if (stored === undefined) return expect.soft(await tell(), `${file.pathname} is not there: read this tree, and store it with npm run trees`).toBe("");
  await soft.poll(tell, { message: `${name} in ${language} says what it said to screen readers; if the change is meant: npm run trees`, timeout: 10_000 }).toBe(stored);
}

/** The tree as the browser tells it. What is inert behind a dialog is told to nobody, which Playwright does not know. */
async function told(page: Page): Promise<string> {
  const silence = (on: boolean) =>
    page.evaluate((begins) => {
      for (const element of document.querySelectorAll<HTMLElement>(begins ? "[inert]:not([aria-hidden])" : "[data-silenced]")) {
        element.toggleAttribute("data-silenced", begins);
        if (begins) element.setAttribute("aria-hidden", "true");
        else element.removeAttribute("aria-hidden");
      }
    }, on);
  await silence(true);
  const snapshot = await page.locator("body").ariaSnapshot();
  await silence(false);
  return snapshot;
}

/** Stores the tree once it is the same twice. */
async function store(file: URL, tell: () => Promise<string>) {
  let before = "";
  const settled = async () => {
    const now = await tell();
    const same = now === before;
    before = now;
    return same;
  };
  await expect.poll(settled, { message: "the page comes to rest", intervals: [500] }).toBe(true);
  await mkdir(folder, { recursive: true });
  await writeFile(file, before);
}
