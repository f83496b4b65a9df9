import type { Page } from "@playwright/test";
import { announcements, control, controls, enter, guestLinkOf, joinButton, keepsReceiving, linkOf, openLobby, receives, switchDevicesOn, tileOf } from "../harness/acts.ts";
import type { House } from "../harness/house.ts";
import { inspect } from "../harness/inspect.ts";
import { type Program, openHouse, startProgram, stopProgram } from "../harness/programs.ts";
import { media } from "../harness/rtc.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { type Language, words } from "../harness/words.ts";

const test = base.extend<object, { house: House }>({
  house: [
    async ({}, use) => {
      const house = await openHouse();
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});
// Long ones: each may run beside another.
test.describe.configure({ mode: "parallel" });

/** Hidden, as such programs usually are: nobody sees it, and everybody is told. */
const recorder: Program = { identity: "egress-1", name: "Landesarchiv-Recorder", kind: "egress", grants: { recorder: true, hidden: true, canPublish: false } };
const captioner: Program = { identity: "words-1", name: "Schriftdolmetschung Suhl", kind: "agent", grants: { canPublish: false } };

const box = (page: Page, language: Language = "de") => page.getByRole("checkbox", { name: words("consent.agree", {}, language) });
const strip = (page: Page, language: Language = "de") => page.getByRole("region", { name: words("consent.label", {}, language) });
const mark = (page: Page, key = "recording") => page.getByRole("banner").getByText(words(`capturing.${key}`), { exact: true });

/** The lobby knows what the meeting's node reports, once a second. */
async function openRecordedLobby(page: Page, link: string, language: Language = "de") {
  await expect(async () => {
    await openLobby(page, link, language);
    await expect(box(page, language)).toBeVisible({ timeout: 2_000 });
  }).toPass();
}

test("nobody comes into a recorded meeting without having been told and having agreed", async ({ house, sit, browsers }) => {
  test.setTimeout(300_000);
  const wilma = await house.person("Wilma Ilmenau");
  const xaver = await house.person("Xaver Ilmenau");
  const booking = await house.book(wilma, { title: "Anhörung", people: [{ person: xaver.id, role: "participant" }] });
  const program = await startProgram(await browsers("chromium2"), house, booking.meeting_id, recorder);
  const page = await sit({ as: wilma });

  await test.step("the lobby says who records, and what nobody here knows", async () => {
    await openRecordedLobby(page, linkOf(booking));
    const notice = page.getByRole("region", { name: words("consent.title.recording") });
    await expect(notice).toContainText(recorder.name);
    await expect(notice).toContainText(words("consent.unknown"));
    await expect(page.getByText(words("consent.fact.recording"), { exact: true })).toBeVisible();
    await expect(page.getByText(words("lobby.noRecording"))).toHaveCount(0);
    await expect(box(page)).not.toBeChecked();
    await inspect(page, "recorded-lobby", "de");
  });

  await test.step("without a tick one stays outside and hears why", async () => {
    await joinButton(page).click();
    await expect(page.getByRole("alert").filter({ hasText: words("consent.missing") })).toBeVisible();
    await expect(box(page)).toHaveAttribute("aria-invalid", "true");
    await expect(box(page)).toBeFocused();
    await inspect(page, "recorded-lobby-missing", "de");
  });

  await test.step("with it one is in, with the own camera on, and the head says what goes on", async () => {
    await switchDevicesOn(page);
    await box(page).check();
    await joinButton(page).click();
    await expect(controls(page)).toBeVisible();
    await expect(control(page, "microphone.on")).toBeVisible();
    await expect(control(page, "camera.on")).toBeVisible();
    await expect(mark(page)).toBeVisible();
    await expect(strip(page)).toHaveCount(0);
    await expect(tileOf(page, recorder.name), "it is hidden all the same").toHaveCount(0);
    await inspect(page, "recorded-inside", "de");
  });

  await test.step("the same in English", async () => {
    const english = await sit({ engine: "chromium2", as: wilma, language: "en" });
    await openRecordedLobby(english, linkOf(booking), "en");
    await inspect(english, "recorded-lobby", "en");
  });

  await test.step("Firefox, in English", async () => {
    const there = await sit({ engine: "firefox", as: xaver, language: "en" });
    await openRecordedLobby(there, linkOf(booking), "en");
    await box(there, "en").check();
    await joinButton(there, "en").click();
    await expect(controls(there, "en")).toBeVisible();
    await keepsReceiving(there, "Wilma is seen and heard");
  });

  await stopProgram(program);
  await expect(mark(page)).toHaveCount(0);
  await expect(page.getByRole("contentinfo").getByText(words("notice.capture_over"))).toBeVisible();
});

for (const engine of ["chromium", "firefox"] as const) {
  test(`a recording that begins while people talk asks them first (${engine})`, async ({ house, sit, browsers }) => {
    test.setTimeout(300_000);
    const ylva = await house.person("Ylva Sonneberg");
    const zeno = await house.person("Zeno Sonneberg");
    const booking = await house.book(ylva, { title: "Runder Tisch", people: [{ person: zeno.id, role: "participant" }] });
    const page = await sit({ as: ylva });
    const there = await sit({ engine: engine === "chromium" ? "chromium2" : engine, as: zeno });
    await enter(page, linkOf(booking));
    await enter(there, linkOf(booking));
    await keepsReceiving(page, "Zeno is seen and heard");
    const announced = await announcements(there);
    const program = await startProgram(await browsers("chromium2"), house, booking.meeting_id, recorder);

    await test.step("everybody is told politely, and microphone and camera are off until one agrees", async () => {
      await expect(strip(there)).toContainText(words("consent.began.recording"));
      await expect(strip(there)).toContainText(recorder.name);
      await expect(mark(there)).toBeVisible();
      await expect.poll(announced).toContain(words("consent.held"));
      await expect(control(there, "microphone.off")).toBeVisible();
      await expect(control(there, "camera.off")).toBeVisible();
      if (engine === "chromium") await inspect(there, "recording-begins", "de");
    });

    await test.step("nothing can be switched on meanwhile, by button or key, and the page says why", async () => {
      await control(there, "microphone.off").click({ force: true });
      await expect(there.getByRole("contentinfo").getByText(words("notice.consent_first"))).toBeVisible();
      await there.locator("h1").click();
      await there.keyboard.press("v");
      await there.keyboard.press("m");
      await expect(control(there, "camera.off")).toBeVisible();
      await expect(control(there, "microphone.off")).toBeVisible();
      await expect(tileOf(page, zeno.name).locator("video"), "no picture of who did not agree").toHaveCount(0);
    });

    await test.step("who agrees goes on, and switches on what was on", async () => {
      await strip(there).getByRole("button", { name: words("consent.yes") }).click();
      await expect(strip(there)).toHaveCount(0);
      await expect(mark(there), "the mark stays").toBeVisible();
      await expect(there.getByRole("contentinfo").getByText(words("notice.consent_first"))).toHaveCount(0);
      await control(there, "microphone.off").click();
      await control(there, "camera.off").click();
      await expect(control(there, "camera.on")).toBeVisible();
      const { frames } = await media(page);
      await receives(page, { frames: frames + 20 }, "Zeno is seen again");
    });

    await test.step("captions that begin as well need a word of their own", async () => {
      const second = await startProgram(await browsers("chromium2"), house, booking.meeting_id, captioner);
      await expect(strip(there)).toContainText(words("consent.began.captions"));
      await expect(strip(there)).toContainText(captioner.name);
      await expect(mark(there, "captions")).toBeVisible();
      if (engine === "chromium") await inspect(there, "captions-begin", "de");
      await stopProgram(second);
      await expect(strip(there)).toHaveCount(0);
    });

    await test.step("who does not agree may leave by the same notice", async () => {
      await strip(page).getByRole("button", { name: words("leave.leave") }).click();
      const dialog = page.getByRole("dialog", { name: words("leave.title") });
      await dialog.getByRole("button", { name: words("leave.leave") }).click();
      await expect(page.getByRole("heading", { name: words("left.left.title") })).toBeVisible();
    });
    await stopProgram(program);
  });
}

test("who waits when a recording begins is asked before being let in", async ({ house, sit, browsers }) => {
  const guest = "Quirin Gast";
  const ulrike = await house.person("Ulrike Hildburghausen");
  const booking = await house.book(ulrike, { title: "Zeugenbefragung", guests: [{ name: guest }] });
  const inside = await sit({ as: ulrike });
  const outside = await sit({ engine: "chromium2" });
  await enter(inside, linkOf(booking), { devices: false });
  await openLobby(outside, guestLinkOf(booking));
  await joinButton(outside).click();
  await expect(outside.getByRole("heading", { name: words("waiting.title") })).toBeVisible();
  const program = await startProgram(await browsers("chromium2"), house, booking.meeting_id, recorder);
  await strip(inside).getByRole("button", { name: words("consent.yes") }).click();
  // The node reports once a second; who is let in before that is asked inside.
  await expect.poll(async () => (await house.ask<{ recorded_by: string[] }>(ulrike, "GET", `/meetings/${booking.meeting_id}`)).recorded_by).toEqual([recorder.name]);
  await control(inside, "panel.people").click();
  await inside.getByRole("button", { name: words("waitingList.admitNamed", { name: guest }) }).click();
  await expect(outside.getByRole("heading", { name: words("consent.title.recording") })).toBeFocused();
  await expect(outside.getByText(recorder.name)).toBeVisible();
  await inspect(outside, "recorded-admitted", "de");
  await outside.getByRole("button", { name: words("consent.enter") }).click();
  await expect(controls(outside)).toBeVisible();
  await expect(mark(outside)).toBeVisible();
  await expect(strip(outside)).toHaveCount(0);
  await stopProgram(program);
});
