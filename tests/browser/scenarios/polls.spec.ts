import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { control, enter, guestLinkOf, linkOf, tabTo, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { type Language, words } from "../harness/words.ts";

const card = (page: Page, question: string) => page.getByRole("article", { name: question });
const radio = (page: Page, question: string, name: string) => card(page, question).getByRole("radio", { name, exact: true });
const sum = (count: number, percent: number, language: Language = "de") => words(count === 1 ? "poll.sum_one" : "poll.sum_other", { count, percent }, language);

/** Opens the panel from the menu, as everybody can who closed the note. */
async function openPolls(page: Page) {
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("poll.title") }).click();
}

/** By keyboard from the panel: the question, how it is voted, done. */
async function ask(page: Page, question: string, { rollCall = false } = {}) {
  await page.getByRole("button", { name: words("poll.new") }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: words("poll.new") });
  await expect(dialog.getByLabel(words("poll.question"), { exact: true })).toBeFocused();
  await page.keyboard.type(question);
  if (rollCall) {
    await tabTo(page, dialog.getByRole("radio", { name: words("poll.anonymous") }));
    await page.keyboard.press("ArrowDown");
    await expect(dialog.getByRole("radio", { name: words("poll.rollCall") })).toBeChecked();
  }
  return dialog;
}

