/** The door of a meeting: who stands there, who is let in together, and who finds it locked. */

import type { Page } from "@playwright/test";
import { announcements, control, controls, enter, joinButton, linkOf, openLobby, tiles } from "../harness/acts.ts";
import type { Booking } from "../harness/house.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { type Language, words } from "../harness/words.ts";

/** The personal link of one of several guests. */
function linkFor(booking: Booking, name: string): string {
  const link = booking.guests.find((guest) => guest.name === name)?.link;
  if (!link) throw new Error(`the booking answered no link for ${name}`);
  return link;
}

/** Asks to come in and waits at the door. */
async function knock(page: Page, link: string, language: Language) {
  await openLobby(page, link, language);
  await joinButton(page, language).click();
  await expect(page.getByRole("heading", { name: words("waiting.title", {}, language) })).toBeVisible();
}

const choose = async (page: Page, key: string, language: Language) => {
  await control(page, "bar.more", language).click();
  await page.getByRole("menuitem", { name: words(key, {}, language), exact: true }).click();
};

for (const language of ["de", "en"] as const) {
  test(`all who wait are let in together, each hears it, and the list says who vouches for whom, in ${language}`, async ({ house, sit }) => {
    test.setTimeout(180_000);
    const t = (key: string, values = {}) => words(key, values, language);
    const [gerda, ayse] = ["Gerda Gast", "Ayşe Demir"];
    const anna = await house.person("Anna Weimar");
    const karl = await house.person("Karl Kollege");
    const booking = await house.book(anna, { title: "Anhörung", guests: [{ name: gerda }, { name: ayse }] });
    const inside = await sit({ as: anna, language });
    const first = await sit({ engine: "chromium2", language });
    const second = await sit({ engine: "firefox", language });
    const colleague = await sit({ engine: "chromium2", as: karl, language });

    await test.step("before the moderation is there, who waits reads that nobody is", async () => {
      await knock(first, linkFor(booking, gerda), language);
      await expect(first.getByRole("status").filter({ hasText: t("waiting.nobody") })).toBeVisible();
      await expect(first.getByText(t("waiting.later"))).toBeVisible();
      await inspect(first, "waiting-room-nobody", language);
    });

    await enter(inside, linkOf(booking), { devices: false, language });
    // The door looks every ten seconds who is inside.
    await expect(first.getByRole("status").filter({ hasText: t("waiting.state") })).toBeVisible({ timeout: 30_000 });
    await knock(second, linkFor(booking, ayse), language);
    await knock(colleague, linkOf(booking), language);

    await control(inside, "panel.people", language).click();
    const waiting = inside.getByRole("region", { name: t("waitingList.title", { count: 3 }) });
    await expect(waiting).toBeVisible();

    await test.step("the list says by whom each is known", async () => {
      const entry = (name: string) => waiting.getByRole("listitem").filter({ hasText: name });
      for (const guest of [gerda, ayse]) await expect(entry(guest)).toContainText(t("trust.guest"));
      await expect(entry(karl.name)).toContainText(t("trust.signed_in"));
      await inspect(inside, "meeting-waiting-list", language);
    });

    await test.step("one press lets all in, and each is told before coming in", async () => {
      const outside = [first, second, colleague];
      const heard = await Promise.all(outside.map((page) => announcements(page)));
      await waiting.getByRole("button", { name: t("waitingList.admitAll") }).click();
      for (const page of outside) await expect(controls(page, language)).toBeVisible();
      for (const said of heard) expect(await said()).toContain(t("waiting.admitted"));
      await expect(tiles(inside, language)).toHaveCount(4);
      await expect(waiting).toBeHidden();
      const present = inside.getByRole("heading", { name: t("panel.present", { count: 4 }) });
      await expect(present, "nobody waits any more, the keyboard stays in the list").toBeFocused();
    });
  });

  test(`a locked meeting turns people away with a word, until it is unlocked, in ${language}`, async ({ house, sit }) => {
    test.setTimeout(120_000);
    const t = (key: string, values = {}) => words(key, values, language);
    const gerda = "Gerda Gast";
    const anna = await house.person("Anna Weimar");
    const bernd = await house.person("Bernd Gotha");
    const people = [{ person: bernd.id, role: "participant" as const }];
    const booking = await house.book(anna, { title: "Personalrat", guestsWait: false, people, guests: [{ name: gerda }] });
    const inside = await sit({ as: anna, language });
    const outside = await sit({ engine: "chromium2", language });
    const colleague = await sit({ engine: "chromium2", as: bernd, language });
    await enter(inside, linkOf(booking), { devices: false, language });
    await openLobby(outside, linkFor(booking, gerda), language);
    await choose(inside, "more.lock", language);

    await test.step("who was in the lobby already reads it when trying to come in", async () => {
      // The menu says it as soon as the door is locked.
      await control(inside, "bar.more", language).click();
      await expect(inside.getByRole("menuitem", { name: t("more.unlock") })).toBeVisible();
      await inside.keyboard.press("Escape");
      await joinButton(outside, language).click();
      // The lobby stays: the door may be open again in a moment.
      await expect(outside.getByRole("alert").filter({ hasText: t("problem.locked") })).toBeVisible();
      await expect(controls(outside, language)).toBeHidden();
      await inspect(outside, "lobby-turned-away", language);
    });

    await test.step("who comes now reads it in the lobby, invited or not", async () => {
      for (const [page, link] of [[outside, linkFor(booking, gerda)], [colleague, linkOf(booking)]] as const) {
        await page.goto("about:blank");
        await openLobby(page, link, language);
        await expect(page.getByText(t("problem.locked"))).toBeVisible();
      }
      await inspect(colleague, "lobby-locked", language);
      await joinButton(colleague, language).click();
      await expect(colleague.getByRole("alert").filter({ hasText: t("problem.locked") })).toBeVisible();
      await expect(tiles(inside, language)).toHaveCount(1);
    });

    await test.step("unlocked, the same links lead in", async () => {
      await choose(inside, "more.unlock", language);
      await control(inside, "bar.more", language).click();
      await expect(inside.getByRole("menuitem", { name: t("more.lock") })).toBeVisible();
      await inside.keyboard.press("Escape");
      await enter(outside, linkFor(booking, gerda), { devices: false, language });
      await expect(tiles(inside, language)).toHaveCount(2);
    });
  });
}
