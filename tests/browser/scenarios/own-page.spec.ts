import type { Page } from "@playwright/test";
import { control, controls, enter, linkOf, tabTo, tileOf, tiles } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** Nothing is below the window: a page that fills it needs no scrolling, not by a pixel. */
const fits = (page: Page) => page.evaluate(() => document.scrollingElement!.scrollHeight - window.innerHeight);

test("a page that fills the window is not a pixel taller", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Fensterhöhe" });
  const page = await sit({ as: anna });
  await enter(page, linkOf(booking), { devices: false });
  for (const [width, height] of [[1280, 800], [768, 600], [360, 740]] as const) {
    await page.setViewportSize({ width, height });
    expect(await fits(page), `pixels beyond ${width} x ${height}`).toBeLessThanOrEqual(0);
  }
});

test("the own picture can be hidden from oneself, and the others see it on", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Eigenbild", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  await enter(page, linkOf(booking));
  const hide = async (each: Page) => {
    await control(each, "bar.more").click();
    await each.getByRole("menuitem", { name: words("settings.title") }).click();
    await each.getByRole("checkbox", { name: words("settings.hideSelf.title") }).click();
    await each.keyboard.press("Escape");
  };
  await hide(page);
  await expect(tileOf(page, anna.name), "who is alone stays in sight").toBeVisible();
  await enter(there, linkOf(booking), { devices: false });
  await expect(tiles(page)).toHaveCount(1);
  await expect(tileOf(page, bernd.name)).toBeVisible();
  await expect(tiles(there)).toHaveCount(2);
  const picture = tileOf(there, anna.name).locator("video");
  await expect.poll(() => picture.evaluate((video: HTMLVideoElement) => video.videoWidth), { timeout: 30_000 }).toBeGreaterThan(0);
  await page.reload();
  await enter(page, linkOf(booking), { devices: false });
  await expect(tiles(page), "it is remembered on this device").toHaveCount(1);
  await hide(page);
  await expect(tiles(page)).toHaveCount(2);
});

test("what was not read yet is counted in the name of the button and of the tab, and in the title", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Lesezeichen", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  await enter(page, linkOf(booking), { devices: false });
  await enter(there, linkOf(booking), { devices: false });
  const write = async (text: string) => {
    await there.getByRole("textbox", { name: words("chat.write") }).fill(text);
    await there.getByRole("button", { name: words("chat.send") }).click();
    await expect(there.getByRole("log")).toContainText(text);
  };
  await control(there, "panel.chat").click();
  for (const [count, text] of [[1, "Guten Morgen."], [2, "Ist das Protokoll da?"]] as const) {
    await write(text);
    await expect(controls(page).getByRole("button", { name: words(count === 1 ? "bar.unread_one" : "bar.unread_other", { count }) })).toBeVisible();
    await expect(page).toHaveTitle(new RegExp(`^\\(${count}\\) `));
  }
  await control(page, "panel.people").click();
  await expect(page.getByRole("tab", { name: words("panel.chatUnread", { count: 2 }) })).toBeVisible();
  await page.getByRole("tab", { name: words("panel.chatUnread", { count: 2 }) }).click();
  await expect(page.getByRole("log")).toContainText("Ist das Protokoll da?");
  await expect(page).not.toHaveTitle(/^\(/);
  await write("Danke.");
  await expect(page.getByRole("log")).toContainText("Danke.");
  await expect(page, "what is read at once is not counted").not.toHaveTitle(/^\(/);
});

test("a shared screen is encoded for text", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Kleingedrucktes" });
  const page = await sit({ as: anna });
  await enter(page, linkOf(booking), { devices: false });
  await control(page, "bar.share").click();
  await expect(control(page, "bar.stopSharing")).toBeVisible();
  const hints = () =>
    page.evaluate(() => {
      const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
      return connections.flatMap((each) => each.getSenders()).flatMap(({ track }) => (track?.kind === "video" ? [track.contentHint] : []));
    });
  await expect.poll(hints).toEqual(["detail"]);
});

test("after a question was asked the keyboard comes to the tab that is shown", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Tabreihe" });
  const page = await sit({ as: anna });
  await enter(page, linkOf(booking), { devices: false });
  await control(page, "panel.people").click();
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("poll.title") }).click();
  const chosen = page.getByRole("tab", { selected: true });
  await expect(chosen).toHaveAccessibleName(words("poll.title"));
  await expect(page.getByRole("tabpanel", { name: words("poll.title") })).toBeVisible();
  await page.getByRole("button", { name: words("panel.close") }).focus();
  await page.keyboard.press("Shift+Tab");
  await expect(chosen).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("tab", { name: words("panel.chat") })).toHaveAttribute("aria-selected", "true");
  await tabTo(page, page.getByRole("button", { name: words("panel.close") }), 1);
});
