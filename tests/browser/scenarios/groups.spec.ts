import type { Page } from "@playwright/test";
import { control, enter, guestLinkOf, linkOf, receives, tabTo, tileOf, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { media } from "../harness/rtc.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const named = (number: number, title: string) => words("groups.named", { number, title });
const strip = (page: Page) => page.getByRole("region", { name: words("groups.title") });
const dialog = (page: Page) => page.getByRole("dialog", { name: words("groups.title") });
const press = (page: Page, key: string) => strip(page).getByRole("button", { name: words(key), exact: true }).click();
const log = (page: Page) => page.getByRole("log", { name: words("chat.log") });

async function openDialog(page: Page) {
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("more.groups") }).click();
  await expect(dialog(page)).toBeVisible();
}

/** Opens two groups, with a title for the second. */
async function openGroups(page: Page, division: string, minutes = "") {
  await dialog(page).getByRole("textbox", { name: words("groupForm.titleOf", { number: 2 }) }).fill("Haushalt");
  await dialog(page).getByRole("radio", { name: words(`groupForm.${division}`) }).check();
  await dialog(page).getByLabel(words("groupForm.minutes")).fill(minutes);
  await dialog(page).getByRole("button", { name: words("groupForm.begin") }).click();
  await expect(dialog(page).getByText(words("groupsOpen.lead"))).toBeVisible();
}

const close = (page: Page) => dialog(page).getByRole("button", { name: words("action.close") }).click();

/** Pictures and sound from so many others flow now. */
async function meets(page: Page, what: string) {
  const before = await media(page);
  await receives(page, { frames: before.frames + 20, audioPackets: before.audioPackets + 50, audioEnergy: before.audioEnergy + 1e-6 }, what);
}

/** Nothing comes in while the others demonstrably go on; `meanwhile` is what proves that. */
async function meetsNobody(page: Page, meanwhile: () => Promise<void>, what: string) {
  // What is still on its way when a wall goes up has arrived when two looks, one after the other, agree.
  let last: Awaited<ReturnType<typeof media>> | undefined;
  await expect.poll(async () => {
    const now = await media(page);
    const came = last ? now.frames - last.frames + now.audioPackets - last.audioPackets : "not looked twice";
    last = now;
    return came;
  }, { message: what, timeout: 30_000, intervals: [300] }).toBe(0);
  const before = await media(page);
  await meanwhile();
  const after = await media(page);
  expect([after.frames - before.frames, after.audioPackets - before.audioPackets], what).toEqual([0, 0]);
}

async function write(page: Page, text: string) {
  if (!(await log(page).isVisible())) await control(page, "panel.chat").click();
  await page.getByRole("textbox", { name: words("groups.write") }).focus();
  await page.keyboard.type(text);
  // By the button: in Firefox Enter presses nothing while another window is in front.
  await page.getByRole("button", { name: words("chat.send") }).click();
  await expect(log(page)).toContainText(text);
}

