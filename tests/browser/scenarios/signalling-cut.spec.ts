import type { Page } from "@playwright/test";
import { wire } from "../../serving/wire.mjs";
import { control, enter, keepsReceiving, linkOf, receives, tiles } from "../harness/acts.ts";
import { House } from "../harness/house.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { longestStill, mostTiles, startWatch, within } from "../harness/stopwatch.ts";
import { words } from "../harness/words.ts";

// A house of its own whose signalling goes through a wire that can be cut; pages and API do not.
const test = base.extend<object, { cable: Awaited<ReturnType<typeof wire>> }>({
  cable: [
    async ({}, use) => {
      const cable = await wire(() => port);
      await use(cable);
      await cable.close();
    },
    { scope: "worker" },
  ],
  house: [
    async ({ cable }, use) => {
      const house = await House.open({ RENNSTEIG__HTTP__SIGNALING_URL: `ws://localhost:${cable.port}` });
      port = Number(new URL(house.url).port);
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});
let port = 0;

/** Behaviour 24: the banner shows, and the meeting is as before once the line is whole, milliseconds. */
const BANNER_MS = 1_000;
const RESUME_MS = 5_000;
/** Media does not stop: on a busy machine a browser may decode nothing for a moment. */
const STILL_MS = 1_500;

/** Firefox reports each attempt on the cut line as an error of the page. */
function forgive(offences: string[], cut: number) {
  const failures = /establish a connection to the server|was interrupted|Same Origin Policy disallows reading/;
  const attempts = offences.filter((offence) => failures.test(offence) && offence.includes(`:${cut}/rtc/v1`));
  for (const attempt of attempts) offences.splice(offences.indexOf(attempt), 1);
}

test("a cut signalling line shows at once, media goes on, and the meeting mends itself", async ({ house, sit, cable, offences }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Fernleitung", people: [{ person: bernd.id, role: "participant" }] });
  const pages = [await sit({ as: anna }), await sit({ engine: "firefox", as: bernd })];
  for (const page of pages) await enter(page, linkOf(booking));
  for (const page of pages) await receives(page, { frames: 20 }, "the meeting runs");
  for (const page of pages) await startWatch(page);

  const cut = Date.now();
  cable.cut();
  const shown: number[] = [];
  for (const page of pages) shown.push(await within(page, cut, BANNER_MS, "the banner shows", "broken"));
  for (const page of pages) await expect(page.getByText(words("banner.lost"))).toBeVisible();
  for (const page of pages) await keepsReceiving(page, "media does not need the signalling");
  const mended = Date.now();
  cable.mend();
  const whole: number[] = [];
  for (const page of pages) whole.push(await within(page, mended, RESUME_MS, "the meeting mends itself", "whole"));
  console.log(`banner after ${shown.join(" and ")} ms, mended ${whole.join(" and ")} ms after the line`);

  for (const page of pages) {
    await expect(tiles(page)).toHaveCount(2);
    await keepsReceiving(page, "media goes on after the cut");
    expect(await mostTiles(page, cut), "nobody is shown twice, not for a moment").toBe(2);
    expect(await longestStill(page, cut), "milliseconds without a new picture").toBeLessThan(STILL_MS);
  }
  await control(pages[0], "microphone.on").click();
  await expect(tiles(pages[1]).filter({ hasText: anna.name })).toContainText(words("microphone.off"));

  forgive(offences, cable.port);
});

test("what the browser knows of a pulled plug shows at once", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Netzstecker" });
  const page = await sit({ as: anna });
  await enter(page, linkOf(booking), { devices: false });
  await startWatch(page);
  const pulled = Date.now();
  await page.context().setOffline(true);
  await within(page, pulled, BANNER_MS, "the banner shows", "broken");
  const plugged = Date.now();
  await page.context().setOffline(false);
  await within(page, plugged, RESUME_MS, "it is gone with its cause", "whole");
});

/** Nothing gets through the data channels any more, in either direction; what is sent meanwhile is lost. */
const swallow = (page: Page, swallows: boolean) => page.evaluate((wanted) => void ((window as unknown as { __swallows: boolean }).__swallows = wanted), swallows);

test("notes typed on a broken line: nothing is lost, nothing is there twice, and the page says what is going on", async ({ house, sit, cable, offences }) => {
  test.setTimeout(240_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Niederschrift", people: [{ person: bernd.id, role: "moderator" }] });
  const pages = [await sit({ as: anna }), await sit({ engine: "firefox", as: bernd })] as const;
  const [page, there] = pages;
  for (const each of pages) {
    await each.context().addInitScript(() => {
      const state = window as unknown as { __swallows: boolean };
      const { send } = RTCDataChannel.prototype as unknown as { send: (this: RTCDataChannel, data: ArrayBuffer) => void };
      RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: never) {
        if (!state.__swallows) send.call(this, data);
      } as RTCDataChannel["send"];
      const { set } = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, "onmessage")!;
      Object.defineProperty(RTCDataChannel.prototype, "onmessage", {
        configurable: true,
        set(this: RTCDataChannel, listener: ((event: MessageEvent) => void) | null) {
          set!.call(this, listener && ((event: MessageEvent) => void (state.__swallows || listener.call(this, event))));
        },
      });
    });
    await enter(each, linkOf(booking), { devices: false });
    await control(each, "bar.more").click();
    await each.getByRole("menuitem", { name: words("more.notes"), exact: true }).click();
  }
  const notes = (each: Page) => each.getByRole("tabpanel", { name: words("notes.title") });
  const fields = (each: Page) => notes(each).getByRole("textbox");
  const texts = (each: Page) => fields(each).evaluateAll((all) => all.map((field) => (field as HTMLTextAreaElement).value));
  const state = (each: Page, key: string) => expect(notes(each).getByText(words(key))).toBeVisible({ timeout: 30_000 });
  await notes(page).getByRole("button", { name: words("notes.add") }).click();
  await page.keyboard.type("TOP 1: Der Rat beschließt.");
  await state(page, "notes.saved");
  await expect(fields(there)).toHaveCount(1);

  for (const each of pages) await swallow(each, true);
  // What was typed in the very moment of the break is on its way and lost.
  await fields(page).first().press("End");
  await page.keyboard.type(" Einstimmig.");
  await state(page, "notes.sending");
  cable.cut();
  for (const each of pages) await expect(each.getByText(words("banner.lost"))).toBeVisible();
  await fields(there).first().press("Home");
  await there.keyboard.type("Sitzung, ");
  await fields(there).first().press("End");
  await there.keyboard.press("Enter");
  await there.keyboard.type("Bernd schrieb ohne Leitung.");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Anna schrieb ohne Leitung.");
  for (const each of pages) await state(each, "notes.waits");
  await page.screenshot({ path: "results/pictures/notes-broken.png" });

  for (const each of pages) await swallow(each, false);
  cable.mend();
  for (const each of pages) await expect(each.getByText(words("banner.lost"))).toBeHidden({ timeout: 25_000 });
  for (const each of pages) await state(each, "notes.saved");
  const whole = "Sitzung, TOP 1: Der Rat beschließt. Einstimmig.";
  for (const each of pages) await expect.poll(async () => (await texts(each)).toSorted()).toEqual(["Anna schrieb ohne Leitung.", "Bernd schrieb ohne Leitung.", whole]);
  expect(await texts(there), "in the same order for both").toEqual(await texts(page));
  forgive(offences, cable.port);
});
