import type { Page } from "@playwright/test";
import { announcements, control, enter, linkOf, tiles } from "../harness/acts.ts";
import { askForTheFloor, council, fill } from "../harness/crowd.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { type Language, words } from "../harness/words.ts";

const WIDTHS = [1280, 768, 360];
const LONG = "Beschleunigungsgesetz zum Breitbandausbau";
const QUESTION = "Stimmen Sie der Beschlussvorlage 7/2026 „Straßenentwässerungssatzung“ in der Fassung des Hauptausschusses zu?";

/** How the page is at each width, for people to look at. */
async function picture(page: Page, name: string) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await page.screenshot({ path: `results/pictures/${name}-${width}.png`, animations: "disabled" });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** What covers something else or is cut off at the side within these rows, by its text. */
const clashes = (page: Page, rows: string) =>
  page.locator(rows).evaluateAll((all) =>
    all.flatMap((row) => {
      const boxes = [...row.children].map((child) => ({ child, box: child.getBoundingClientRect() })).filter(({ box }) => box.width > 1 && box.height > 1);
      const right = row.getBoundingClientRect().right + 1;
      const cut = boxes.filter(({ child, box }) => box.right > right || child.scrollWidth > child.clientWidth + 1).map(({ child }) => `cut off: ${child.textContent}`);
      const over = boxes.flatMap(({ child, box }, at) =>
        boxes.slice(at + 1).filter(({ box: other }) => box.left < other.right - 1 && other.left < box.right - 1 && box.top < other.bottom - 1 && other.top < box.bottom - 1).map(({ child: covered }) => `${child.textContent} over ${covered.textContent}`),
      );
      return [...cut, ...over];
    }),
  );

const more = async (page: Page, key: string, language: Language) => {
  await control(page, "bar.more", language).click();
  await page.getByRole("menuitem", { name: words(key, {}, language), exact: true }).click();
};

