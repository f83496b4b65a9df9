import type { Page } from "@playwright/test";
import { control, controls, enter, joinButton, linkOf, openLobby, tabTo } from "../harness/acts.ts";
import type { House } from "../harness/house.ts";
import { inspect } from "../harness/inspect.ts";
import { type Program, openHouse, startProgram, stopProgram, transcribes } from "../harness/programs.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { type Language, words } from "../harness/words.ts";

const test = base.extend<object, { house: House }>({
  house: [
    async ({}, use) => {
      const house = await openHouse();
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});
// Long ones: each may run beside another.
test.describe.configure({ mode: "parallel" });

const captioner: Program = { identity: "words-1", name: "Schriftdolmetschung Jena", kind: "agent", grants: { canPublish: false } };
const stranger: Program = { identity: "stranger-1", name: "Fremdes Programm", grants: { canPublish: false } };

const over = (page: Page, language: Language = "de") => page.getByRole("region", { name: words("captions.title", {}, language), exact: true });
const history = (page: Page, language: Language = "de") => page.getByRole("log", { name: words("captions.log", {}, language) });
const agree = (page: Page, language: Language = "de") => page.getByRole("region", { name: words("consent.label", {}, language) }).getByRole("button", { name: words("consent.yes", {}, language) }).click();

/** Looks at the page while somebody goes on talking: what was said stands there for some seconds only. */
async function inspectWhile(talking: () => Promise<void>, page: Page, name: string, language: Language) {
  const timer = setInterval(() => void talking().catch(() => {}), 2_000);
  await inspect(page, name, language, { tree: name === "captions" }).finally(() => clearInterval(timer));
}

for (const [engine, language] of [["chromium", "de"], ["chromium", "en"], ["firefox", "de"]] as const) {
  // Taking a picture in Firefox writes into the page what its policy refuses.
  const looks = engine === "chromium";
  test(`captions are read over the pictures, as large and where one likes, and in a history (${engine}, ${language})`, async ({ house, sit, browsers }) => {
    test.setTimeout(300_000);
    const doris = await house.person("Doris Apolda");
    const booking = await house.book(doris, { title: "Bürgersprechstunde" });
    const page = await sit({ engine, as: doris, language });
    await enter(page, linkOf(booking), { language });
    await expect(controls(page, language).getByRole("button", { name: words("captions.title", {}, language) })).toHaveCount(0);
    const program = await startProgram(await browsers("chromium2"), house, booking.meeting_id, captioner);
    await agree(page, language);
    const toggle = control(page, "captions.title", language);
    const say = (text: string, segment: string, final = true) => transcribes(program, { of: doris.id, text, segment, final });

    await test.step("they are off until one wants them, by button or key", async () => {
      await expect(toggle).toHaveAttribute("aria-pressed", "false");
      await say("Das liest noch niemand über den Bildern.", "1");
      await page.locator("h1").click();
      await page.keyboard.press("u");
      await expect(toggle).toHaveAttribute("aria-pressed", "true");
    });

    await test.step("a guess gives way to what was said, under the name of who said it", async () => {
      await control(page, "microphone.off", language).click();
      await expect(control(page, "microphone.on", language)).toBeVisible();
      await say("Guten", "2", false);
      await expect(over(page, language)).toContainText("Guten");
      await say("Guten Morgen, meine Damen und Herren.", "2");
      await expect(over(page, language).getByText(`${doris.name}: Guten Morgen, meine Damen und Herren.`)).toBeVisible();
      await expect(over(page, language).getByText(/Guten$/)).toHaveCount(0);
      if (looks) await inspectWhile(() => say("Guten Morgen, meine Damen und Herren.", "2"), page, "captions", language);
      await expect(page.locator("[aria-live=polite]").filter({ hasText: "Guten Morgen" }), "nothing is read out unasked").toHaveCount(0);
    });

    await test.step("size and place are chosen and remembered", async () => {
      await control(page, "bar.more", language).click();
      await page.getByRole("menuitem", { name: words("settings.title", {}, language) }).click();
      const dialog = page.getByRole("dialog", { name: words("settings.title", {}, language) });
      await dialog.getByRole("radio", { name: words("settings.captionsSize.largest", {}, language), exact: true }).check();
      await dialog.getByRole("radio", { name: words("settings.captionsAt.top", {}, language), exact: true }).check();
      await dialog.getByRole("checkbox", { name: new RegExp(words("settings.captionsRead.title", {}, language)) }).check();
      if (looks) await inspect(page, "captions-settings", language);
      await page.keyboard.press("Escape");
      const before = Number.parseFloat(await page.evaluate(() => getComputedStyle(document.body).fontSize));
      const opening = () => say("Wir beginnen mit der Donaudampfschifffahrtsgesellschaftskapitänsversammlung.", "3");
      await opening();
      const line = over(page, language).getByText(/Wir beginnen/);
      await expect(line).toBeVisible();
      expect(Number.parseFloat(await line.evaluate((each) => getComputedStyle(each).fontSize))).toBeGreaterThan(before * 2);
      const [box, stage] = [(await over(page, language).boundingBox())!, (await page.getByRole("main").boundingBox())!];
      expect(box.y - stage.y, "at the top").toBeLessThan(40);
      if (looks) await inspectWhile(opening, page, "captions-largest", language);
      await expect(page.locator("[aria-live=polite]").filter({ hasText: "Wir beginnen" }), "read out once it is chosen").toBeAttached();
    });

    await test.step("the history is reached and read by keyboard, and can be copied", async () => {
      await control(page, "bar.more", language).click();
      await page.getByRole("menuitem", { name: words("captions.log", {}, language) }).click();
      await expect(history(page, language).getByRole("article")).toHaveCount(3);
      await tabTo(page, history(page, language));
      await expect(history(page, language)).toHaveAttribute("aria-live", "off");
      await expect(history(page, language)).toContainText("Das liest noch niemand");
      await expect(page.getByRole("button", { name: words("captionlog.copy", {}, language) })).toBeVisible();
      if (!looks) return;
      await expect(over(page, language), "what was said is gone from the pictures").toHaveCount(0);
      await inspect(page, "captions-history", language, { tree: true });
    });

    await test.step("who has no right to it is not believed", async () => {
      const other = await startProgram(await browsers("chromium2"), house, booking.meeting_id, stranger);
      await transcribes(other, { of: doris.id, text: "Ich trete zurück.", segment: "9", final: true });
      await say("Die Sitzung ist eröffnet.", "4");
      await expect(history(page, language)).toContainText("Die Sitzung ist eröffnet.");
      await expect(history(page, language)).not.toContainText("Ich trete zurück.");
      await stopProgram(other);
    });

    await test.step("a reload forgets what was said and keeps what was set", async () => {
      await page.reload();
      await expect(async () => {
        await openLobby(page, linkOf(booking), language);
        await expect(page.getByRole("heading", { name: words("consent.title.captions", {}, language) })).toBeVisible({ timeout: 2_000 });
      }).toPass();
      if (looks) await inspect(page, "captions-lobby", language);
      await page.getByRole("checkbox", { name: words("consent.agree", {}, language) }).check();
      await joinButton(page, language).click();
      await expect(toggle).toHaveAttribute("aria-pressed", "true");
      // Who has just come in may miss the first words.
      await expect(async () => {
        await say("Weiter im Text.", "5");
        await expect(over(page, language)).toContainText("Weiter im Text.", { timeout: 2_000 });
      }).toPass();
      await expect(over(page, language)).not.toContainText("Wir beginnen");
    });
    await stopProgram(program);
    await expect(toggle).toHaveCount(0);
  });
}
