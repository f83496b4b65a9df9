import type { Page } from "@playwright/test";
import { control, enter, guestLinkOf, linkOf, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const log = (page: Page) => page.getByRole("log", { name: words("chat.log") });
const send = (page: Page) => page.getByRole("button", { name: words("chat.send") }).click();

test("a word to one person is read by that person alone, and never goes to all because that one has left", async ({ house, sit }) => {
  const chair = await house.person("Isolde Flüsterzweig");
  const clerk = await house.person("Konstantin Flüsterbach");
  const guest = "Gast Flüsterer";
  const booking = await house.book(chair, { title: "Unter vier Augen", guestsWait: false, people: [{ person: clerk.id, role: "participant" }], guests: [{ name: guest }] });
  const page = await sit({ as: chair });
  const clerkThere = await sit({ engine: "firefox", as: clerk });
  const guestThere = await sit({ engine: "chromium2" });
  await enter(page, linkOf(booking), { devices: false });
  await enter(clerkThere, linkOf(booking), { devices: false });
  await enter(guestThere, guestLinkOf(booking), { devices: false });
  for (const each of [page, clerkThere, guestThere]) {
    await expect(tiles(each)).toHaveCount(3);
    await control(each, "panel.chat").click();
  }
  const to = page.getByRole("combobox", { name: words("chat.to") });
  const only = page.getByRole("textbox", { name: words("chat.writeOnly", { name: clerk.name }) });

  await test.step("it says to whom it goes, and both see that nobody else reads it", async () => {
    await to.selectOption(clerk.name);
    await only.fill("Haben Sie die Vorlage?");
    await send(page);
    const received = log(clerkThere).getByRole("article").filter({ hasText: "Haben Sie die Vorlage?" });
    await expect(received).toContainText(words("chat.fromOnly", { name: chair.name }));
    await expect(log(page).getByRole("article")).toContainText(words("chat.youOnly", { name: clerk.name }));
    await inspect(page, "chat-private", "de");
    // What comes after it to all shows that the other one did not get it.
    await to.selectOption(words("chat.everybody"));
    await page.getByRole("textbox", { name: words("chat.write") }).fill("Wir beginnen.");
    await send(page);
    await expect(log(guestThere)).toContainText("Wir beginnen.");
    await expect(log(guestThere)).not.toContainText("Vorlage");
  });

  await test.step("who has left is not written to, and nobody else reads what was meant for that person", async () => {
    await to.selectOption(clerk.name);
    await only.fill("Dann rufe ich Sie an.");
    await control(clerkThere, "bar.leave").click();
    await expect(tiles(page)).toHaveCount(2);
    await expect(page.getByText(words("chat.gone", { name: clerk.name }))).toBeVisible();
    await send(page);
    await expect(only).toHaveValue("Dann rufe ich Sie an.");
    await to.selectOption(guest);
    await expect(page.getByText(words("chat.gone", { name: clerk.name }))).toBeHidden();
    await expect(log(page)).not.toContainText("Dann rufe ich Sie an.");
    await expect(log(guestThere)).not.toContainText("Dann rufe ich Sie an.");
  });
});
