/** What people do at a meeting link, in their own words. */

import { type Locator, type Page, expect } from "@playwright/test";
import type { Booking } from "./house.ts";
import { type Media, media } from "./rtc.ts";
import { type Language, words } from "./words.ts";

/** Long enough for a slow machine; a meeting that works takes a second. */
const MEDIA_LIMIT_MS = 30_000;
/** Twenty pictures take less than a second. */
const LOOK_EVERY_MS = 200;

/** The neutral link of a booking, for staff. */
export const linkOf = (booking: Booking) => new URL(booking.join_url).pathname;

/** The personal link of the only guest of a booking. */
export function guestLinkOf(booking: Booking): string {
  const link = booking.guests[0]?.link;
  if (!link) throw new Error("the booking answered no guest link");
  return link;
}

/** Opens a meeting link and waits for the lobby. */
export async function openLobby(page: Page, link: string, language: Language = "de") {
  await page.goto(link);
  await expect(joinButton(page, language)).toBeVisible();
}

export const joinButton = (page: Page, language: Language = "de") =>
  page.getByRole("button", { name: words("lobby.submit", {}, language), exact: true });

/** Switches camera and microphone on in the lobby; both start off. */
export async function switchDevicesOn(page: Page, language: Language = "de") {
  const preview = page.getByRole("region", { name: words("lobby.preview", {}, language) });
  for (const device of ["microphone", "camera"]) {
    await preview.getByRole("button", { name: words(`${device}.off`, {}, language) }).click();
    await expect(preview.getByRole("button", { name: words(`${device}.on`, {}, language) })).toBeEnabled();
  }
}

/** The controls at the foot of the meeting. */
export const controls = (page: Page, language: Language = "de") =>
  page.getByRole("group", { name: words("bar.label", {}, language) });

export const control = (page: Page, key: string, language: Language = "de") =>
  controls(page, language).getByRole("button", { name: words(key, {}, language) }).first();

/** Everything that is announced politely from now on: what is said next may take the place of what was said, on the page as in the ear. */
export async function announcements(page: Page) {
  const said = await page.evaluateHandle(() => {
    const all: string[] = [];
    new MutationObserver(() => document.querySelectorAll("[aria-live=polite]").forEach((region) => all.push(region.textContent ?? ""))).observe(document.body, { subtree: true, childList: true, characterData: true });
    return all;
  });
  return () => said.evaluate((all) => all.join("\n"));
}

/** From the link into the meeting. */
export async function enter(page: Page, link: string, { devices = true, language = "de" as Language } = {}) {
  await openLobby(page, link, language);
  if (devices) await switchDevicesOn(page, language);
  await joinButton(page, language).click();
  await expect(controls(page, language)).toBeVisible();
  await expect(tiles(page, language).first()).toBeVisible();
}

/** Everybody's tiles, one's own among them. */
export const tiles = (page: Page, language: Language = "de") =>
  page.getByRole("list", { name: words("panel.people", {}, language), exact: true }).getByRole("listitem");

export const tileOf = (page: Page, name: string): Locator => tiles(page).filter({ hasText: name });

/** Opens what the moderation can do about somebody in the list of participants, and does one thing. */
export async function moderates(page: Page, name: string, act: string) {
  await page.getByRole("button", { name: words("moderate.menuNamed", { name }) }).click();
  await page.getByRole("menuitem", { name: words(act), exact: true }).click();
}

/** Waits until what the page received satisfies the wish. */
export async function receives(page: Page, wish: Partial<Record<keyof Media, number>>, what: string) {
  await expect
    .poll(
      async () => {
        const got = (await media(page)) as unknown as Record<string, number>;
        return Object.entries(wish).filter(([key, least]) => !(got[key] >= least)).map(([key, least]) => `${key} ${got[key]} < ${least}`);
      },
      { message: what, timeout: MEDIA_LIMIT_MS, intervals: [LOOK_EVERY_MS] },
    )
    .toEqual([]);
}

/** Media that flows now: so many more pictures and sounds than at the time of the call. */
export async function keepsReceiving(page: Page, what: string) {
  const before = await media(page);
  await receives(page, { frames: before.frames + 20, audioPackets: before.audioPackets + 20 }, what);
}

/** Tabs forward until the element has the focus: it can be reached without a mouse. */
export async function tabTo(page: Page, target: Locator, most = 80) {
  for (let pressed = 0; pressed <= most; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} was not reached with ${most} tab stops`);
}
