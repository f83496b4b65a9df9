import type { Page } from "@playwright/test";
import { wire } from "../../serving/wire.mjs";
import { control, enter, keepsReceiving, linkOf, receives, tiles } from "../harness/acts.ts";
import { House } from "../harness/house.ts";
import { type Seat, expect, test as base } from "../harness/scenario.ts";
import { longestStill, mostTiles, startWatch, timesBroken, watchedFor, within } from "../harness/stopwatch.ts";
import { weakLine } from "../harness/weak.ts";
import { words } from "../harness/words.ts";

// A house of its own whose signalling goes through a wire on which packets can vanish; pages and API do not.
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

/** From the moment in which nothing comes any more until the page says so, milliseconds. */
const BANNER_MS = 2_000;
/** The same where media goes on: nobody waits for the words that are missing. */
const BANNER_BESIDE_MEDIA_MS = 8_000;
/** From the moment in which the line is whole until everybody is seen and heard again, milliseconds. */
const RESUME_MS = 5_000;
/** Media does not stop: on a busy machine a browser may decode nothing for a moment. */
const STILL_MS = 1_500;

/** Firefox reports each attempt on the frozen line as an error of the page. */
function forgive(offences: string[], frozen: number) {
  const failures = /establish a connection to the server|was interrupted|Same Origin Policy disallows reading/;
  const attempts = offences.filter((offence) => failures.test(offence) && offence.includes(`:${frozen}/rtc/v1`));
  for (const attempt of attempts) offences.splice(offences.indexOf(attempt), 1);
}

/** Two people in a meeting, one in each browser, who see and hear each other. */
async function meet(house: House, sit: (seat: Seat) => Promise<Page>, title: string, lead: (page: Page) => Promise<unknown>) {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title, people: [{ person: bernd.id, role: "participant" }] });
  const pages = [await sit({ as: anna }), await sit({ engine: "firefox", as: bernd })] as const;
  for (const page of pages) await lead(page);
  for (const page of pages) await enter(page, linkOf(booking));
  for (const page of pages) await receives(page, { frames: 20, audioPackets: 20 }, "the meeting runs");
  return { anna, pages };
}

async function isAsBefore(pages: readonly [Page, Page], anna: { name: string }, since: number) {
  for (const page of pages) {
    await expect(tiles(page)).toHaveCount(2);
    await keepsReceiving(page, "media goes on");
    expect(await mostTiles(page, since), "nobody is shown twice, not for a moment").toBe(2);
    expect(await timesBroken(page, since), "the banner comes once and goes once").toBe(1);
  }
  await control(pages[0], "microphone.on").click();
  await expect(tiles(pages[1]).filter({ hasText: anna.name })).toContainText(words("microphone.off"));
}

for (const [what, seconds] of [["for a moment", 4], ["for longer than the client waits for a socket", 20]] as const) {
  test(`a line on which everything vanishes ${what}: the page says so, and the meeting is back soon after the line`, async ({ house, sit, cable, offences }) => {
    test.setTimeout(180_000);
    const line = await weakLine(house, { up: 20_000, down: 20_000, delay: 10 });
    const { anna, pages } = await meet(house, sit, "Funkloch", line.lead);
    for (const page of pages) await startWatch(page);

    const vanishes = Date.now();
    cable.freeze();
    line.freeze();
    const shown = await Promise.all(pages.map((page) => within(page, vanishes, BANNER_MS, "the banner shows", "broken")));
    await watchedFor(pages[0], vanishes, seconds * 1_000);
    for (const page of pages) await expect(page.getByText(words("banner.lost"))).toBeVisible();
    const mended = Date.now();
    cable.mend();
    line.mend();
    const back = await Promise.all(pages.map((page) => within(page, mended, RESUME_MS, "they see and hear each other again", "flowing")));
    console.log(`nothing came for ${mended - vanishes} ms: banner after ${shown.join(" and ")} ms, back ${back.join(" and ")} ms after the line`);
    await isAsBefore(pages, anna, vanishes);
    await line.stop();
    forgive(offences, cable.port);
  });
}

test("only the words vanish: media goes on, and the socket that hangs is left for another one", async ({ house, sit, cable, offences }) => {
  test.setTimeout(120_000);
  const { anna, pages } = await meet(house, sit, "Hängende Leitung", () => Promise.resolve());
  for (const page of pages) await startWatch(page);
  const vanishes = Date.now();
  cable.freeze();
  const shown = await Promise.all(pages.map((page) => within(page, vanishes, BANNER_BESIDE_MEDIA_MS, "the banner shows", "broken")));
  for (const page of pages) await keepsReceiving(page, "media does not need the words");
  const mended = Date.now();
  cable.mend();
  const whole = await Promise.all(pages.map((page) => within(page, mended, RESUME_MS, "the meeting mends itself", "whole")));
  console.log(`no words for ${mended - vanishes} ms: banner after ${shown.join(" and ")} ms, mended ${whole.join(" and ")} ms after the line`);
  await isAsBefore(pages, anna, vanishes);
  for (const page of pages) expect(await longestStill(page, vanishes), "milliseconds without a new picture").toBeLessThan(STILL_MS);
  forgive(offences, cable.port);
});

test("a line that is only slow, uneven and lossy is never shown as broken", async ({ house, sit, cable }) => {
  test.setTimeout(180_000);
  // Each way: three quarters of a second, up to a fifth more, and one packet in ten is lost.
  const conditions = { delay: 750, jitter: 200 };
  const line = await weakLine(house, { up: 20_000, down: 20_000, ...conditions, loss: 10 });
  cable.slow({ ...conditions, loss: 0.1 });
  const { pages } = await meet(house, sit, "Langsame Leitung", line.lead);
  let opened = 0;
  for (const page of pages) page.on("websocket", () => (opened += 1));
  for (const page of pages) await startWatch(page);
  const since = Date.now();
  for (const page of pages) await watchedFor(page, since, 15_000);
  // Nobody can be heard any more: now there are only the words.
  for (const page of pages) for (const device of ["microphone.on", "camera.on"]) await control(page, device).click();
  await watchedFor(pages[0], Date.now(), 15_000);
  for (const page of pages) expect(await timesBroken(page, since), "times that the banner came").toBe(0);
  expect(opened, "sockets that were opened anew").toBe(0);
  cable.slow({});
  await line.stop();
});
