import { control, controls, enter, guestLinkOf, joinButton, linkOf, moderates, openLobby, tileOf, tiles } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("a removed colleague is out at once and does not come back", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Personalrunde", people: [{ person: bernd.id, role: "participant" }] });
  const moderator = await sit({ as: anna });
  const removed = await sit({ engine: "firefox", as: bernd });
  await enter(moderator, linkOf(booking), { devices: false });
  await enter(removed, linkOf(booking));
  await expect(tiles(moderator)).toHaveCount(2);

  await control(moderator, "panel.people").click();
  const off = words("microphone.off");
  const there = () => tileOf(moderator, "Bernd");

  await test.step("before that he is muted and told so, asked to speak, and renamed", async () => {
    await expect(there()).not.toContainText(off);
    await moderates(moderator, bernd.name, "moderate.mute");
    await expect(there()).toContainText(off);
    const notes = removed.getByRole("contentinfo");
    await expect(notes.getByText(words("notice.muted"))).toBeVisible();
    await expect(control(removed, "microphone.off")).toBeVisible();
    await moderates(moderator, bernd.name, "moderate.ask");
    await expect(notes.getByText(words("notice.asked_to_speak"))).toBeVisible();
    await removed.getByRole("button", { name: words("hint.turnOn") }).click();
    await expect(there()).not.toContainText(off);
    await expect(notes.getByText(words("notice.asked_to_speak"))).toBeHidden();
    await control(removed, "bar.raiseHand").click();
    await expect(there()).toContainText(words("tile.hand"));
    await moderates(moderator, bernd.name, "moderate.lowerHand");
    await expect(there()).not.toContainText(words("tile.hand"));
    await moderates(moderator, bernd.name, "moderate.rename");
    await moderator.getByRole("textbox", { name: words("moderate.newName") }).fill("Bernd aus Gotha");
    await moderator.keyboard.press("Enter");
    await expect(tileOf(removed, "Bernd aus Gotha")).toBeVisible();
  });

  await moderates(moderator, "Bernd aus Gotha", "remove.action");
  await moderator.getByRole("alertdialog").getByRole("button", { name: words("remove.action") }).click();
  await expect(removed.getByRole("heading", { name: words("left.removed.title") })).toBeVisible();
  await expect(tiles(moderator)).toHaveCount(1);
  await expect(moderator.getByRole("heading", { name: words("panel.present", { count: 1 }) }), "the line has gone, the keyboard stays in the list").toBeFocused();

  for (const again of [() => removed.reload(), () => removed.goto(linkOf(booking))]) {
    await again();
    await joinButton(removed).click();
    await expect(removed.getByRole("heading", { name: words("refused.removed") })).toBeVisible();
    await expect(controls(removed)).toBeHidden();
  }
  await expect(tiles(moderator)).toHaveCount(1);
});

test("a removed guest does not come back with the personal link", async ({ house, sit }) => {
  const name = "Gerda Gast";
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Bürgerrunde", guests: [{ name }], guestsWait: false });
  const moderator = await sit({ as: anna });
  const guest = await sit({ engine: "chromium2" });
  await enter(moderator, linkOf(booking), { devices: false });
  await enter(guest, guestLinkOf(booking), { devices: false });

  await control(moderator, "panel.people").click();
  await moderates(moderator, name, "remove.action");
  await moderator.getByRole("alertdialog").getByRole("button", { name: words("remove.action") }).click();
  await expect(guest.getByRole("heading", { name: words("left.removed.title") })).toBeVisible();

  // The same address again would stay on the page; somebody who comes back comes from elsewhere.
  await guest.goto("about:blank");
  await openLobby(guest, guestLinkOf(booking));
  await joinButton(guest).click();
  await expect(guest.getByRole("heading", { name: words("refused.removed") })).toBeVisible();
});
