import type { Locator, Page } from "@playwright/test";
import { control, enter, linkOf, moderates, receives, tileOf, tiles } from "../harness/acts.ts";
import { giveToneMicrophone, playTone } from "../harness/plugs.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** So long speakers take turns. */
const TALK_MS = 60_000;

/** Adds up every shift of the layout from now on. */
const watchShifts = (page: Page) =>
  page.evaluate(() => {
    const sum = { value: 0 };
    (window as unknown as { __shifts: typeof sum }).__shifts = sum;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum.value += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift" });
  });
const shifts = (page: Page) => page.evaluate(() => (window as unknown as { __shifts: { value: number } }).__shifts.value);
const boxes = (all: Locator) => all.evaluateAll((elements) => elements.map((element) => Object.values(element.getBoundingClientRect().toJSON() as object)));

/** Names of controls that something at the foot of the page, such as a note, lies on. */
const covered = (page: Page) =>
  page.evaluate(() => {
    const foot = document.querySelector("footer")!;
    const lies = (control: Element) => {
      const { x, y, width, height } = control.getBoundingClientRect();
      const points = [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) => document.elementFromPoint(x + width * across, y + height * down)));
      return points.some((there) => there && foot.contains(there) && !control.contains(there) && !there.contains(control));
    };
    return [...document.querySelectorAll("button, textarea, select, input, [role=tab]")].filter(lies).map((control) => control.getAttribute("aria-label") || control.textContent);
  });

/** The picture is not only there but shows something. */
const paints = (picture: Locator) => expect.poll(() => picture.evaluate((video: HTMLVideoElement) => video.readyState >= 2 && video.videoWidth > 0), { timeout: 30_000 }).toBe(true);