for (const language of ["de", "en"] as const) {
  test(`a council of thirty has room on the page, in ${language}`, async ({ house, sit }) => {
    test.setTimeout(400_000);
    const t = (key: string, values = {}) => words(key, values, language);
    const chair = await house.person("Dr. Wilhelmine Rosenkranz-Apfelstädt");
    const guests = council.map((name) => ({ name }));
    const booking = await house.book(chair, { title: "Stadtrat: Haushaltsplan 2027 und Straßenentwässerungssatzung", guestsWait: false, guests });
    const page = await sit({ as: chair, language });
    const hall = await sit({ engine: "chromium2" });
    await enter(page, linkOf(booking), { devices: false, language });
    const announced = await announcements(page);
    await fill(hall, house, booking);
    await expect(control(page, "panel.people", language)).toContainText("30");

    // Twenty-nine names would be nobody's wish.
    const many = new RegExp(t("news.joinedMany", { count: "\\d+" }));
    await expect.poll(announced).toMatch(many);

    await test.step("everybody has one tile on one of the pages, at every width", async () => {
      const previous = page.getByRole("button", { name: t("grid.previous") });
      const next = page.getByRole("button", { name: t("grid.next") });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        // The tiles follow the width a moment later.
        await expect(async () => {
          while ((await previous.isVisible()) && (await previous.isEnabled())) await previous.click();
          const seen: string[] = [];
          for (;;) {
            seen.push(...(await tiles(page, language).locator(".name").allInnerTexts()));
            if (!(await next.isVisible()) || (await next.isDisabled())) break;
            await next.click();
          }
          expect(seen.sort(), `at ${width} px`).toEqual([...council, t("tile.me", { name: chair.name })].sort());
        }).toPass({ timeout: 30_000 });
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      await picture(page, `thirty-grid-${language}`);
    });

    await test.step("the list of people and hands", async () => {
      await askForTheFloor(hall, council.slice(0, 8));
      await control(page, "panel.people", language).click();
      const list = page.getByRole("region", { name: t("panel.hands", { count: 8 }) });
      await expect(list.getByRole("listitem").locator("b")).toHaveText(council.slice(0, 8));
      await picture(page, `thirty-people-${language}`);
      expect(await clashes(page, ".panel .entry")).toEqual([]);
      await page.setViewportSize({ width: 768, height: 800 });
      await page.getByRole("button", { name: t("grid.previous") }).click({ clickCount: 2 });
      const covered = () => page.locator(".tile:has(.hand)").evaluateAll((all) => all.filter((tile) => tile.querySelector(".hand")!.getBoundingClientRect().bottom > tile.querySelector(".tag")!.getBoundingClientRect().top).map((tile) => tile.textContent));
      await expect(page.locator(".tile:has(.hand)").first()).toBeVisible();
      await expect.poll(covered, { message: "names leave raised hands in sight" }).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 800 });
      // What is announced stands below the page, one pixel high.
      expect(await page.evaluate(() => document.scrollingElement!.scrollHeight - innerHeight), "the list scrolls, and not the page").toBeLessThanOrEqual(1);
      await page.getByRole("region", { name: t("panel.present", { count: 30 }) }).scrollIntoViewIfNeeded();
      await page.locator(".panel-body").evaluate((body) => (body.scrollTop = 700));
      await picture(page, `thirty-people-below-${language}`);
      await inspect(page, "thirty-people-whole", language);
    });

    await test.step("a long talk in writing", async () => {
      await page.getByRole("tab", { name: t("panel.chat") }).click();
      for (const text of ["Guten Morgen!", `Die Unterlagen liegen hier: https://rennsteig.example.org/akten/2026/11/${LONG.replaceAll(" ", "-")}/Anlage-12.pdf`, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "Bitte\nbeide\nFassungen lesen."]) {
        await page.getByRole("textbox", { name: t("chat.write") }).fill(text);
        await page.keyboard.press("Enter");
      }
      await expect(page.getByRole("log").getByRole("article")).toHaveCount(4);
      await picture(page, `thirty-chat-${language}`);
    });

    await test.step("a vote", async () => {
      await more(page, "poll.title", language);
      await page.getByRole("button", { name: t("poll.new") }).click();
      await page.getByLabel(t("poll.question"), { exact: true }).fill(QUESTION);
      await picture(page, `thirty-poll-dialog-${language}`);
      await page.getByRole("button", { name: t("poll.begin") }).last().click();
      await expect(page.getByRole("article", { name: QUESTION })).toContainText(t("poll.turnout", { voted: 0, entitled: 30 }));
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        expect(await clashes(page, ".panel-head"), `three tabs leave room to close the panel at ${width} px`).toEqual([]);
      }
      await picture(page, `thirty-poll-${language}`);
      await page.getByRole("button", { name: t("panel.close") }).click();
    });

    await test.step("groups: eight of them, with long titles and thirty people", async () => {
      await more(page, "more.groups", language);
      const dialog = page.getByRole("dialog", { name: t("groups.title") });
      await dialog.getByLabel(t("groupForm.count")).selectOption("8");
      for (const number of [1, 5]) await dialog.getByRole("textbox", { name: t("groupForm.titleOf", { number }) }).fill("Grundstücksverkehrsgenehmigungszuständigkeit".slice(0, 40));
      await picture(page, `thirty-groups-form-${language}`);
      await dialog.getByRole("button", { name: t("groupForm.begin") }).click();
      await expect(dialog.getByText(t("groupsOpen.lead"))).toBeVisible();
      await picture(page, `thirty-groups-${language}`);
      // With so many the list to lead people elsewhere is folded up, and comes after what concerns everybody.
      await expect(dialog.getByRole("combobox")).toHaveCount(0);
      await dialog.getByText(t("groupsOpen.move")).click();
      await expect(dialog.getByRole("combobox")).toHaveCount(29);
      await dialog.getByRole("combobox").nth(14).scrollIntoViewIfNeeded();
      await picture(page, `thirty-groups-seats-${language}`);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        expect(await clashes(page, ".places > li, .seat"), `at ${width} px`).toEqual([]);
      }
      await inspect(page, "thirty-groups-whole", language);
      await dialog.getByRole("button", { name: t("groupsOpen.callBack"), exact: true }).click();
      await expect(dialog).toBeHidden();
    });
  });
}
