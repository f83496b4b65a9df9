import type { Page } from "@playwright/test";
import { announcements, control, controls, enter, guestLinkOf, joinButton, keepsReceiving, linkOf, moderates, openLobby, tileOf, tiles } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const guest = "Gerda Gast";

/** Opens the dialog about somebody's role and chooses. */
async function makes(page: Page, name: string, role: string) {
  await moderates(page, name, "giveRole.action");
  const dialog = page.getByRole("dialog", { name: words("giveRole.title", { name }) });
  await dialog.getByRole("radio", { name: words(`role.${role}`) }).check();
  await dialog.getByRole("button", { name: words("action.save") }).click();
  return dialog;
}

const told = (page: Page, role: string) => expect(page.getByRole("contentinfo").getByText(words(`notice.role_${role}`))).toBeVisible();
const entry = (page: Page, name: string) => page.getByRole("region", { name: words("panel.present", { count: 2 }) }).getByRole("listitem").filter({ hasText: name });

for (const engine of ["chromium2", "firefox"] as const) {
  test(`a role changes the page at once, and a reload does not shake it off, in ${engine.replace(/\d/, "")}`, async ({ house, sit }) => {
    test.setTimeout(240_000);
    const [anna, bernd] = [await house.person("Anna Weimar"), await house.person("Bernd Gotha")];
    const people = [{ person: bernd.id, role: "participant" as const }];
    const booking = await house.book(anna, { title: "Ausschuss", people, guests: [{ name: guest }] });
    const page = await sit({ as: anna });
    const berndThere = await sit({ engine, as: bernd });
    await enter(page, linkOf(booking));
    await enter(berndThere, linkOf(booking));
    await expect(tiles(page)).toHaveCount(2);
    await keepsReceiving(page, "Bernd is seen and heard");
    await control(page, "panel.people").click();

    await test.step("a listener is silent and unseen at once, knows why, and may ask for the floor", async () => {
      await makes(page, bernd.name, "listener");
      await told(berndThere, "listener");
      for (const device of ["microphone.off", "camera.off"]) await expect(control(berndThere, device)).toHaveAttribute("aria-disabled", "true");
      await expect(controls(berndThere).getByRole("button", { name: words("bar.share") })).toBeHidden();
      await expect(entry(page, bernd.name)).toContainText(words("role.listener"));
      await expect(tileOf(page, bernd.name).locator("video")).toHaveCount(0);
      // Pressing what cannot be used says why.
      await berndThere.getByRole("contentinfo").getByRole("button", { name: words("banner.close") }).click();
      // In Firefox a key presses nothing while another window is in front.
      if (engine === "firefox") await control(berndThere, "microphone.off").dispatchEvent("click");
      else {
        await control(berndThere, "microphone.off").focus();
        await berndThere.keyboard.press("Enter");
      }
      await told(berndThere, "listener");
      // Firefox writes a style into a page to take its picture, and no page may have one.
      if (engine !== "firefox") await berndThere.screenshot({ path: "results/pictures/listener-1280.png" });
      await control(berndThere, "bar.raiseHand").click();
      await expect(page.getByRole("region", { name: words("panel.hands", { count: 1 }) })).toBeVisible();
      await control(berndThere, "bar.lowerHand").click();
    });

    await test.step("who reloads comes back as a listener", async () => {
      await berndThere.reload();
      await joinButton(berndThere).click();
      await expect(control(berndThere, "microphone.off")).toHaveAttribute("aria-disabled", "true");
      await told(berndThere, "listener");
      await expect(entry(page, bernd.name)).toContainText(words("role.listener"));
    });

    await test.step("a presenter speaks again; the dialog shows the role that is", async () => {
      await makes(page, bernd.name, "presenter");
      await told(berndThere, "presenter");
      await control(berndThere, "microphone.off").click();
      await expect(control(berndThere, "microphone.on")).toBeVisible();
      // Presenters are spared, and nobody else is heard.
      await expect(page.getByRole("button", { name: words("moderate.muteAll") })).toHaveAttribute("aria-disabled", "true");
      await house.ask(anna, "POST", `/meetings/${booking.meeting_id}/moderate`, { act: "mute_all" });
      await moderates(page, bernd.name, "giveRole.action");
      const dialog = page.getByRole("dialog", { name: words("giveRole.title", { name: bernd.name }) });
      await expect(dialog.getByRole("radio", { name: words("role.presenter") })).toBeChecked();
      await page.screenshot({ path: "results/pictures/role-1280.png" });
      await page.setViewportSize({ width: 360, height: 740 });
      await page.screenshot({ path: "results/pictures/role-360.png" });
      await page.setViewportSize({ width: 1280, height: 800 });
      await dialog.getByRole("button", { name: words("action.cancel") }).click();
      await expect(entry(page, bernd.name)).toContainText(words("role.presenter"));
    });

    await test.step("a co-moderator moderates at once, but not the organiser", async () => {
      await makes(page, bernd.name, "moderator");
      await told(berndThere, "moderator");
      await control(berndThere, "panel.people").click();
      const dialog = await makes(berndThere, anna.name, "listener");
      await expect(dialog.getByText(words("giveRole.fixed"))).toBeVisible();
      await dialog.getByRole("button", { name: words("action.cancel") }).click();
      await expect(entry(berndThere, anna.name)).toContainText(words("role.moderator"));
    });

    await test.step("what one moderator locked, the other unlocks", async () => {
      for (const [each, act, done] of [[page, "more.lock", "more.locked"], [berndThere, "more.unlock", "more.unlocked"]] as const) {
        const said = await announcements(each);
        await control(each, "bar.more").click();
        await each.getByRole("menuitem", { name: words(act) }).click();
        // A menu reads once, when it is opened, whether the meeting is locked.
        await expect.poll(said).toContain(words(done));
      }
      await expect(page.getByRole("menu"), "the menu has closed before it is opened again").toHaveCount(0);
      await control(page, "bar.more").click();
      await expect(page.getByRole("menuitem", { name: words("more.lock") })).toBeVisible();
      await page.keyboard.press("Escape");
    });

    await test.step("the organiser leaves, and the meeting has somebody who lets people in", async () => {
      await page.goto("about:blank");
      await expect(tiles(berndThere)).toHaveCount(1);
      const outside = page;
      await openLobby(outside, guestLinkOf(booking));
      await joinButton(outside).click();
      await berndThere.getByRole("button", { name: words("waitingList.admitNamed", { name: guest }) }).click();
      await expect(controls(outside)).toBeVisible();
    });
  });
}
