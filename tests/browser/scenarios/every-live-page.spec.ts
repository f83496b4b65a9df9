import { control, enter, guestLinkOf, joinButton, linkOf, openLobby, receives, switchDevicesOn, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { listen } from "../harness/trees.ts";
import { words } from "../harness/words.ts";

// Its list of running meetings is part of the stored trees.
test.use({ houseOf: "every-live-page" });
// Long ones: each may run beside another, in a house of its own.
test.describe.configure({ mode: "parallel" });

for (const language of ["de", "en"] as const) {
  test(`from the lobby to the good-bye in ${language}: no accessibility violation, no sideways scrolling, what was heard before`, async ({ house, sit }) => {
    test.setTimeout(600_000); // Twenty looks at a page, on a machine that others share.
    const t = (key: string, values = {}) => words(key, values, language);
    const anna = await house.person("Anna Weimar");
    const bernd = await house.person("Bernd Gotha-Ohrdruf");
    const booking = await house.book(anna, {
      title: "Sitzung des Ausschusses für Inneres und Digitales",
      people: [{ person: bernd.id, role: "participant" }],
      guests: [{ name: "Gerda Gast" }],
    });
    const moderator = await sit({ as: anna, language });
    const other = await sit({ engine: "chromium2", as: bernd, language });
    const guest = await sit({ engine: "chromium2", language });
    const admin = await sit({ as: house.admin, language });

    await openLobby(moderator, linkOf(booking), language);
    await switchDevicesOn(moderator, language);
    await inspect(moderator, "lobby-devices-on", language, { tree: true });
    await joinButton(moderator, language).click();
    await expect(tiles(moderator, language)).toHaveCount(1);
    await listen(moderator, "meeting-alone", language);
    await enter(other, linkOf(booking), { language });
    await receives(moderator, { frames: 10 }, "there is a picture to look at");
    await inspect(moderator, "meeting", language, { tree: true });

    await openLobby(guest, guestLinkOf(booking), language);
    await inspect(guest, "lobby-guest", language, { tree: true });
    await joinButton(guest, language).click();
    await expect(guest.getByRole("heading", { name: t("waiting.title") })).toBeVisible();
    await inspect(guest, "waiting-room", language, { tree: true });

    await control(moderator, "panel.people", language).click();
    await expect(moderator.getByRole("button", { name: t("waitingList.admitNamed", { name: "Gerda Gast" }) })).toBeVisible();
    await inspect(moderator, "meeting-people", language, { tree: true });
    await moderator.getByRole("tab", { name: t("panel.chat") }).click();
    await moderator.getByRole("textbox", { name: t("chat.write") }).fill("https://rennsteig.example.org/akten");
    await moderator.keyboard.press("Enter");
    await expect(moderator.getByRole("log")).toContainText("rennsteig.example.org");
    await inspect(moderator, "meeting-chat", language, { tree: true });
    await control(moderator, "bar.more", language).click();
    await expect(moderator.getByRole("menu")).toBeVisible();
    await listen(moderator, "meeting-menu", language);
    await moderator.getByRole("menuitem", { name: t("poll.title") }).click();
    await expect(moderator.getByRole("tab", { name: t("poll.title"), selected: true })).toBeVisible();
    await listen(moderator, "meeting-polls", language);
    await moderator.getByRole("button", { name: t("panel.close") }).click();

    for (const [name, title] of [["meeting-settings", "settings.title"], ["meeting-keys", "shortcut.title"]]) {
      await control(moderator, "bar.more", language).click();
      await moderator.getByRole("menuitem", { name: t(title) }).click();
      await expect(moderator.getByRole("dialog", { name: t(title) })).toBeVisible();
      await inspect(moderator, name, language, { tree: true });
      await moderator.keyboard.press("Escape");
    }
    const opens = async (entry: string, title: string) => {
      await control(moderator, "bar.more", language).click();
      await moderator.getByRole("menuitem", { name: t(entry), exact: true }).click();
      await expect(moderator.getByRole("dialog", { name: t(title) })).toBeVisible();
    };
    for (const [name, entry, title] of [["meeting-rules", "more.rules", "stageRules.title"], ["meeting-help", "help.title", "help.title"], ["meeting-groups-form", "more.groups", "groups.title"]] as const) {
      await opens(entry, title);
      await listen(moderator, name, language);
      await moderator.keyboard.press("Escape");
    }

    await opens("more.groups", "groups.title");
    const groups = moderator.getByRole("dialog", { name: t("groups.title") });
    await groups.getByRole("button", { name: t("groupForm.begin") }).click();
    await expect(groups.getByText(t("groupsOpen.lead"))).toBeVisible();
    await expect(tiles(other, language)).toHaveCount(1);
    await listen(moderator, "meeting-groups", language);
    await listen(other, "meeting-group", language);
    await groups.getByRole("button", { name: t("groupsOpen.callBack"), exact: true }).click();
    for (const each of [moderator, other]) {
      await each.getByRole("region", { name: t("groups.title") }).getByRole("button", { name: t("banner.close") }).click();
      await expect(tiles(each, language)).toHaveCount(2);
    }

    await control(moderator, "bar.more", language).click();
    await moderator.getByRole("menuitem", { name: t("more.notes"), exact: true }).click();
    await moderator.getByRole("button", { name: t("notes.add") }).click();
    await moderator.keyboard.type("TOP 1");
    await expect(moderator.getByText(t("notes.saved"))).toBeVisible();
    await listen(moderator, "meeting-notes", language);
    await moderator.getByRole("button", { name: t("panel.close") }).click();
    await control(other, "bar.more", language).click();
    await other.getByRole("menuitem", { name: t("more.notes"), exact: true }).click();
    await expect(other.getByText("TOP 1")).toBeVisible();
    await listen(other, "meeting-notes-reader", language);
    await other.getByRole("button", { name: t("panel.close") }).click();

    await control(other, "bar.share", language).click();
    await expect(moderator.getByLabel(t("share.picture", { name: bernd.name }))).toBeVisible();
    await inspect(moderator, "meeting-share", language, { tree: true });
    await control(moderator, "bar.leave", language).click();
    await expect(moderator.getByRole("dialog")).toBeVisible();
    await inspect(moderator, "meeting-leave", language, { tree: true });
    await moderator.keyboard.press("Escape");

    await admin.goto("/admin/meetings");
    await expect(admin.getByRole("button", { name: booking.title })).toBeVisible();
    // The details are figures that change while one looks.
    await listen(admin, "running", language);
    await admin.getByRole("button", { name: booking.title }).click();
    await expect(admin.getByText(bernd.name).first()).toBeVisible();
    await inspect(admin, "running", language);

    await control(other, "bar.leave", language).click();
    await expect(other.getByRole("heading", { name: t("left.left.title") })).toBeVisible();
    await inspect(other, "left", language, { tree: true });
  });
}
