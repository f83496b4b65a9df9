import type { Page } from "@playwright/test";
import { control, enter, linkOf, receives, tileOf } from "../harness/acts.ts";
import { giveToneMicrophone, playTone } from "../harness/plugs.ts";
import { expect, test } from "../harness/scenario.ts";
import { weakLine } from "../harness/weak.ts";
import { words } from "../harness/words.ts";

interface Heard {
  /** Sound as samples: all of them, and those that the browser had to make up. */
  samples: number;
  concealed: number;
  energy: number;
  /** The width of the picture that came last, and how many came. */
  width: number;
  frames: number;
}

const heard = (page: Page) =>
  page.evaluate(async () => {
    const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
    const sum = { samples: 0, concealed: 0, energy: 0, width: 0, frames: 0 };
    for (const connection of connections.filter(({ connectionState }) => connectionState !== "closed")) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        if (report.kind === "video") {
          sum.width = Math.max(sum.width, report.frameWidth ?? 0);
          sum.frames += report.framesDecoded ?? 0;
          continue;
        }
        sum.samples += report.totalSamplesReceived ?? 0;
        sum.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
        sum.energy += report.totalAudioEnergy ?? 0;
      }
    }
    return sum;
  });

/** What a page hears in so many seconds of sound from now on. */
async function listen(page: Page, seconds: number): Promise<Heard> {
  const before = await heard(page);
  let after = before;
  await expect.poll(async () => ((after = await heard(page)).samples - before.samples) / 48_000, { timeout: seconds * 1_000 + 60_000 }).toBeGreaterThan(seconds);
  return { samples: after.samples - before.samples, concealed: after.concealed - before.concealed, energy: after.energy - before.energy, width: after.width, frames: after.frames - before.frames };
}

test("on a line of 256 kbit/s everybody is heard, pictures are small or paused, and whose line it is is said", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const far = await house.person("Walburga Dorfleitung");
  const near = await house.person("Ansgar Stadtleitung");
  const booking = await house.book(near, { title: "Schmale Leitung", people: [{ person: far.id, role: "participant" }] });
  const line = await weakLine(house, { up: 256, down: 256, delay: 30 });
  const there = await sit({ engine: "chromium2", as: near });
  const page = await sit({ as: far });
  await giveToneMicrophone(there.context());
  await line.lead(page);
  await enter(there, linkOf(booking));
  await playTone(there, 0.5);
  await enter(page, linkOf(booking));
  await receives(page, { audioPackets: 20 }, "the weak line carries sound");

  // A line that was never measured is tried first; then it settles.
  await listen(page, 15);
  const settled = await listen(page, 20);
  console.log(`256 kbit/s: ${((settled.concealed / settled.samples) * 100).toFixed(1)} % of the sound made up, pictures ${settled.width} px wide, ${settled.frames} in 20 s`);
  expect(settled.energy, "the tone is heard").toBeGreaterThan(0.1);
  expect(settled.concealed / settled.samples, "of the sound is made up").toBeLessThan(0.05);
  const paused = await tileOf(page, near.name).getByText(words("tile.paused")).isVisible();
  expect(paused || settled.width <= 320, "pictures are small, or the tile says that they are paused").toBe(true);

  // Each side says whose line it is.
  await control(page, "panel.people").click();
  await control(there, "panel.people").click();
  const entry = (each: Page, name: string) => each.getByRole("tabpanel").getByRole("listitem").filter({ hasText: name });
  const quality = (key: "own" | "theirs") => new RegExp(words(`quality.${key}`, { quality: `(${words("quality.medium")}|${words("quality.bad")})` }));
  await expect(entry(page, far.name)).toContainText(quality("own"), { timeout: 60_000 });
  await expect(entry(there, far.name)).toContainText(quality("theirs"), { timeout: 60_000 });
  await expect(entry(there, near.name)).not.toContainText(quality("own"));
  await page.screenshot({ path: "results/pictures/weak-line-own-1280.png" });
  await there.screenshot({ path: "results/pictures/weak-line-theirs-1280.png" });
  await line.stop();
});
