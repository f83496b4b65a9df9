import { control, controls, enter, keepsReceiving, linkOf, receives, tileOf, tiles } from "../harness/acts.ts";
import { media } from "../harness/rtc.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("Chromium and Firefox see and hear each other, write, show a screen and part", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Haushaltsrunde", people: [{ person: bernd.id, role: "participant" }] });
  const chromium = await sit({ engine: "chromium", as: anna });
  const firefox = await sit({ engine: "firefox", as: bernd });

  await test.step("both come in with camera and microphone", async () => {
    await enter(chromium, linkOf(booking));
    await enter(firefox, linkOf(booking));
    for (const page of [chromium, firefox]) await expect(tiles(page)).toHaveCount(2);
  });

  await test.step("pictures are decoded and sound is heard on both sides", async () => {
    for (const page of [chromium, firefox]) {
      await receives(page, { frames: 30, audioPackets: 50, audioEnergy: 1e-4 }, "picture and sound arrive");
      await keepsReceiving(page, "picture and sound keep coming");
    }
  });

  await test.step("a switched-off microphone shows at the other side", async () => {
    const off = words("microphone.off");
    await expect(tileOf(firefox, anna.name)).not.toContainText(off);
    await control(chromium, "microphone.on").click();
    await expect(tileOf(firefox, anna.name)).toContainText(off);
    await control(chromium, "microphone.off").click();
    await expect(tileOf(firefox, anna.name)).not.toContainText(off);
  });

  await test.step("a message arrives in both directions", async () => {
    for (const [from, to, text] of [
      [chromium, firefox, "Guten Morgen, Gotha!"],
      [firefox, chromium, "Guten Morgen, Weimar!"],
    ] as const) {
      for (const page of [from, to]) {
        const log = page.getByRole("log", { name: words("chat.log") });
        if (!(await log.isVisible())) await control(page, "panel.chat").click();
        await expect(log).toBeVisible();
      }
      await from.getByRole("textbox", { name: words("chat.write") }).focus();
      await from.keyboard.type(text);
      await from.keyboard.press("Enter");
      await expect(to.getByRole("log", { name: words("chat.log") })).toContainText(text);
      await expect(to.getByRole("log").getByText(text)).toHaveCount(1);
    }
  });

  await test.step("a shown screen is decoded by the other", async () => {
    const before = (await media(firefox)).framesByTrack.length;
    await control(chromium, "bar.share").click();
    await expect(firefox.getByLabel(words("share.picture", { name: anna.name }))).toBeVisible();
    await expect.poll(async () => (await media(firefox)).framesByTrack.length, { timeout: 30_000 }).toBeGreaterThan(before);
    await control(chromium, "bar.stopSharing").click();
    await expect(firefox.getByLabel(words("share.picture", { name: anna.name }))).toBeHidden();
  });

  await test.step("one leaves, the other notices", async () => {
    await control(firefox, "bar.leave").click();
    await expect(firefox.getByRole("heading", { name: words("left.left.title") })).toBeVisible();
    await expect(tiles(chromium)).toHaveCount(1);
    await expect(controls(chromium)).toBeVisible();
  });
});
