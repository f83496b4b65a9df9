import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { control, controls, guestLinkOf, joinButton, linkOf, openLobby, switchDevicesOn } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { type Language, words } from "../harness/words.ts";

test("the lobby tries microphone and loudspeaker without sending anything", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Probe", startsIn: 300 });
  const page = await sit({ as: anna });
  await openLobby(page, linkOf(booking));
  await switchDevicesOn(page);

  const meter = page.getByRole("meter", { name: words("level.label") });
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow")), { message: "the meter moves" }).toBeGreaterThan(0);

  const asked: string[] = [];
  page.on("request", (request) => !request.url().startsWith("blob:") && asked.push(`${request.method()} ${request.url()}`));
  await page.getByRole("button", { name: words("rehearsal.tone"), exact: true }).click();
  await expect(page.getByText(words("rehearsal.toneNow"))).toBeVisible();
  await expect(page.getByText(words("rehearsal.stays"))).toBeVisible();
  await page.getByRole("button", { name: words("rehearsal.voice") }).click();
  await expect(page.getByText(words("rehearsal.recording"))).toBeVisible();
  await expect(page.getByText(words("rehearsal.playing"))).toBeVisible();
  await expect(page.getByText(words("rehearsal.stays"))).toBeVisible();
  // The page may ask whether the door is open; nothing is sent along.
  expect(asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
});

test("too early: the lobby says when, and offers a calendar file", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Übermorgen; früh", startsIn: 2 * 24 * 60 });
  const page = await sit({ as: anna });
  await openLobby(page, linkOf(booking));
  await expect(page.getByText(/Der Raum öffnet um \d\d:\d\d Uhr/)).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: words("booking.calendarFile") }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file).toContain("SUMMARY:Übermorgen\\; früh");
  expect(file).toContain(booking.meeting_id.slice(0, 8));
  await page.screenshot({ path: "results/pictures/lobby-early.png", fullPage: true });
});

const line = (page: Page, language: Language = "de") => page.getByRole("region", { name: words("line.title", {}, language) });

for (const engine of ["chromium", "firefox"] as const) {
  test(`the line is tried from the lobby in ${engine}, long before the meeting`, async ({ house, sit }) => {
    const vroni = await house.person("Vroni Vorsicht");
    const booking = await house.book(vroni, { title: "Leitungsprobe", startsIn: 24 * 60, guests: [{ name: "Gast am Kabel" }] });
    const page = await sit({ engine });
    await openLobby(page, guestLinkOf(booking));
    await line(page).getByRole("button", { name: words("line.start") }).click();
    await expect(line(page).getByText(words("line.direct"), { exact: true })).toBeVisible({ timeout: 30_000 });
    const [roundTrip, rate] = await line(page).getByRole("definition").allInnerTexts().then((facts) => facts.slice(1).map((fact) => Number(/[\d,.]+/.exec(fact)![0]!.replace(",", "."))));
    expect(roundTrip).toBeGreaterThan(0);
    expect(rate).toBeGreaterThan(0.4);
    if (engine === "chromium") await inspect(page, "lobby-line", "de");
  });
}

test("a thin line is found to be thin, and a shut one is said to be shut", async ({ house, sit }) => {
  const vroni = await house.person("Vroni Vorsicht");
  const booking = await house.book(vroni, { title: "Dünne Leitung" });
  const page = await sit({ as: vroni, language: "en" });
  await page.addInitScript(() => {
    type Describe = (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
    const real: Describe = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
      if (!sessionStorage.getItem("shut")) return real.call(this, description);
      return real.call(this, { type: description.type, sdp: description.sdp?.replace(/^a=candidate:.*\r\n/gm, "") });
    };
    // Pieces wait for each other as on a line of about half a megabit a second.
    const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: ArrayBufferView) => void;
    let free = 0;
    RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: string | Blob | ArrayBuffer | ArrayBufferView) {
      const bytes = data as Uint8Array;
      free = Math.max(free, performance.now()) + (bytes.byteLength > 10_000 ? 200 : 0);
      setTimeout(() => this.readyState === "open" && send.call(this, bytes), free - performance.now());
    } as RTCDataChannel["send"];
  });
  await openLobby(page, linkOf(booking), "en");
  await line(page, "en").getByRole("button", { name: words("line.start", {}, "en") }).click();
  await expect(line(page, "en").getByText(words("line.tight.title", {}, "en"))).toBeVisible({ timeout: 30_000 });
  await inspect(page, "lobby-line-tight", "en");
  await page.evaluate(() => sessionStorage.setItem("shut", "yes"));
  await line(page, "en").getByRole("button", { name: words("line.again", {}, "en") }).click();
  await expect(line(page, "en").getByText(words("line.blocked.title", {}, "en"))).toBeVisible({ timeout: 60_000 });
  await inspect(page, "lobby-line-blocked", "en");
  // And the way in is open all the while.
  await expect(joinButton(page, "en")).toBeEnabled();
});

const FAULTS = { NotAllowedError: "denied", NotFoundError: "missing", NotReadableError: "busy", OverconstrainedError: "unfit" };