test("everybody votes once, also after a reload and in a second window; a roll call ends in a record of names", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha-Ohrdruf");
  const guest = "Gerda Gast";
  const booking = await house.book(anna, { title: "Ausschuss für Digitales", guestsWait: false, people: [{ person: bernd.id, role: "participant" }], guests: [{ name: guest }] });
  const page = await sit({ as: anna });
  const berndThere = await sit({ engine: "firefox", as: bernd });
  const guestThere = await sit({ engine: "chromium2", language: "en" });
  await enter(page, linkOf(booking), { devices: false });
  await enter(berndThere, linkOf(booking), { devices: false });
  await enter(guestThere, guestLinkOf(booking), { devices: false, language: "en" });
  await expect(tiles(page)).toHaveCount(3);
  const first = "Tagen wir im Januar in der Stadthalle oder im Bürgerhaus?";

  await test.step("the moderation asks, by keyboard; what is missing is said", async () => {
    await openPolls(page);
    const dialog = await ask(page, "  ");
    await page.keyboard.press("Enter");
    await expect(dialog.getByText(words("poll.questionMissing"))).toBeVisible();
    await inspect(page, "poll-dialog", "de");
    await dialog.getByLabel(words("poll.question"), { exact: true }).fill(first);
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    await expect(card(page, first)).toContainText(words("poll.turnout", { voted: 0, entitled: 3 }));
  });

  await test.step("the others are told, and vote; nobody sees how it goes", async () => {
    const note = berndThere.getByRole("contentinfo").getByText(words("notice.poll_open"));
    await expect(note).toBeVisible();
    await tabTo(berndThere, berndThere.getByRole("button", { name: words("poll.goVote"), exact: true }));
    await berndThere.keyboard.press("Enter");
    await expect(note).toBeHidden();
    await expect(radio(berndThere, first, words("poll.yes"))).toBeVisible();
    await tabTo(berndThere, radio(berndThere, first, words("poll.yes")));
    await berndThere.keyboard.press("ArrowDown");
    await expect(radio(berndThere, first, words("poll.no"))).toBeChecked();
    await berndThere.keyboard.press("Enter");
    const counted = card(berndThere, first).getByText(words("poll.counted"));
    // Not toBeFocused: Firefox gives its window no focus while another browser has it.
    await expect.poll(() => counted.evaluate((words) => words === document.activeElement)).toBe(true);
    await expect(card(page, first)).toContainText(words("poll.turnout", { voted: 1, entitled: 3 }));

    await guestThere.screenshot({ path: "results/pictures/poll-note.png" });
    await guestThere.getByRole("button", { name: words("poll.goVote", {}, "en"), exact: true }).click();
    await expect(card(guestThere, first).getByRole("radio")).toHaveCount(3);
    await inspect(guestThere, "poll-open", "en");
    await card(guestThere, first).getByRole("radio", { name: words("poll.abstain") }).check();
    await card(guestThere, first).getByRole("button", { name: words("poll.vote", {}, "en") }).click();
    await expect(card(guestThere, first)).toContainText(words("poll.counted", {}, "en"));
    await expect(card(page, first)).toContainText(words("poll.turnout", { voted: 2, entitled: 3 }));
    for (const each of [page, berndThere, guestThere]) await expect(each.getByText("%")).toHaveCount(0);
  });

  await test.step("who voted has voted, after a reload and in a second window", async () => {
    await berndThere.reload();
    await enter(berndThere, linkOf(booking), { devices: false });
    await openPolls(berndThere);
    await expect(card(berndThere, first)).toContainText(words("poll.counted"));
    const second = await berndThere.context().newPage();
    await enter(second, linkOf(booking), { devices: false });
    await openPolls(second);
    await expect(card(second, first)).toContainText(words("poll.counted"));
    await expect(card(second, first).getByRole("radio")).toHaveCount(0);
    await expect(card(page, first)).toContainText(words("poll.turnout", { voted: 2, entitled: 3 }));
    await second.close();
    await berndThere.bringToFront();
    await enter(berndThere, linkOf(booking), { devices: false });
    await openPolls(berndThere);
  });

  await test.step("ended, everybody sees the sums; whoever is missing is asked about first", async () => {
    await card(page, first).getByRole("button", { name: words("poll.close") }).click();
    const question = page.getByRole("alertdialog");
    await expect(question).toContainText(words("poll.closeText_one", { count: 1 }));
    await question.getByRole("button", { name: words("poll.close") }).click();
    for (const each of [page, berndThere]) {
      await expect(card(each, first).getByRole("listitem")).toHaveText([
        `${words("poll.yes")} ${sum(0, 0)}`,
        `${words("poll.no")} ${sum(1, 50)}`,
        `${words("poll.abstain")} ${sum(1, 50)}`,
      ]);
      await expect(card(each, first), "an anonymous poll names nobody").not.toContainText("Gotha");
    }
    await expect(card(guestThere, first)).toContainText(sum(1, 50, "en"));
  });

  const formal = "Beschlussvorlage 7/2026 in der geänderten Fassung";
  await test.step("in a roll call guests only watch, and names stand beside the votes in the end", async () => {
    const dialog = await ask(page, formal, { rollCall: true });
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    await expect(card(guestThere, formal)).toContainText(words("poll.notEntitled", {}, "en"));
    await expect(card(guestThere, formal).getByRole("radio")).toHaveCount(0);
    for (const [each, answer] of [[page, "poll.yes"], [berndThere, "poll.no"]] as const) {
      await radio(each, formal, words(answer)).check();
      await card(each, formal).getByRole("button", { name: words("poll.vote") }).click();
      await expect(card(each, formal)).toContainText(words("poll.yours", { answer: words(answer) }));
    }
    await expect(card(page, formal)).toContainText(words("poll.turnout", { voted: 2, entitled: 2 }));
    await card(page, formal).getByRole("button", { name: words("poll.close") }).click();
    for (const [each, language] of [[page, "de"], [berndThere, "de"], [guestThere, "en"]] as const) {
      await card(each, formal).getByText(words("poll.names", {}, language)).click();
      const roll = card(each, formal).getByRole("group").getByRole("listitem");
      await expect(roll).toHaveText([`${anna.name} ${words("poll.yes")}`, `${bernd.name} ${words("poll.no")}`]);
    }
    await inspect(page, "poll-roll", "de");
    await expect(page.getByRole("contentinfo").getByText(words("notice.poll_closed")), "who looks already needs no note").toHaveCount(0);
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      await expect(page.getByRole("button", { name: words("panel.close") }), "three tabs leave room to close the panel").toBeInViewport({ ratio: 1 });
    }
    await page.setViewportSize({ width: 768, height: 1024 });
    await page.screenshot({ path: "results/pictures/poll-roll-de-768.png" });
    await page.setViewportSize({ width: 1280, height: 800 });
    await inspect(guestThere, "poll-roll", "en");
  });

  await test.step("the moderation takes the record along as a file", async () => {
    const coming = page.waitForEvent("download");
    await card(page, formal).getByRole("button", { name: words("poll.save") }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^Abstimmung-\d{4}-\d\d-\d\d-2\.txt$/);
    const text = await readFile(await file.path(), "utf8");
    for (const line of [formal, booking.title, `${words("poll.yes")}: 1`, `${anna.name}: ${words("poll.yes")}`, `${bernd.name}: ${words("poll.no")}`]) expect(text).toContain(line);
    expect(text, "guests had no part in it").not.toContain(guest);
    await expect(card(berndThere, formal).getByRole("button", { name: words("poll.save") })).toHaveCount(0);
  });
});
