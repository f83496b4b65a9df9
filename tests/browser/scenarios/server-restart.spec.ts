import { enter, keepsReceiving, linkOf, receives, tiles } from "../harness/acts.ts";
import { House } from "../harness/house.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { mostTiles, startWatch, within } from "../harness/stopwatch.ts";

// A house of its own: its server is killed.
const test = base.extend<object, object>({
  house: [
    async ({}, use) => {
      const house = await House.open();
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});

/** Behaviour 24: from the moment the server is gone until everybody sees and hears each other again, milliseconds. */
const BACK_MS = 10_000;
const BANNER_MS = 1_000;

/** Firefox reports each attempt at the server that is gone as an error of the page. */
function forgive(offences: string[]) {
  const failures = /establish a connection to the server|was interrupted|Same Origin Policy disallows reading/;
  const attempts = offences.filter((offence) => failures.test(offence) && offence.includes("/rtc/v1"));
  for (const attempt of attempts) offences.splice(offences.indexOf(attempt), 1);
}

test("after the server was killed and started again everybody sees and hears each other within ten seconds", async ({ house, sit, offences }) => {
  const organiser = await house.person("Siegbert Neustart");
  const other = await house.person("Traudel Wiederda");
  const booking = await house.book(organiser, { title: "Neustart", people: [{ person: other.id, role: "participant" }] });
  const pages = [await sit({ as: organiser }), await sit({ engine: "firefox", as: other })];
  for (const page of pages) await enter(page, linkOf(booking));
  for (const page of pages) await receives(page, { frames: 20, audioPackets: 20 }, "the meeting runs");
  for (const page of pages) await startWatch(page);

  const killed = Date.now();
  await house.restart();
  const started = Date.now() - killed;
  for (const page of pages) await within(page, killed, BANNER_MS, "the banner shows", "broken");
  const back = [];
  for (const page of pages) back.push(await within(page, killed + started, BACK_MS - started, "they see and hear each other again", "flowing"));
  console.log(`server away for ${started} ms, back ${back.map((ms) => ms + started).join(" and ")} ms after it was killed`);
  for (const page of pages) {
    await expect(tiles(page)).toHaveCount(2);
    expect(await mostTiles(page, killed), "nobody is shown twice, not for a moment").toBeLessThanOrEqual(2);
    await keepsReceiving(page, "and it goes on");
  }
  forgive(offences);
});