test("each fault of a device has its own words and a remedy, and one can join without", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Ohne Geräte" });
  const page = await sit({ as: anna });
  await page.context().addInitScript(() => {
    const refused = window as unknown as { __refused: string };
    refused.__refused = "";
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) => (refused.__refused ? Promise.reject(new DOMException("refused", refused.__refused)) : real(wish));
  });
  await openLobby(page, linkOf(booking));
  const preview = page.getByRole("region", { name: words("lobby.preview") });
  for (const [name, fault] of Object.entries(FAULTS)) {
    await page.evaluate((error) => ((window as unknown as { __refused: string }).__refused = error), name);
    for (const device of ["microphone", "camera"]) {
      await preview.getByRole("button", { name: words(`${device}.off`) }).click();
      await expect(page.getByText(words(`device.${fault}.${device}`))).toBeVisible();
    }
    await expect(page.getByText(words(`device.${fault}.fix`)).first()).toBeVisible();
    await expect(page.getByText(words("device.without.microphone"))).toBeVisible();
  }
  await page.screenshot({ path: "results/pictures/lobby-faults.png", fullPage: true });
  await joinButton(page).click();
  await expect(controls(page)).toBeVisible();
});

test("a remembered device that is gone is no fault: the system's takes its place, here and in the meeting", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Altes Headset" });
  for (const engine of ["chromium", "firefox"] as const) {
    const page = await sit({ as: anna, engine });
    await page.evaluate(() => localStorage.setItem("rennsteig.devices", JSON.stringify({ microphoneId: "a headset that was sold", cameraId: "a camera that broke", speakerId: "a loudspeaker that was lent" })));
    await openLobby(page, linkOf(booking));
    await switchDevicesOn(page);
    for (const fault of ["missing", "unfit", "failed"]) await expect(page.getByText(words(`device.${fault}.fix`))).toBeHidden();
    for (const device of ["microphone", "camera"]) await expect(page.getByLabel(words(`device.${device}`), { exact: true })).toHaveValue("");
    await joinButton(page).click();
    for (const device of ["microphone", "camera"]) await expect(control(page, `${device}.on`)).toBeVisible();
  }
});

test("a first visit speaks the browser's language, then the account's, and above all the one that is chosen", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Ministers' conference", guests: [{ name: "Grace Okafor" }] });
  const chosen = (page: Page) => page.evaluate(() => localStorage.getItem("rennsteig.language"));
  const lang = (page: Page) => page.evaluate(() => document.documentElement.lang);
  for (const [locale, language] of [["en-GB", "en"], ["de-AT", "de"], ["fr-FR", "de"]] as const) {
    const page = await sit({ locale });
    await openLobby(page, guestLinkOf(booking), language);
    expect([await lang(page), await chosen(page)], locale).toEqual([language, null]);
  }
  const page = await sit({ locale: "en-GB" });
  await test.step("what a guest chooses holds after a reload", async () => {
    await openLobby(page, guestLinkOf(booking), "en");
    await page.getByRole("button", { name: "Deutsch" }).click();
    await expect(joinButton(page)).toBeVisible();
    await page.reload();
    await expect(joinButton(page)).toBeVisible();
    expect(await lang(page)).toBe("de");
  });
  await test.step("whoever signs in reads the language of the account, also the next time", async () => {
    const there = await sit({ locale: "en-GB", as: anna });
    await openLobby(there, linkOf(booking));
    await there.reload();
    await expect(joinButton(there)).toBeVisible();
    expect([await lang(there), await chosen(there)]).toEqual(["de", null]);
  });
});

for (const language of ["de", "en"] as const) {
  test(`the lobby in easy words: one statement a line, everything that is needed to come in, in ${language}`, async ({ house, sit }) => {
    const t = (key: string, values = {}) => words(key, values, language);
    const anna = await house.person("Anna Weimar");
    const booking = await house.book(anna, { title: "Bürger-Treff", guests: [{ name: "" }] });
    const page = await sit({ language });
    await openLobby(page, guestLinkOf(booking), language);
    await page.getByRole("button", { name: t("lobby.easy") }).click();
    await expect(page.getByText(t("easyLobby.conference"))).toBeVisible();
    await expect(page.getByText(t("easyLobby.invites", { name: anna.name }))).toBeVisible();
    await inspect(page, "lobby-easy", language, { tree: true });

    await test.step("it stays so after a reload, and there is a way back", async () => {
      await page.reload();
      await expect(page.getByText(t("easyLobby.conference"))).toBeVisible();
      await page.getByRole("button", { name: t("lobby.notEasy") }).click();
      await expect(page.getByRole("region", { name: t("lobby.preview") })).toBeVisible();
      await page.getByRole("button", { name: t("lobby.easy") }).click();
    });

    await test.step("devices say how they are, a missing name is asked for, and the way leads in", async () => {
      for (const kind of ["microphone", "camera"]) {
        await expect(page.getByText(t(`easyLobby.${kind}Off`))).toBeVisible();
        await page.getByRole("button", { name: t(`easyLobby.${kind}TurnOn`) }).click();
        await expect(page.getByText(t(`easyLobby.${kind}On`))).toBeVisible();
      }
      await expect(page.getByLabel(t("lobby.ownPicture"))).toBeVisible();
      await joinButton(page, language).click();
      await expect(page.getByText(t("fault.name"))).toBeVisible();
      await page.getByLabel(t("lobby.name")).fill("Gerda Gast");
      await joinButton(page, language).click();
      await expect(page.getByRole("heading", { name: t("waiting.title") })).toBeVisible();
      await expect(page.getByText(t("microphone.on"))).toBeVisible();
    });
  });
}
