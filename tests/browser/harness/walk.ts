/** Goes through a page by keyboard, as somebody does who sees only a small part of it at a time. */

import type { Page } from "@playwright/test";

interface Walked {
  __walked: Set<Element>;
}

/** Tabs through the page; each stop must be in view, uncovered, and nothing may need scrolling sideways. */
export async function walk(page: Page, stops: number): Promise<string[]> {
  const faults: string[] = [];
  for (let stop = 0; stop < stops; stop += 1) {
    const { fault } = await step(page);
    if (fault) faults.push(fault);
  }
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (sideways > 0) faults.push(`${sideways} px wider than the window`);
  return faults;
}

/** Tabs through all of the page, or of the dialog that is open: nothing that can be used may be left out, and nothing be cut off at the side. */
export async function walkAll(page: Page, most = 120): Promise<string[]> {
  await page.evaluate(() => void ((window as unknown as Walked).__walked = new Set()));
  const faults: string[] = [];
  for (let stop = 0; stop < most; stop += 1) {
    const { fault, again } = await step(page);
    if (again) break;
    if (fault) faults.push(fault);
  }
  const left = await page.evaluate(() => {
    const { __walked } = window as unknown as Walked;
    const within = document.querySelector("[role=dialog], [role=alertdialog]") ?? document.body;
    const usable = [...within.querySelectorAll<HTMLElement>("a[href], button, input:not([type=radio]), select, textarea")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && element.tabIndex >= 0 && !element.matches(":disabled") && element.checkVisibility({ visibilityProperty: true });
    });
    const juts = (element: Element) => element.getBoundingClientRect().right > window.innerWidth + 1 && getComputedStyle(element).position !== "fixed";
    const cut = [...within.querySelectorAll("*")].filter((element) => juts(element) && ![...element.children].some(juts));
    const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} ${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40) ?? ""}`;
    return [...usable.filter((element) => !__walked.has(element)).map((element) => `${name(element)}: not reached`), ...cut.map((element) => `${name(element)}: wider than the window`)];
  });
  return [...faults, ...left];
}

/** One press of the key: what is wrong with where the focus is now, and whether it was there before. */
async function step(page: Page) {
  await page.keyboard.press("Tab");
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return {};
    const { __walked } = window as unknown as Partial<Walked>;
    if (__walked?.has(element)) return { again: true };
    __walked?.add(element);
    const box = element.getBoundingClientRect();
    const name = `${element.tagName.toLowerCase()} ${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40) ?? ""}`;
    // A tall element is seen if its beginning is.
    const at = { x: Math.min(box.left + box.width / 2, box.left + 60), y: box.top + Math.min(box.height / 2, 20) };
    if (box.width === 0 || at.y < 0 || at.y > window.innerHeight || at.x < 0 || at.x > window.innerWidth) return { fault: `${name}: out of view at ${Math.round(at.x)}, ${Math.round(at.y)}` };
    const top = document.elementFromPoint(at.x, at.y);
    const isSeen = top !== null && (element.contains(top) || top.contains(element) || (element as HTMLInputElement).labels?.[0]?.contains(top));
    return isSeen ? {} : { fault: `${name}: covered by ${top?.className || top?.tagName}` };
  }) as Promise<{ fault?: string; again?: boolean }>;
}
