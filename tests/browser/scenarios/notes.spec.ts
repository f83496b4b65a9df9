import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { control, enter, guestLinkOf, linkOf, tabTo } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const notes = (page: Page) => page.getByRole("tabpanel", { name: words("notes.title") });
const paragraph = (page: Page, number: number, of: number) => notes(page).getByRole("textbox", { name: words("notes.paragraph", { number, of }), exact: true });
const saved = (page: Page) => expect(notes(page).getByText(words("notes.saved"))).toBeVisible();

async function openNotes(page: Page) {
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("more.notes"), exact: true }).click();
  await expect(notes(page)).toBeVisible();
}

/** Downloads the minutes and reads them. */
async function minutes(page: Page, kind: string) {
  const [file] = await Promise.all([page.waitForEvent("download"), notes(page).getByRole("button", { name: words(kind) }).click()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

for (const engine of ["chromium2", "firefox"] as const) {
  test(`notes are written together and nothing is lost, the other one in ${engine}`, async ({ house, sit }) => {
    test.setTimeout(240_000);
    const anna = await house.person("Anna Weimar");
    const bernd = await house.person("Bernd Gotha");
    const guest = "Gerda Gast";
    const booking = await house.book(anna, { title: "Haushalt 2027", guestsWait: false, people: [{ person: bernd.id, role: "moderator" }], guests: [{ name: guest }] });
    const page = await sit({ as: anna });
    const there = await sit({ engine, as: bernd });
    const reader = await sit({ engine: "chromium2" });
    await enter(page, linkOf(booking), { devices: false });
    await enter(there, linkOf(booking), { devices: false });
    await enter(reader, guestLinkOf(booking), { devices: false });
    for (const each of [page, there, reader]) await openNotes(each);
    await expect(notes(reader).getByText(words("notes.empty"))).toBeVisible();

    await test.step("what is typed by keyboard comes to everybody, paragraph by paragraph", async () => {
      await tabTo(page, notes(page).getByRole("button", { name: words("notes.add") }), 120);
      await page.keyboard.press("Enter");
      await page.keyboard.type("TOP 1: Der Rat beschließt.");
      await page.keyboard.press("Enter");
      await page.keyboard.type("TOP 2: Verschiedenes");
      await saved(page);
      await expect(paragraph(there, 2, 2)).toHaveValue("TOP 2: Verschiedenes");
      await expect(notes(reader).getByText("TOP 1: Der Rat beschließt.")).toBeVisible();
      // Said once in a while, not with every letter.
      await expect(reader.locator("[aria-live=polite]").filter({ hasText: words("notes.changed_one", { name: anna.name }) })).toBeAttached({ timeout: 30_000 });
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowUp");
      await expect(paragraph(page, 1, 2), "the arrows lead from one to the next").toBeFocused();
    });

    await test.step("two in one paragraph: both words stay, the caret too, and each sees that the other writes", async () => {
      await paragraph(page, 1, 2).press("End");
      await page.keyboard.press("ArrowLeft");
      await paragraph(there, 1, 2).click();
      await there.keyboard.press("Home");
      await Promise.all([page.keyboard.type(" einstimmig den Haushalt", { delay: 60 }), there.keyboard.type("Sitzung, ", { delay: 60 })]);
      const together = "Sitzung, TOP 1: Der Rat beschließt einstimmig den Haushalt.";
      for (const each of [page, there]) await expect(paragraph(each, 1, 2)).toHaveValue(together);
      await expect(notes(reader).getByText(together)).toBeVisible();
      await page.keyboard.type(" 2027");
      await expect(paragraph(there, 1, 2)).toHaveValue(together.replace("Haushalt.", "Haushalt 2027."));
      await expect(notes(there).getByText(words("notes.writes", { name: anna.name }))).toBeVisible();
      // Firefox writes a style into a page to take its picture, and no page may have one.
      if (engine !== "firefox") await inspect(there, "notes-writing", "de");
    });

    await test.step("a guest writes once everybody may, and not before", async () => {
      await expect(notes(reader).getByRole("textbox")).toHaveCount(0);
      await inspect(reader, "notes-reading", "de");
      await notes(page).getByRole("checkbox", { name: words("notes.everybody") }).check();
      await notes(reader).getByRole("button", { name: words("notes.add") }).click();
      await reader.keyboard.type("Frage der Gäste");
      await expect(paragraph(page, 3, 3)).toHaveValue("Frage der Gäste");
    });

    await test.step("after a reload everything is there, and an empty paragraph goes", async () => {
      await reader.reload();
      await enter(reader, guestLinkOf(booking), { devices: false });
      await openNotes(reader);
      await expect(paragraph(reader, 3, 3)).toHaveValue("Frage der Gäste");
      await paragraph(reader, 3, 3).fill("");
      await reader.keyboard.press("Backspace");
      await expect(notes(page).getByRole("textbox")).toHaveCount(2);
      await expect(paragraph(reader, 2, 2)).toBeFocused();
    });

    await test.step("the minutes hold title, numbers and notes, to read and to work on", async () => {
      const page1 = await minutes(page, "minutes.html");
      expect(page1.name).toMatch(/^Protokoll-\d{4}-\d\d-\d\d\.html$/);
      for (const part of ["Haushalt 2027", words("minutes.people_other", { count: 3 }), "einstimmig den Haushalt 2027."]) expect(page1.text).toContain(part);
      expect(page1.text).not.toContain(guest);
      const text = await minutes(page, "minutes.markdown");
      expect(text.text).toContain("# Haushalt 2027");
      const shown = await (await page.context().newPage());
      await shown.setContent(page1.text);
      await inspect(shown, "minutes", "de");
      await shown.close();
    });
  });
}

test("in English, and with four tabs side by side", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Budget" });
  const page = await sit({ as: anna, language: "en" });
  await enter(page, linkOf(booking), { devices: false, language: "en" });
  const english = (key: string, values = {}) => words(key, values, "en");
  const more = async (key: string) => {
    await control(page, "bar.more", "en").click();
    await page.getByRole("menuitem", { name: english(key), exact: true }).click();
  };
  await more("more.rules");
  await inspect(page, "rules-dialog", "en");
  await page.keyboard.press("Escape");
  await more("poll.title");
  await page.getByRole("button", { name: english("poll.new") }).click();
  await page.getByLabel(english("poll.question"), { exact: true }).fill("Who takes the minutes?");
  await page.getByRole("button", { name: english("poll.begin") }).last().click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await more("more.notes");
  await page.getByRole("button", { name: english("notes.add") }).click();
  await page.keyboard.type("Item 1: The council agrees.");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Item 2: Anything else, with a line that is long enough to go on below, as lines in minutes often do.");
  await expect(page.getByText(english("notes.saved"))).toBeVisible();
  await expect(page.getByRole("tab")).toHaveCount(4);
  await inspect(page, "notes-four-tabs", "en");
  await page.getByRole("tab", { name: english("poll.title") }).click();
  await expect(page.getByRole("tabpanel", { name: english("poll.title") })).toBeVisible();
});
