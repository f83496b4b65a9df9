import type { Locator, Page } from "@playwright/test";
import { control, enter, linkOf, receives, tiles } from "../harness/acts.ts";
import { fill } from "../harness/crowd.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** As wide as a picture comes in where small ones are asked for. */
const SMALL = 320;
const HEIGHT = 800;

const pinButton = (page: Page, name: string) => page.getByRole("button", { name: words("tile.pinNamed", { name }) });
/** In the grid pinned tiles stand among the others, beside something large in a list of their own. */
const pinnedTile = (page: Page, name: string): Locator => page.getByRole("listitem").filter({ has: page.getByRole("button", { name: words("tile.pinNamed", { name }), pressed: true }) });

/** What of a tile is really seen: its own size, that of the picture in it without the edges, and how much of it was shown so far. */
const seen = (tile: Locator) =>
  tile.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const video = element.querySelector("video");
    const { videoWidth = 0, videoHeight = 0 } = video ?? {};
    const scale = videoWidth > 0 ? Math.min(box.width / videoWidth, box.height / videoHeight) : 0;
    const corners = [0.1, 0.9].flatMap((x) => [0.35, 0.65].map((y) => document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)));
    const isWhole = box.left >= 0 && box.top >= 0 && box.right <= window.innerWidth + 1 && box.bottom <= window.innerHeight + 1;
    return {
      width: Math.round(box.width),
      picture: { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) },
      received: videoWidth,
      frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
      uncovered: isWhole && corners.every((top) => top !== null && element.contains(top)),
    };
  });

