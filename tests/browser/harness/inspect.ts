/** Looks at a page as it stands: accessibility rules, reflow, a picture for people to look at, and what screen readers are told. */

import { type Page, expect } from "@playwright/test";
import axe from "axe-core";
import { listen } from "./trees.ts";
import type { Language } from "./words.ts";

const WIDTHS = [1280, 360];
/** 320 CSS pixels are 1280 at 400 % zoom: nothing may need scrolling sideways. */
const NARROWEST = 320;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function inspect(page: Page, name: string, language: Language, { tree = false } = {}) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  if (tree) await listen(page, name, language);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({
      path: `results/pictures/${name}-${language}-${width}.png`,
      fullPage: true,
      animations: "disabled",
    });
    expect.soft(await violations(page), `${name} in ${language} at ${width} px has no accessibility violation`).toEqual([]);
  }
  await page.setViewportSize({ width: NARROWEST, height: 800 });
  const wide = await page.evaluate((limit) => {
    const { scrollWidth } = document.scrollingElement!;
    const juts = (element: Element) => element.getBoundingClientRect().right > limit + 1;
    const culprits = [...document.querySelectorAll("body *")].filter((element) => juts(element) && ![...element.children].some(juts));
    return scrollWidth > limit ? `${scrollWidth} px wide: ${culprits.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(" ")}` : "";
  }, NARROWEST);
  expect.soft(wide, `${name} in ${language} needs no sideways scrolling at ${NARROWEST} px`).toBe("");
  await page.setViewportSize({ width: WIDTHS[0], height: 800 });
  expect.soft(await page.evaluate(() => document.documentElement.lang), "the page says its language").toBe(language);
  expect.soft(await page.title(), "the page has a title").not.toBe("");
}

/** What breaks a rule. The rules come into a page once, and only what is broken is told: either takes as long as the rules themselves. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const rules = (window as unknown as { axe: typeof axe }).axe;
    const found = await rules.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values } });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
  }, RULES);
}