test("nobody moves when somebody speaks; people are pinned, shown in large, and screens chosen", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const clara = await house.person("Clara Jena");
  const guests = [bernd, clara].map(({ id }) => ({ person: id, role: "participant" as const }));
  const booking = await house.book(anna, { title: "Wechselrede", people: guests });
  const page = await sit({ as: anna });
  const speakers = [await sit({ engine: "chromium2", as: bernd }), await sit({ engine: "chromium2", as: clara })];
  await enter(page, linkOf(booking), { devices: false });
  for (const speaker of speakers) {
    await giveToneMicrophone(speaker.context());
    await enter(speaker, linkOf(booking));
  }
  await receives(page, { frames: 10, audioPackets: 10 }, "both are there");
  await expect(tiles(page)).toHaveCount(3);
  const people = [bernd, clara];
  const speak = async (turn: number) => {
    await playTone(speakers[1 - turn], 0);
    await playTone(speakers[turn], 0.5);
    await expect(tileOf(page, people[turn].name)).toContainText(words("tile.speaks"));
    await expect(tileOf(page, people[1 - turn].name)).not.toContainText(words("tile.speaks"));
  };

  await test.step("speakers alternate, and no tile moves by a pixel", async () => {
    await speak(0);
    await watchShifts(page);
    const before = await boxes(tiles(page));
    const end = Date.now() + TALK_MS;
    for (let turn = 1; Date.now() < end; turn += 1) {
      await speak(turn % 2);
      expect(await boxes(tiles(page))).toEqual(before);
    }
    expect(await shifts(page)).toBe(0);
  });

  const pin = (name: string) => tileOf(page, name).getByRole("button", { name: words("tile.pinNamed", { name }) });
  await test.step("a pinned tile is the largest, comes first, and stays whoever speaks", async () => {
    await pin(clara.name).focus();
    await page.keyboard.press("Enter");
    await expect(pin(clara.name)).toHaveAttribute("aria-pressed", "true");
    await expect(tiles(page).first()).toContainText(clara.name);
    await page.screenshot({ path: "results/pictures/layout-pinned.png" });
    const before = await boxes(tiles(page));
    const area = ([, , width, height]: number[]) => width * height;
    expect(area(before[0] as number[])).toBeGreaterThan(2 * area(before[1] as number[]));
    await speak(0);
    expect(await boxes(tiles(page))).toEqual(before);
  });

  await test.step("with several pins, in the view for speakers, pinned people are not replaced", async () => {
    const large = page.getByRole("group", { name: words("view.large") });
    await control(page, "bar.more").click();
    await page.getByRole("menuitem", { name: words("view.speaker") }).click();
    await expect(large).toContainText(clara.name);
    await speak(0);
    await expect(large).toContainText(clara.name);
    await expect(large).not.toContainText(bernd.name);
    await pin(clara.name).click();
    await expect(large).toContainText(bernd.name);
    await watchShifts(page);
    const before = await boxes(tiles(page));
    await speak(1);
    await expect(large).toContainText(clara.name);
    expect(await boxes(tiles(page))).toEqual(before);
    expect(await shifts(page)).toBe(0);
    await paints(large.getByLabel(words("view.largePicture", { name: clara.name })));
    await page.screenshot({ path: "results/pictures/layout-speaker.png" });
  });

  await test.step("two screens at once: the one that is looked at stays until another is chosen", async () => {
    const shown = (name: string) => page.getByLabel(words("share.picture", { name }));
    await control(speakers[0], "bar.share").click();
    await expect(shown(bernd.name)).toBeVisible();
    await control(speakers[1], "bar.share").click();
    const which = page.getByRole("group", { name: words("share.which") });
    await expect(which.getByRole("button")).toHaveCount(2);
    await expect(shown(bernd.name)).toBeVisible();
    await which.getByRole("button", { name: clara.name }).click();
    await expect(shown(clara.name)).toBeVisible();
    await paints(shown(clara.name));
    await page.screenshot({ path: "results/pictures/layout-two-shares.png" });
    await page.getByRole("button", { name: words("share.popOut") }).click();
    await expect.poll(() => page.evaluate(() => document.pictureInPictureElement !== null)).toBe(true);
    await page.getByRole("button", { name: words("share.popOut") }).click();
    await expect.poll(() => page.evaluate(() => document.pictureInPictureElement === null)).toBe(true);
    await page.getByRole("button", { name: words("share.fullScreen") }).click();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    await page.getByRole("button", { name: words("share.fullScreen") }).click();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement === null)).toBe(true);
    await control(page, "panel.people").click();
    await moderates(page, clara.name, "moderate.stopShare");
    await expect(control(speakers[1], "bar.share")).toBeVisible();
    await expect(speakers[1].getByRole("contentinfo").getByText(words("notice.share_stopped"))).toBeVisible();
    await expect(shown(bernd.name)).toBeVisible();
    await paints(shown(bernd.name));
  });

  await test.step("the moderation switches all other microphones off", async () => {
    const off = words("microphone.off");
    for (const { name } of people) await expect(tileOf(page, name)).not.toContainText(off);
    await control(page, "microphone.off").click();
    await expect(control(page, "microphone.on")).toBeVisible();
    await page.getByRole("button", { name: words("moderate.muteAll") }).click();
    for (const speaker of speakers) await expect(control(speaker, "microphone.off")).toBeVisible();
    for (const { name } of people) await expect(tileOf(page, name)).toContainText(off);
    await expect(control(page, "microphone.on")).toBeVisible();
    await page.getByRole("button", { name: words("panel.close") }).click();
  });

  await test.step("where the window is narrow a note makes room for itself: it lies on no control, also with the panel open", async () => {
    const there = speakers[0];
    await expect(there.getByRole("contentinfo").getByText(words("notice.muted"))).toBeVisible();
    for (const width of [720, 360]) {
      await there.setViewportSize({ width, height: 740 });
      expect(await covered(there), `beside the tiles at ${width} px`).toEqual([]);
      await control(there, "panel.chat").click();
      for (const tab of ["chat", "people"]) {
        await there.getByRole("tab", { name: words(`panel.${tab}`) }).click();
        const panel = there.getByRole("tabpanel", { name: words(`panel.${tab}`) });
        await there.screenshot({ path: `results/pictures/layout-note-${tab}-${width}.png` });
        expect(await covered(there), `${tab} at ${width} px`).toEqual([]);
        await expect(panel, "it is seen whole").toBeInViewport({ ratio: 0.99 });
      }
      await there.getByRole("button", { name: words("panel.close") }).click();
      await there.screenshot({ path: `results/pictures/layout-note-${width}.png` });
    }
    await there.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("the simple view has five controls and a way back", async () => {
    await control(page, "bar.more").click();
    await page.getByRole("menuitem", { name: words("settings.title") }).click();
    await page.getByRole("checkbox", { name: words("settings.simple.title") }).check();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("group", { name: words("bar.label") }).getByRole("button")).toHaveCount(5);
    await page.screenshot({ path: "results/pictures/layout-simple.png" });
    // Help stands beside them: who needs this view needs the code most.
    await page.getByRole("banner").getByRole("button", { name: words("help.title") }).click();
    await expect(page.getByRole("dialog", { name: words("help.title") }).getByText(/\d{3} ?\d{3}/)).toBeVisible();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: words("simple.end") }).click();
    await expect(control(page, "bar.more")).toBeVisible();
  });
});
