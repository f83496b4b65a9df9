import type { Page } from "@playwright/test";
import { control, controls, enter, guestLinkOf, joinButton, keepsReceiving, linkOf, moderates, openLobby, tileOf, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const waits = (page: Page, language: "de" | "en" = "de") => expect(page.getByRole("heading", { name: words("waiting.title", {}, language) })).toBeVisible();
const letIn = (page: Page, name: string) => page.getByRole("button", { name: words("waitingList.admitNamed", { name }) });

/** The page tells those who do not see it, too. */
const isAnnounced = (page: Page, key: string) => expect(page.locator("[aria-live=polite]").filter({ hasText: words(key) })).toBeAttached();

test("a colleague is sent back to the waiting room, stays there, and comes in again when admitted", async ({ house, sit }) => {
  const moderator = await house.person("Quirin Wartefreund");
  const colleague = await house.person("Tilda Zurückruf");
  const booking = await house.book(moderator, { title: "Haushaltsklausur", people: [{ person: colleague.id, role: "participant" }] });
  const inside = await sit({ as: moderator });
  const page = await sit({ engine: "chromium2", as: colleague });
  await enter(inside, linkOf(booking));
  await enter(page, linkOf(booking));
  await keepsReceiving(inside, "they see and hear each other");

  await control(inside, "panel.people").click();
  await inside.getByRole("button", { name: words("moderate.menuNamed", { name: colleague.name }) }).click();
  await inside.screenshot({ path: "results/pictures/send-back-1280.png" });
  await inside.getByRole("menuitem", { name: words("moderate.sendBack") }).click();
  await waits(page);
  await expect(page.getByRole("main").getByText(words("waiting.sentBack"))).toBeVisible();
  await isAnnounced(page, "waiting.sentBack");
  for (const device of ["microphone.off", "camera.off"]) await expect(page.getByRole("listitem").filter({ hasText: words(device) })).toBeVisible();
  await expect(tiles(inside)).toHaveCount(1);
  await expect(letIn(inside, colleague.name)).toBeVisible();
  await expect(inside.getByRole("heading", { name: words("panel.present", { count: 1 }) }), "the keyboard stays in the list").toBeFocused();
  await inside.screenshot({ path: "results/pictures/sent-back-list-1280.png" });
  await inspect(page, "sent-back", "de");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: "results/pictures/sent-back-dark-1280.png" });
  await page.emulateMedia({ colorScheme: "light" });

  for (const again of [() => page.reload(), () => page.goto(linkOf(booking))]) {
    await again();
    await joinButton(page).click();
    await waits(page);
    await expect(controls(page)).toBeHidden();
  }

  await letIn(inside, colleague.name).click();
  await expect(controls(page)).toBeVisible();
  await expect(tileOf(inside, colleague.name)).toContainText(words("microphone.off"));
  for (const device of ["microphone", "camera"]) {
    await control(page, `${device}.off`).click();
    await expect(control(page, `${device}.on`)).toBeVisible();
  }
  await keepsReceiving(inside, "they see and hear each other again");
  await keepsReceiving(page, "in both directions");
});

test("a guest who was sent back can be turned away, and moderators have no such entry for each other", async ({ house, sit }) => {
  const name = "Gundula Wartegast";
  const moderator = await house.person("Quendolin Wartemann");
  const second = await house.person("Rosalie Zweitmann");
  const booking = await house.book(moderator, { title: "Bürgersprechstunde", people: [{ person: second.id, role: "moderator" }], guests: [{ name }], guestsWait: false });
  const inside = await sit({ as: moderator });
  const other = await sit({ engine: "chromium2", as: second });
  const guest = await sit({ engine: "firefox", language: "en" });
  await enter(inside, linkOf(booking), { devices: false });
  await enter(other, linkOf(booking), { devices: false });
  await enter(guest, guestLinkOf(booking), { devices: false, language: "en" });
  await control(inside, "panel.people").click();
  await inside.getByRole("button", { name: words("moderate.menuNamed", { name: second.name }) }).click();
  await expect(inside.getByRole("menuitem", { name: words("remove.action") })).toBeVisible();
  await expect(inside.getByRole("menuitem", { name: words("moderate.sendBack") })).toBeHidden();
  await inside.keyboard.press("Escape");

  await moderates(inside, name, "moderate.sendBack");
  await waits(guest, "en");
  await expect(guest.getByRole("main").getByText(words("waiting.sentBack", {}, "en"))).toBeVisible();
  // The other moderator hears of it as well, and may decide.
  await control(other, "panel.people").click();
  await other.getByRole("button", { name: words("waitingList.rejectNamed", { name }) }).click();
  await other.getByRole("dialog").getByRole("button", { name: words("waitingList.reject"), exact: true }).click();
  await expect(guest.getByRole("heading", { name: words("left.rejected.title", {}, "en") })).toBeVisible();
  await guest.goto("about:blank");
  await openLobby(guest, guestLinkOf(booking), "en");
  await joinButton(guest, "en").click();
  await expect(guest.getByRole("heading", { name: words("refused.rejected", {}, "en") })).toBeVisible();
  await expect(tiles(inside)).toHaveCount(2);
});
