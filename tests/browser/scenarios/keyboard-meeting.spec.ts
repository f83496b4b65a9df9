import type { Locator, Page } from "@playwright/test";
import { announcements, control, controls, enter, guestLinkOf, joinButton, linkOf, openLobby, tabTo, tileOf, tiles } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** Reached by Tab, seen to be focused, and pressed. */
async function press(page: Page, target: Locator) {
  await tabTo(page, target, 150);
  // The ring of the focus: an outline or a shadow that is there only now.
  const ring = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  });
  expect(ring, `the focus is seen on ${target}`).toBe(true);
  await page.keyboard.press("Enter");
}

/** An entry of an open menu, by the arrows. */
async function choose(page: Page, name: string) {
  const entry = page.getByRole("menuitem", { name, exact: true });
  await expect(entry).toBeVisible();
  for (let pressed = 0; pressed < 20; pressed += 1) {
    if (await entry.evaluate((element) => element === document.activeElement)) return page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`the arrows do not lead to ${name}`);
}

const bar = (page: Page, key: string) => controls(page).getByRole("button", { name: words(key) }).first();

test("joining, talking, asking for the floor, voting, moderating and leaving need no mouse", async ({ house, sit }) => {
  test.setTimeout(240_000);
  const anna = await house.person("Anna Weimar");
  const guest = "Gerda Gast";
  const booking = await house.book(anna, { title: "Ohne Maus", guests: [{ name: guest }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2" });

  await test.step("join, with the microphone switched on in the lobby", async () => {
    await openLobby(page, linkOf(booking));
    const preview = page.getByRole("region", { name: words("lobby.preview") });
    await press(page, preview.getByRole("button", { name: words("microphone.off") }));
    await expect(preview.getByRole("button", { name: words("microphone.on") })).toBeEnabled();
    await press(page, joinButton(page));
    await expect(controls(page)).toBeVisible();
    await expect(bar(page, "microphone.on")).toBeVisible();
  });

  await test.step("a guest comes to the door and is let in", async () => {
    await openLobby(there, guestLinkOf(booking));
    await press(there, joinButton(there));
    await expect(there.getByRole("heading", { name: words("waiting.title") })).toBeVisible();
    await press(page, bar(page, "panel.people"));
    await press(page, page.getByRole("button", { name: words("waitingList.admitNamed", { name: guest }) }));
    await expect(controls(there)).toBeVisible();
    await expect(tiles(there)).toHaveCount(2);
  });

  await test.step("the guest talks, and is quiet again", async () => {
    await press(there, bar(there, "microphone.off"));
    await expect(tileOf(page, guest)).not.toContainText(words("microphone.off"));
    await there.keyboard.press("Enter");
    await expect(tileOf(page, guest)).toContainText(words("microphone.off"));
  });

  await test.step("the guest asks for the floor and is given it", async () => {
    await press(there, bar(there, "bar.raiseHand"));
    await press(page, page.getByRole("button", { name: words("moderate.giveFloorNamed", { name: guest }) }));
    await expect(there.getByRole("contentinfo").getByText(words("notice.asked_to_speak"))).toBeVisible();
    await expect(bar(there, "bar.raiseHand")).toBeVisible();
  });

  await test.step("the moderation asks all, and the guest votes", async () => {
    const question = "Vertagen wir auf Montag?";
    await press(page, bar(page, "bar.more"));
    await choose(page, words("poll.title"));
    await press(page, page.getByRole("button", { name: words("poll.new") }));
    await expect(page.getByRole("dialog").getByLabel(words("poll.question"), { exact: true })).toBeFocused();
    await page.keyboard.type(question);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await press(there, there.getByRole("button", { name: words("poll.goVote"), exact: true }));
    const answer = there.getByRole("article", { name: question }).getByRole("radio", { name: words("poll.yes"), exact: true });
    await tabTo(there, answer);
    await there.keyboard.press("Space");
    await there.keyboard.press("Enter");
    await expect(there.getByRole("article", { name: question })).toContainText(words("poll.counted"));
    await expect(page.getByRole("article", { name: question })).toContainText(words("poll.turnout", { voted: 1, entitled: 2 }));
  });

  await test.step("the language changes in the middle of the meeting, and nobody leaves it", async () => {
    await press(page, bar(page, "bar.more"));
    await choose(page, "English");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(controls(page, "en")).toBeVisible();
    await expect(tiles(page, "en")).toHaveCount(2);
    await press(page, control(page, "bar.more", "en"));
    await choose(page, "Deutsch");
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(controls(page)).toBeVisible();
  });

  await test.step("with the colours of the system every part has an edge, and nothing moves by itself where that is not wanted", async () => {
    await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    for (const part of [tiles(page).first(), controls(page), page.getByRole("complementary", { name: words("panel.label") })]) {
      await expect.poll(() => part.evaluate((element) => getComputedStyle(element).borderTopStyle), { message: `${part}` }).toBe("solid");
    }
    const lines = await page.getByRole("tab").evaluateAll((tabs) => tabs.map((tab) => getComputedStyle(tab).borderBottomColor));
    expect(new Set(lines).size, "the chosen tab differs from the others").toBe(2);
    await page.screenshot({ path: "results/pictures/forced-colours.png" });
    await press(there, controls(there).getByRole("button", { name: words("react.label") }));
    await choose(there, words("react.thanks"));
    await expect(tileOf(page, guest)).toContainText(words("react.thanks"));
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.emulateMedia({ forcedColors: null, reducedMotion: null });
  });

  await test.step("the moderation gives a role and takes it back, and the focus comes home", async () => {
    await tabTo(page, page.locator("[role=tab][tabindex='0']"), 150);
    await page.keyboard.press("Home");
    await expect(page.getByRole("tabpanel", { name: words("panel.peopleCount", { count: 2 }) })).toBeVisible();
    const menu = page.getByRole("button", { name: words("moderate.menuNamed", { name: guest }) });
    await press(page, menu);
    await choose(page, words("giveRole.action"));
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(menu).toBeFocused();
    await page.keyboard.press("Enter");
    await choose(page, words("remove.action"));
    const question = page.getByRole("alertdialog");
    await expect(question).toBeVisible();
    await press(page, question.getByRole("button", { name: words("remove.action") }));
    await expect(there.getByRole("heading", { name: words("left.removed.title") })).toBeVisible();
    await expect(tiles(page)).toHaveCount(1);
  });

  await test.step("leave, after a second thought", async () => {
    const leave = bar(page, "bar.leave");
    await press(page, leave);
    await expect(page.getByRole("dialog", { name: words("leave.title") })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(leave).toBeFocused();
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("dialog").getByRole("button", { name: words("leave.leave"), exact: true }));
    await expect(page.getByRole("heading", { name: words("left.left.title") })).toBeVisible();
  });
});

test("how much is told is chosen, by keyboard: nothing, what asks for an answer, or everything", async ({ house, sit }) => {
  test.setTimeout(120_000);
  const anna = await house.person("Anna Weimar");
  const [gerda, gustav] = ["Gerda Gast", "Gustav Gast"];
  const booking = await house.book(anna, { title: "Viel los", guestsWait: false, guests: [{ name: gerda }, { name: gustav }] });
  const page = await sit({ as: anna });
  const others = [await sit({ engine: "chromium2" }), await sit({ engine: "chromium2" })] as const;
  await enter(page, linkOf(booking), { devices: false });
  for (const [at, { link }] of booking.guests.entries()) await enter(others[at]!, link!, { devices: false });
  await expect(tiles(page)).toHaveCount(3);
  const said = await announcements(page);
  const chooses = async (told: string) => {
    await press(page, bar(page, "bar.more"));
    await choose(page, words("settings.title"));
    const choice = page.getByRole("radio", { name: words(`settings.told.${told}`) });
    // The arrows choose within a group that Tab enters once.
    await tabTo(page, page.getByRole("radio", { name: words("settings.told.all") }).or(page.getByRole("radio", { name: words("settings.told.few") })).or(page.getByRole("radio", { name: words("settings.told.none") })).and(page.locator(":checked")), 150);
    for (let pressed = 0; pressed < 3 && !(await choice.isChecked()); pressed += 1) await page.keyboard.press("ArrowDown");
    await expect(choice).toBeChecked();
    await page.keyboard.press("Escape");
    await expect(choice).toBeHidden();
  };
  const writes = async (there: Page, text: string, count: number) => {
    await there.getByRole("textbox", { name: words("chat.write") }).fill(text);
    await there.keyboard.press("Enter");
    await expect(controls(page).getByRole("button", { name: words(count === 1 ? "bar.unread_one" : "bar.unread_other", { count }) })).toBeVisible();
  };
  for (const there of others) await bar(there, "panel.chat").click();

  await chooses("none");
  await bar(others[0], "bar.raiseHand").click();
  await expect(tileOf(page, gerda).locator(".hand")).toBeVisible();
  await chooses("few");
  await writes(others[0], "Guten Morgen allerseits", 1);
  await bar(others[1], "bar.raiseHand").click();
  await expect.poll(said).toContain(words("news.hand", { name: gustav }));
  // What was to be told before would have been told before.
  expect(await said(), "nothing was to be told").not.toContain(words("news.hand", { name: gerda }));
  expect(await said(), "a message asks for no answer").not.toContain("Guten Morgen allerseits");
  await chooses("all");
  await writes(others[1], "Auch von mir", 2);
  await expect.poll(said).toContain(words("news.chat", { name: gustav, text: "Auch von mir" }));
});
