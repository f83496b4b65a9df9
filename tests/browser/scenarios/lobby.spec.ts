import { readFile } from "node:fs/promises";
import { controls, joinButton, linkOf, openLobby, switchDevicesOn } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

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
