import type { Locator, Page } from "@playwright/test";
import { control, enter, joinButton, linkOf, openLobby, receives, switchDevicesOn, tiles } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { walkAll } from "../harness/walk.ts";
import { words } from "../harness/words.ts";

/** A window of 1280 by 1024 at 400 % zoom, and one of 1280 by 800 in which the browser shows text in twice its usual size. */
const VIEWS = [
  { name: "zoom", width: 320, height: 256, text: 16 },
  { name: "text", width: 1280, height: 800, text: 32 },
];

/** Pictures are there to be looked at: this much of one is in sight once somebody scrolls to it. */
async function canBeSeen(picture: Locator, least: { width: number; height: number }) {
  await picture.scrollIntoViewIfNeeded();
  const shown = await picture.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { width: Math.min(right, window.innerWidth) - Math.max(left, 0), height: Math.min(bottom, window.innerHeight) - Math.max(top, 0) };
  });
  expect.soft(shown.width, `${picture}: width in sight`).toBeGreaterThanOrEqual(least.width);
  expect.soft(shown.height, `${picture}: height in sight`).toBeGreaterThanOrEqual(least.height);
}

for (const { name, width, height, text } of VIEWS) {
  test(`from the lobby to the way out, all of a meeting is reached and seen at ${width} x ${height} with text of ${text} px`, async ({ house, sit }) => {
    test.setTimeout(300_000);
    const anna = await house.person("Anna Weimar");
    const bernd = await house.person("Bernd Gotha-Ohrdruf");
    const booking = await house.book(anna, { title: "Sitzung des Ausschusses für Inneres und Digitales", people: [{ person: bernd.id, role: "participant" }] });
    const page = await sit({ as: anna });
    const other = await sit({ engine: "chromium2", as: bernd });
    await page.setViewportSize({ width, height });
    // As people set it in the browser itself, which the page hears as they do.
    await (await page.context().newCDPSession(page)).send("Page.setFontSizes", { fontSizes: { standard: text } });
    const looks = async (what: string) => {
      expect.soft(await walkAll(page), what).toEqual([]);
      await page.screenshot({ path: `results/pictures/meeting-${name}-${what}.png` });
    };
    const closes = async () => {
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    };

    await test.step("the lobby", async () => {
      await openLobby(page, linkOf(booking));
      expect(await page.evaluate(() => getComputedStyle(document.body).fontSize), "text is as large as the person wants it").toBe(`${text}px`);
      await switchDevicesOn(page);
      await looks("lobby");
      await joinButton(page).press("Enter");
      await expect(tiles(page)).toHaveCount(1);
      await enter(other, linkOf(booking));
    });

    const picture = (key: string) => page.getByLabel(words(key, { name: bernd.name }));
    await test.step("faces, and then a screen beside them", async () => {
      await receives(page, { frames: 10 }, "there is a picture to look at");
      await canBeSeen(picture("tile.picture"), { width: width * 0.4, height: height * 0.5 });
      await looks("grid");
      await control(other, "bar.share").click();
      await expect(picture("share.picture")).toBeVisible();
      await canBeSeen(picture("share.picture"), { width: width * 0.85, height: height * 0.5 });
      await page.screenshot({ path: `results/pictures/meeting-${name}-screen.png` });
      await canBeSeen(picture("tile.picture"), { width: width * 0.25, height: 80 });
      await looks("share");
    });

    await test.step("each panel", async () => {
      await control(page, "panel.chat").press("Enter");
      const write = page.getByRole("textbox", { name: words("chat.write") });
      await write.click();
      await page.keyboard.type("Bitte die Folie mit dem Haushalt noch einmal zeigen.");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("log")).toContainText("noch einmal zeigen");
      await expect(write).toBeInViewport({ ratio: 0.9 });
      await looks("chat");
      await canBeSeen(picture("share.picture"), { width: width * 0.4, height: 150 });
      for (const [panel, entry] of [["polls", "poll.title"], ["notes", "more.notes"], ["people", "panel.people"]] as const) {
        const people = control(page, "panel.people");
        if (panel === "people" && (await people.isVisible())) await people.press("Enter");
        else {
          await control(page, "bar.more").press("Enter");
          await page.getByRole("menuitem", { name: words(entry) }).first().press("Enter");
        }
        await expect(page.getByRole("tabpanel")).toBeVisible();
        await looks(panel);
      }
      await page.getByRole("button", { name: words("panel.close") }).press("Enter");
    });

    await test.step("the menu, the settings and the way out", async () => {
      await control(page, "bar.more").press("Enter");
      const entries = page.getByRole("menu").getByRole("menuitem");
      for (let at = 0, count = await entries.count(); at < count; at += 1) {
        await expect(page.locator("[role=menuitem]:focus")).toBeInViewport({ ratio: 0.9 });
        await page.keyboard.press("ArrowDown");
      }
      await page.screenshot({ path: `results/pictures/meeting-${name}-menu.png` });
      await page.getByRole("menuitem", { name: words("settings.title") }).press("Enter");
      await expect(page.getByRole("dialog")).toBeVisible();
      await looks("settings");
      await closes();
      await control(page, "bar.leave").press("Enter");
      await expect(page.getByRole("dialog")).toBeVisible();
      await looks("leave");
      await closes();
      await expect(control(page, "bar.leave")).toBeFocused();
    });
  });
}
