import { wire } from "../../serving/wire.mjs";
import { control, enter, keepsReceiving, linkOf, receives, tiles } from "../harness/acts.ts";
import { House } from "../harness/house.ts";
import { expect, test as base } from "../harness/scenario.ts";
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

test("a cut signalling line shows at once, media goes on, and the meeting mends itself", async ({ house, sit, cable, offences }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Fernleitung", people: [{ person: bernd.id, role: "participant" }] });
  const pages = [await sit({ as: anna }), await sit({ engine: "firefox", as: bernd })];
  for (const page of pages) await enter(page, linkOf(booking));
  for (const page of pages) await receives(page, { frames: 20 }, "the meeting runs");

  cable.cut();
  for (const page of pages) await expect(page.getByText(words("banner.lost"))).toBeVisible({ timeout: 5_000 });
  for (const page of pages) await keepsReceiving(page, "media does not need the signalling");
  cable.mend();
  for (const page of pages) await expect(page.getByText(words("banner.lost"))).toBeHidden({ timeout: 25_000 });

  for (const page of pages) {
    await expect(tiles(page)).toHaveCount(2);
    await keepsReceiving(page, "media goes on after the cut");
  }
  await control(pages[0], "microphone.on").click();
  await expect(tiles(pages[1]).filter({ hasText: anna.name })).toContainText(words("microphone.off"));

  // Firefox reports each attempt on the cut line as an error of the page.
  const failures = /establish a connection to the server|was interrupted|Same Origin Policy disallows reading/;
  const attempts = offences.filter((offence) => failures.test(offence) && offence.includes(`:${cable.port}/rtc/v1`));
  for (const attempt of attempts) offences.splice(offences.indexOf(attempt), 1);
});
