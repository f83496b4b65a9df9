import type { Page } from "@playwright/test";
import { control, enter, linkOf, receives, tileOf } from "../harness/acts.ts";
import { listen } from "../harness/listening.ts";
import { giveToneMicrophone, playTone } from "../harness/plugs.ts";
import { expect, test } from "../harness/scenario.ts";
import { weakLine } from "../harness/weak.ts";
import { words } from "../harness/words.ts";

test("on a line of 256 kbit/s everybody is heard, pictures are smaller or paused, and whose line it is is said", async ({ house, sit }) => {
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
  const widest = Math.max(0, ...settled.pictures.map(({ width }) => width));
  const frames = settled.pictures.reduce((sum, each) => sum + each.frames, 0);
  console.log(`256 kbit/s: ${(settled.madeUp * 100).toFixed(1)} % of the sound made up, pictures ${widest} px wide, ${frames} in ${settled.seconds.toFixed(0)} s`);
  expect(settled.energy, "the tone is heard").toBeGreaterThan(0.1);
  expect(settled.madeUp, "of the sound is made up").toBeLessThan(0.05);
  const paused = await tileOf(page, near.name).getByText(words("tile.paused")).isVisible();
  // They are sent twice as wide. How small they get depends on how much of the line a drawn picture takes.
  expect(paused || widest <= 640, "pictures are smaller, or the tile says that they are paused").toBe(true);

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

  // So far away that talking is hard: now tiles say it, too, and not the same on both sides.
  const remote = await weakLine(house, { up: 2_000, down: 2_000, delay: 380 });
  await remote.lead(page);
  await page.reload();
  await enter(page, linkOf(booking), { devices: false });
  await receives(page, { frames: 10, audioPackets: 20 }, "pictures and sound come from far away");
  const [own, theirs] = [words("tile.weakOwn"), words("tile.weak")];
  await expect(tileOf(page, far.name)).toContainText(own, { timeout: 60_000 });
  await expect(tileOf(there, far.name)).toContainText(theirs, { timeout: 60_000 });
  for (const each of [page, there]) {
    for (const chip of [own, theirs]) await expect(tileOf(each, near.name), "the line of the other one is well").not.toContainText(chip);
  }
  await page.screenshot({ path: "results/pictures/weak-line-chip-own-1280.png" });
  await there.screenshot({ path: "results/pictures/weak-line-chip-theirs-1280.png" });
  await remote.stop();
});
