import type { Page } from "@playwright/test";
import { control, controls, enter, keepsReceiving, linkOf, receives, tileOf } from "../harness/acts.ts";
import { giveLooseDevices, giveToneMicrophone, playTone, plugIn, sending, unplug } from "../harness/plugs.ts";
import { media } from "../harness/rtc.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** The notes above the controls; what is announced stands elsewhere in the same words. */
const notes = (page: Page) => page.getByRole("contentinfo");
const off = words("microphone.off");

test("keys, the talk key, hints, devices and the amount of pictures do what they say", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Tastenprobe", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const other = await sit({ engine: "chromium2", as: bernd });
  await giveToneMicrophone(page.context());
  await giveLooseDevices(other.context());
  await enter(page, linkOf(booking), { devices: false });
  await enter(other, linkOf(booking));
  await receives(page, { frames: 10, audioPackets: 10 }, "the other one is there");
  const annaThere = tileOf(other, anna.name);
  const press = (key: string) => page.keyboard.press(key);

  await test.step("M switches the microphone, H raises the hand, C opens the chat", async () => {
    await expect(page).toHaveTitle(`${off} – Tastenprobe – Rennsteig`);
    await press("m");
    await expect(annaThere).not.toContainText(off);
    await expect(page).toHaveTitle(`${words("microphone.on")} – Tastenprobe – Rennsteig`);
    await press("m");
    await expect(annaThere).toContainText(off);
    await press("h");
    await expect(annaThere).toContainText(words("tile.hand"));
    await press("h");
    await expect(annaThere).not.toContainText(words("tile.hand"));
    await press("c");
    await expect(page.getByRole("log", { name: words("chat.log") })).toBeVisible();
    await press("c");
    await expect(page.getByRole("log", { name: words("chat.log") })).toBeHidden();
  });

  await test.step("space talks while it is held, and no longer", async () => {
    await page.keyboard.down(" ");
    await expect(annaThere).not.toContainText(off);
    await expect(notes(page).getByText(words("hint.talking"))).toBeVisible();
    await page.keyboard.up(" ");
    await expect(annaThere).toContainText(off);
    await page.keyboard.down(" ");
    await expect(annaThere).not.toContainText(off);
    await page.evaluate(() => window.dispatchEvent(new Event("blur")));
    await expect(annaThere).toContainText(off);
    await page.keyboard.up(" ");
  });

  await test.step("speaking with the microphone off is noticed", async () => {
    await playTone(page, 0.5);
    await expect(notes(page).getByText(words("hint.mutedSpeech"))).toBeVisible();
    await page.screenshot({ path: "results/pictures/hint-muted-speech.png" });
    await page.getByRole("button", { name: words("hint.turnOn") }).click();
    await expect(annaThere).not.toContainText(off);
    await expect(notes(page).getByText(words("hint.mutedSpeech"))).toBeHidden();
  });

  await test.step("an open microphone without a sound is noticed", async () => {
    await playTone(page, 0);
    await expect(notes(page).getByText(words("hint.silent"))).toBeVisible();
    await page.getByRole("button", { name: words("banner.close") }).click();
    await expect(notes(page).getByText(words("hint.silent"))).toBeHidden();
    await press("m");
  });

  await test.step("a microphone that is pulled out is replaced, and offered when it is back", async () => {
    const label = "Fake Audio Input 1";
    await controls(other).getByRole("button", { name: words("bar.chooseMicrophone") }).click();
    await other.getByRole("menuitem", { name: label }).click();
    await expect.poll(() => sending(other)).toContain(label);
    await unplug(other, label);
    await expect(notes(other).getByText(words("devices.lost", { label }))).toBeVisible();
    await expect(notes(other).getByText(words("devices.lost", { label }))).toContainText(words("devices.instead", { label: "" }).trim());
    await expect(control(other, "microphone.on")).toBeVisible();
    await expect.poll(() => sending(other)).not.toContain(label);
    await keepsReceiving(page, "the other microphone is heard");
    await plugIn(other, label);
    await expect(notes(other).getByText(words("devices.found", { label }))).toBeVisible();
    await other.getByRole("button", { name: words("devices.use") }).click();
    await expect.poll(() => sending(other)).toContain(label);
    await keepsReceiving(page, "the first microphone is heard again");
  });

  await test.step("sound only: the pictures stop with a reason, the voice goes on, and back", async () => {
    const settings = async (choice: string) => {
      await control(page, "bar.more").click();
      await page.getByRole("menuitem", { name: words("settings.title") }).click();
      await page.getByRole("radio", { name: words(choice), exact: true }).check();
      await press("Escape");
    };
    await settings("settings.receive.sound");
    await expect(tileOf(page, bernd.name)).toContainText(words("tile.paused"));
    await expect(page.getByLabel(words("tile.picture", { name: bernd.name }))).toBeHidden();
    const before = await media(page);
    await receives(page, { audioPackets: before.audioPackets + 100 }, "the voice goes on");
    // Some pictures were on their way when the choice was made; two seconds of sound later none comes.
    const { frames } = await media(page);
    const heard = { audioPackets: before.audioPackets + 150, audioEnergy: before.audioEnergy + 1e-4 };
    await receives(page, heard, "the voice goes on and is heard");
    expect((await media(page)).frames).toBe(frames);
    await settings("settings.receive.full");
    await keepsReceiving(page, "the picture is back");
    await expect(tileOf(page, bernd.name)).not.toContainText(words("tile.paused"));
  });

  await test.step("a key can be changed, and all can be switched off", async () => {
    await press("?");
    const list = page.getByRole("dialog", { name: words("shortcut.title") });
    await list.getByRole("button", { name: words("shortcut.changeNamed", { act: words("shortcut.microphone") }) }).click();
    await press("k");
    await expect(list.getByText("K", { exact: true })).toBeVisible();
    await press("Escape");
    await press("m");
    await press("k");
    await expect(annaThere).not.toContainText(off);
    await press("?");
    await list.getByRole("checkbox", { name: words("settings.keysOn.title") }).uncheck();
    await press("Escape");
    await press("k");
    await press("h");
    await control(page, "microphone.on").click();
    await expect(annaThere).toContainText(off);
    await expect(annaThere).not.toContainText(words("tile.hand"));
  });
});
