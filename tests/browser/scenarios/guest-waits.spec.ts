import { control, controls, enter, guestLinkOf, keepsReceiving, linkOf, openLobby, joinButton, switchDevicesOn } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const guest = "Gerda Gast";

test("a guest waits until the moderation lets her in", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Anhörung", guests: [{ name: guest }] });
  const inside = await sit({ as: anna });
  const outside = await sit({ engine: "firefox" });
  await enter(inside, linkOf(booking));

  await openLobby(outside, guestLinkOf(booking));
  await switchDevicesOn(outside);
  await joinButton(outside).click();
  await expect(outside.getByRole("heading", { name: words("waiting.title") })).toBeVisible();
  await expect(controls(outside)).toBeHidden();

  await control(inside, "panel.people").click();
  await inside.getByRole("button", { name: words("waitingList.admitNamed", { name: guest }) }).click();
  await expect(controls(outside)).toBeVisible();
  await expect(inside.getByRole("heading", { name: words("panel.present", { count: 2 }) }), "nobody waits any more, the keyboard stays in the list").toBeFocused();
  await keepsReceiving(outside, "the guest sees and hears");
  await keepsReceiving(inside, "the moderation sees and hears the guest");
});

test("a guest who is turned away reads why and stays outside, also with the link again", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Vorstand", guests: [{ name: guest }] });
  const inside = await sit({ as: anna });
  const outside = await sit({ engine: "chromium2" });
  const why = "Heute berät der Vorstand allein. Bitte rufen Sie uns an.";
  await enter(inside, linkOf(booking), { devices: false });

  await openLobby(outside, guestLinkOf(booking));
  await joinButton(outside).click();
  await expect(outside.getByRole("heading", { name: words("waiting.title") })).toBeVisible();
  await control(inside, "panel.people").click();
  const reject = inside.getByRole("button", { name: words("waitingList.rejectNamed", { name: guest }) });
  await reject.click();
  const dialog = inside.getByRole("dialog", { name: words("waitingList.rejectTitle", { name: guest }) });
  await dialog.getByRole("button", { name: words("action.cancel") }).click();
  await expect(dialog).toBeHidden();
  await expect(reject).toBeFocused();
  await expect(outside.getByRole("heading", { name: words("waiting.title") })).toBeVisible();

  await reject.click();
  await expect(dialog.getByLabel(words("waitingList.words"))).toBeFocused();
  await inside.keyboard.type(why);
  await inside.screenshot({ path: "results/pictures/reject-1280.png" });
  await dialog.getByRole("button", { name: words("waitingList.reject"), exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(reject).toBeHidden();
  await expect(inside.getByRole("heading", { name: words("panel.present", { count: 1 }) }), "nobody waits any more, the keyboard stays in the list").toBeFocused();
  await expect(outside.getByRole("heading", { name: words("left.rejected.title") })).toBeVisible();
  await expect(outside.getByRole("blockquote")).toHaveText(why);
  await expect(outside.locator("[aria-live=polite]").filter({ hasText: words("left.rejected.said", { words: why }) })).toBeAttached();
  await outside.screenshot({ path: "results/pictures/rejected-1280.png" });

  await outside.reload();
  await joinButton(outside).click();
  await expect(outside.getByRole("heading", { name: words("refused.rejected") })).toBeVisible();
  await expect(outside.getByRole("blockquote")).toHaveText(why);
  await outside.setViewportSize({ width: 360, height: 740 });
  await outside.screenshot({ path: "results/pictures/rejected-360.png" });
  expect(await outside.evaluate(() => document.documentElement.scrollWidth), "nothing to scroll sideways").toBe(360);
  await expect(controls(outside)).toBeHidden();
});

test("a link that was replaced opens nothing", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Beirat", guests: [{ name: guest }] });
  await house.ask(anna, "POST", `/bookings/${booking.id}/guests/${booking.guests[0].id}/link`);
  const outside = await sit();
  await outside.goto(guestLinkOf(booking));
  await expect(outside.getByRole("heading", { name: words("refused.link_invalid") })).toBeVisible();
});