test("groups are walls within one meeting: together and apart, a word to all, help, and back again", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const guest = "Gerda Gast";
  const booking = await house.book(anna, { title: "Klausur", guestsWait: false, people: [{ person: bernd.id, role: "participant" }], guests: [{ name: guest }] });
  const page = await sit({ as: anna });
  const berndThere = await sit({ engine: "chromium2", as: bernd });
  const guestThere = await sit({ engine: "firefox" });
  const all = [page, berndThere, guestThere];
  await enter(page, linkOf(booking));
  await enter(berndThere, linkOf(booking));
  await enter(guestThere, guestLinkOf(booking));
  for (const each of all) {
    await expect(tiles(each)).toHaveCount(3);
    await meets(each, "everybody sees and hears the others first");
  }

  await test.step("by lot each of the two comes into a group alone; the moderation stays", async () => {
    await openDialog(page);
    await inspect(page, "groups-dialog", "de");
    await openGroups(page, "evenly", "12");
    for (const each of [berndThere, guestThere]) {
      await expect(strip(each)).toContainText(words("groups.leftMinutes", { count: 12 }));
      await expect(tiles(each)).toHaveCount(1);
    }
    await inspect(page, "groups-open", "de");
    await expect(tiles(page)).toHaveCount(1);
    const places = await Promise.all([berndThere, guestThere].map((each) => strip(each).getByRole("paragraph").first().textContent()));
    expect(places.map((place) => place?.split(" – ")[0]).sort()).toEqual([words("groups.unnamed", { number: 1 }), named(2, "Haushalt")].sort());
  });

  await test.step("led into one group by hand they see and hear each other, and the moderation does not", async () => {
    for (const name of [bernd.name, guest]) await dialog(page).getByRole("combobox", { name }).selectOption({ label: named(2, "Haushalt") });
    await close(page);
    for (const each of [berndThere, guestThere]) {
      await expect(strip(each)).toContainText(named(2, "Haushalt"));
      await expect(tiles(each)).toHaveCount(2);
    }
    await expect(tileOf(berndThere, anna.name)).toHaveCount(0);
    await meetsNobody(page, async () => {
      for (const each of [berndThere, guestThere]) await meets(each, "together in a group");
    }, "nothing comes through the wall");
    await control(page, "panel.people").click();
    await expect(page.getByRole("listitem").filter({ hasText: bernd.name }).filter({ hasText: named(2, "Haushalt") })).toBeVisible();
    await inspect(page, "groups-main", "de");
  });

  await test.step("what is written and a raised hand stay within", async () => {
    await write(berndThere, "Nur für uns: 4711");
    await control(guestThere, "panel.chat").click();
    await expect(log(guestThere)).toContainText("4711");
    await control(guestThere, "bar.raiseHand").click();
    await expect(tileOf(berndThere, guest)).toContainText(words("tile.hand"));
    await expect(page.getByRole("heading", { name: words("panel.hands", { count: 1 }) })).toHaveCount(0);
    await write(guestThere, "Aus Firefox: 4712");
    await expect(log(berndThere)).toContainText("4712");
    await control(page, "panel.chat").click();
    // Data keeps its order: had it been sent, it would stand before this one's own.
    await write(page, "Im Hauptraum");
    await expect(log(page)).not.toContainText("4711");
    await expect(log(guestThere)).not.toContainText("Im Hauptraum");
    await control(guestThere, "bar.lowerHand").click();
  });

  await test.step("a word of the moderation reaches everybody", async () => {
    await press(page, "groups.manage");
    await dialog(page).getByLabel(words("groupsOpen.word")).fill("Bitte Ergebnisse notieren");
    await dialog(page).getByRole("button", { name: words("groupsOpen.tell") }).click();
    for (const each of [berndThere, guestThere]) await expect(strip(each).getByText(words("groups.word", { text: "Bitte Ergebnisse notieren" }))).toBeVisible();
    await close(page);
    await inspect(berndThere, "groups-word", "de");
  });

  await test.step("a call for help leads the moderation there, and going there answers it", async () => {
    await tabTo(berndThere, strip(berndThere).getByRole("button", { name: words("groups.help") }), 120);
    await berndThere.keyboard.press("Enter");
    await expect(strip(berndThere)).toContainText(words("groups.calling"));
    await expect(strip(guestThere)).toContainText(words("groups.calling"));
    await expect(strip(page)).toContainText(words("groups.calls", { name: bernd.name, place: named(2, "Haushalt") }));
    await inspect(page, "groups-call", "de");
    await page.getByRole("button", { name: words("groups.goTo", { place: named(2, "Haushalt") }) }).click();
    await expect(strip(page)).toContainText(named(2, "Haushalt"));
    await expect(strip(berndThere)).not.toContainText(words("groups.calling"));
    for (const each of all) await meets(each, "all three are in the group");
  });

  await test.step("one goes back to the main room, hears nobody there, and comes again", async () => {
    await press(berndThere, "groups.leave");
    await expect(strip(berndThere)).toContainText(words("groups.main"));
    await expect(strip(berndThere).getByRole("paragraph").first()).toBeFocused();
    await expect(tiles(berndThere)).toHaveCount(1);
    await meetsNobody(berndThere, () => meets(guestThere, "the group goes on"), "alone in the main room");
    await press(berndThere, "groups.back");
    await expect(strip(berndThere)).toContainText(named(2, "Haushalt"));
    await meets(berndThere, "back in the group");
  });

  await test.step("called back, everybody sees and hears everybody again", async () => {
    await press(page, "groups.manage");
    await dialog(page).getByRole("button", { name: words("groupsOpen.callBackSoon") }).click();
    for (const each of [berndThere, guestThere]) await expect(strip(each)).toContainText(/noch \d+ Sek\./);
    await dialog(page).getByRole("button", { name: words("groupsOpen.callBack") }).click();
    await expect(dialog(page)).toBeHidden();
    for (const each of all) await expect(strip(each)).toContainText(words("groups.note.over"));
    for (const each of all) {
      await expect(tiles(each)).toHaveCount(3);
      await expect(strip(each)).not.toContainText(named(2, "Haushalt"));
      await meets(each, "together again");
    }
    await expect(log(page)).not.toContainText("4711");
  });

  await test.step("where everybody chooses, one takes a group oneself", async () => {
    await openDialog(page);
    await openGroups(page, "choose");
    await close(page);
    await expect(strip(guestThere)).toContainText(words("groups.main"));
    await strip(guestThere).getByRole("combobox", { name: words("groups.choose") }).selectOption({ index: 1 });
    await inspect(berndThere, "groups-choose", "de");
    await press(guestThere, "groups.go");
    await expect(strip(guestThere)).toContainText(named(2, "Haushalt"));
    await expect(tiles(berndThere)).toHaveCount(2);
    await guestThere.reload();
    await enter(guestThere, guestLinkOf(booking), { devices: false });
    await expect(strip(guestThere), "the place belongs to the person").toContainText(named(2, "Haushalt"));
  });
});