test("whoever is pinned is seen in large, beside a screen and a panel, in any window and on an old device", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const anna = await house.person("Anna Weimar");
  const [dora, egon] = [await house.person("Dora Gebärde"), await house.person("Egon Gebärde")];
  const guests = ["Ada Erste", "Bea Zweite", "Cosima Dritte", "Dagmar Vierte", "Edda Fünfte"].map((name) => ({ name }));
  const booking = await house.book(anna, { title: "Haushaltsberatung", guestsWait: false, guests, people: [dora, egon].map(({ id }) => ({ person: id, role: "participant" as const })) });
  const page = await sit({ as: anna });
  const signing = [await sit({ engine: "chromium2", as: dora }), await sit({ engine: "chromium2", as: egon })];
  await enter(page, linkOf(booking), { devices: false });
  for (const each of signing) await enter(each, linkOf(booking));
  await fill(await sit({ engine: "chromium2" }), house, booking);
  await receives(page, { frames: 20 }, "both are seen");
  await expect(tiles(page)).toHaveCount(8);
  const pinned = [dora.name, egon.name];

  /** Both tiles are as wide as this part of the window, their pictures at least so large, nothing lies over them, and they go on. */
  const bothAreSeen = async (name: string, least: { part: number; picture: number }) => {
    const { width } = page.viewportSize()!;
    const look = () => Promise.all(pinned.map((each) => seen(pinnedTile(page, each))));
    // A tile that goes over into another list shows its next picture, not its last.
    await expect.poll(async () => Math.min(...(await look()).map(({ frames, received }) => Math.min(frames, received))), { message: `${name}: pictures of both are there` }).toBeGreaterThan(0);
    const before = await look();
    for (const [at, each] of before.entries()) {
      const what = `${pinned[at]}, ${name}: ${JSON.stringify(each)}`;
      expect.soft(each.uncovered, `${what}: in sight`).toBe(true);
      expect.soft(each.width, `${what}: wide`).toBeGreaterThanOrEqual(Math.floor(width * least.part));
      expect.soft(each.picture.width, `${what}: picture`).toBeGreaterThanOrEqual(least.picture);
    }
    await expect.poll(async () => Math.min(...(await look()).map(({ frames }, at) => frames - before[at]!.frames)), { message: `${name}: pictures of both go on` }).toBeGreaterThan(10);
    await page.screenshot({ path: `results/pictures/pinned-${name}.png` });
  };
  const size = (width: number, height = HEIGHT) => page.setViewportSize({ width, height });
  const panel = page.getByRole("complementary", { name: words("panel.label") });
  const opened = async (act: () => Promise<void>) => {
    await control(page, "panel.chat").click();
    await expect(panel.getByRole("textbox")).toBeVisible();
    await act();
    await panel.getByRole("button", { name: words("panel.close") }).click();
  };

  await test.step("two at once in the grid, whatever page of it", async () => {
    for (const name of pinned) {
      await pinButton(page, name).focus();
      await page.keyboard.press("Enter");
    }
    await bothAreSeen("grid-1280", { part: 0.3, picture: 380 });
    await size(360);
    await page.getByRole("button", { name: words("grid.next") }).click();
    await bothAreSeen("grid-360", { part: 0.4, picture: 140 });
    await opened(() => bothAreSeen("grid-panel-360", { part: 0.85, picture: 220 }));
    await size(1280);
  });

  await test.step("beside whoever speaks they are what is large", async () => {
    await control(page, "bar.more").click();
    await page.getByRole("menuitem", { name: words("view.speaker") }).click();
    await bothAreSeen("speaker-1280", { part: 0.33, picture: 420 });
    await size(360);
    await bothAreSeen("speaker-360", { part: 0.85, picture: 300 });
    await opened(() => bothAreSeen("speaker-panel-360", { part: 0.85, picture: 220 }));
    await size(1280);
  });

  await test.step("beside a shared screen, with and without the panel", async () => {
    await control(signing[1]!, "bar.share").click();
    const screen = page.getByLabel(words("share.picture", { name: egon.name }));
    const screenIs = async (least: number) => expect.soft((await screen.boundingBox())?.width, "the screen beside them is wide").toBeGreaterThanOrEqual(least);
    await expect(screen).toBeVisible();
    await bothAreSeen("share-1280", { part: 1 / 3, picture: 400 });
    await screenIs(750);
    // A third of what the panel leaves.
    await opened(async () => (await bothAreSeen("share-panel-1280", { part: 0.22, picture: 280 }), await screenIs(500)));
    await size(768);
    await bothAreSeen("share-768", { part: 1 / 3, picture: 240 });
    await opened(() => bothAreSeen("share-panel-768", { part: 0.22, picture: 170 }));
    await size(720, 360);
    await bothAreSeen("share-low-720", { part: 0.3, picture: 120 });
    await size(360);
    await bothAreSeen("share-360", { part: 0.85, picture: 250 });
    await screenIs(300);
    await opened(async () => (await bothAreSeen("share-panel-360", { part: 0.44, picture: 155 }), await screenIs(300)));
    await size(1280);
  });

  await test.step("an old device makes the others small, not them", async () => {
    await control(page, "bar.more").click();
    await page.getByRole("menuitem", { name: words("settings.title") }).click();
    await page.getByRole("group", { name: words("settings.machine.title") }).getByRole("radio", { name: words("settings.machine.lean") }).check();
    await page.keyboard.press("Escape");
    await bothAreSeen("lean-1280", { part: 1 / 3, picture: 400 });
    await pinButton(page, dora.name).focus();
    await page.keyboard.press("Enter");
    await expect(pinnedTile(page, dora.name)).toHaveCount(0);
    // Her tile went over to the small ones, and the focus with it.
    await expect(pinButton(page, dora.name)).toBeFocused();
    const small = tiles(page).filter({ hasText: dora.name });
    const received = async (tile: Locator) => (await seen(tile)).received || Number.NaN; // Nothing yet.
    await expect.poll(() => received(small), "who is no longer pinned comes in small").toBeLessThanOrEqual(SMALL);
    await expect.poll(() => received(pinnedTile(page, egon.name)), "and who still is does not").toBeGreaterThan(SMALL);
    await page.screenshot({ path: "results/pictures/pinned-one-lean-1280.png" });
    await size(360);
    await opened(async () => {
      expect((await seen(pinnedTile(page, egon.name))).picture.width).toBeGreaterThanOrEqual(230);
      await page.screenshot({ path: "results/pictures/pinned-one-panel-360.png" });
    });
    await size(1280);
    await page.keyboard.press("Tab");
    await pinButton(page, dora.name).click();
    await expect(pinnedTile(page, dora.name)).toHaveCount(1);
    await expect.poll(async () => (await seen(pinnedTile(page, dora.name))).received, "pinned again, she comes in large again").toBeGreaterThan(SMALL);
  });
});
