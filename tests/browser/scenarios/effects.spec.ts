import { type Page, expect as that } from "@playwright/test";
import { control, enter, joinButton, keepsReceiving, linkOf, openLobby, receives, switchDevicesOn, tileOf, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { media } from "../harness/rtc.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** What comes in of somebody's camera: how much detail it has, and the colour of its upper edge. */
async function seen(page: Page, name: string): Promise<{ detail: number; sky: number[] } | undefined> {
  return tileOf(page, name).locator("video").evaluate((element) => {
    const video = element as HTMLVideoElement;
    if (video.videoWidth === 0) return undefined;
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
    const context = canvas.getContext("2d")!;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let detail = 0;
    for (let at = 4; at < data.length; at += 4) detail += Math.abs(data[at]! - data[at - 4]!);
    const sky = [0, 1, 2].map((part) => {
      let sum = 0;
      for (let column = 0; column < canvas.width; column += 1) sum += data[(2 * canvas.width + column) * 4 + part]!;
      return Math.round(sum / canvas.width);
    });
    return { detail: detail / (data.length / 4), sky };
  });
}
const detail = async (page: Page, name: string) => (await seen(page, name))?.detail ?? NaN;

async function choose(page: Page, choices: string[]) {
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("settings.title") }).click();
  const dialog = page.getByRole("dialog", { name: words("settings.title") });
  for (const choice of choices) await dialog.getByRole("radio", { name: words(choice), exact: true }).check();
  return dialog;
}

/** The scripts, programs and models of the effects that a page has asked for. */
function watchEffects(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/\.(wasm|tflite)$|vision_wasm|workletProcessor/.test(request.url())) asked.push(new URL(request.url()).pathname);
  });
  return asked;
}

test("a background is loaded from the own host when it is chosen; from then on no bare picture goes out", async ({ house, sit }) => {
  test.setTimeout(150_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Rücksprache", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  const asked = watchEffects(page);
  await enter(page, linkOf(booking));
  await enter(there, linkOf(booking), { devices: false });
  await receives(there, { frames: 20 }, "the bare picture comes in");
  await that.poll(() => detail(there, anna.name)).toBeGreaterThan(0.2);
  const bare = await detail(there, anna.name);
  expect(asked, "nobody loads megabytes who did not ask for them").toEqual([]);

  await test.step("a soft background takes the detail away, and pictures keep coming", async () => {
    const dialog = await choose(page, ["settings.background.strong"]);
    // No picture at all has no detail either: that is so while the program is fetched.
    await that.poll(() => asked.some((path) => path.endsWith(".tflite")), { timeout: 60_000 }).toBe(true);
    await that.poll(() => detail(there, anna.name), { timeout: 60_000 }).toBeLessThan(bare / 2);
    await page.screenshot({ path: "results/pictures/settings-background.png" });
    await dialog.getByRole("button", { name: words("action.close") }).click();
    const before = await media(there);
    await receives(there, { frames: before.frames + 20 }, "pictures keep coming");
    await there.screenshot({ path: "results/pictures/background-strong.png" });
  });

  await test.step("hills are painted behind", async () => {
    const dialog = await choose(page, ["settings.background.hills"]);
    await that.poll(async () => {
      const [red = 0, , blue = 0] = (await seen(there, anna.name))?.sky ?? [];
      return red > 190 && blue > 220;
    }, { timeout: 60_000 }).toBe(true);
    await there.screenshot({ path: "results/pictures/background-hills.png" });
    await dialog.getByRole("button", { name: words("action.close") }).click();
  });

  await test.step("off and on again, and after a reload, it is still there", async () => {
    const sky = async () => ((await seen(there, anna.name))?.sky[2] ?? 0) > 220;
    await control(page, "camera.on").click();
    await expect(tileOf(there, anna.name).locator("video")).toHaveCount(0);
    await control(page, "camera.off").click();
    await that.poll(sky, { timeout: 60_000 }).toBe(true);
    await page.reload();
    // The lobby remembers what was on.
    await expect(page.getByRole("region", { name: words("lobby.preview") }).getByRole("button", { name: words("camera.on") })).toBeEnabled();
    await enter(page, linkOf(booking), { devices: false });
    await expect(tiles(there)).toHaveCount(2);
    await expect(tileOf(there, anna.name).locator("video")).toBeVisible({ timeout: 60_000 });
    await that.poll(sky, { timeout: 60_000 }).toBe(true);
  });

  await test.step("as it is again, the detail is back", async () => {
    const dialog = await choose(page, ["settings.background.none"]);
    await that.poll(() => detail(there, anna.name), { timeout: 60_000 }).toBeGreaterThan(bare * 0.7);
    await dialog.getByRole("button", { name: words("action.close") }).click();
    await keepsReceiving(there, "picture and sound go on");
  });
});

test("a background that cannot be loaded keeps the camera off, and says so", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Rücksprache" });
  const page = await sit({ as: anna });
  await page.route(/\.tflite$/, (route) => route.fulfill({ status: 404, body: "" }));
  await enter(page, linkOf(booking), { devices: false });
  const dialog = await choose(page, ["settings.background.soft"]);
  await dialog.getByRole("button", { name: words("action.close") }).click();
  await control(page, "camera.off").click();
  await expect(page.getByRole("contentinfo").getByText(words("notice.background_failed"))).toBeVisible({ timeout: 60_000 });
  await expect(control(page, "camera.off")).toBeVisible();
  expect((await media(page)).framesSent).toBe(0);
});

test("strong noise reduction runs on this machine, and the sound goes on", async ({ house, sit }) => {
  test.setTimeout(150_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Rücksprache", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  const asked = watchEffects(page);
  await enter(page, linkOf(booking));
  await enter(there, linkOf(booking), { devices: false });
  await receives(there, { audioPackets: 50, audioEnergy: 1e-6 }, "sound comes in");
  /** Energy of so many packets. */
  const energy = async () => {
    const before = await media(there);
    await receives(there, { audioPackets: before.audioPackets + 150 }, "sound keeps coming");
    const after = await media(there);
    return (after.audioEnergy - before.audioEnergy) / (after.audioPackets - before.audioPackets);
  };
  /** What the sound that goes out is made of: the microphone, or the end of the filter. */
  const source = () =>
    page.evaluate(() => {
      const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
      return connections.flatMap((connection) => connection.getSenders()).find(({ track }) => track?.kind === "audio")?.track?.label;
    });
  const microphone = await source();
  const loud = await energy();
  const dialog = await choose(page, ["settings.noise.strong"]);
  await that.poll(() => asked.some((path) => path.endsWith(".wasm"))).toBe(true);
  await that.poll(source, { timeout: 60_000 }).not.toBe(microphone);
  await that.poll(energy, { message: "the tone of the test device is no voice", timeout: 60_000 }).toBeLessThan(loud / 2);
  await dialog.getByRole("radio", { name: words("settings.noise.usual"), exact: true }).check();
  await that.poll(source, { timeout: 60_000 }).toBe(microphone);
  await that.poll(energy, { message: "without it the tone is back", timeout: 60_000 }).toBeGreaterThan(loud / 2);
});

test("where pictures cannot be had one by one (Firefox), they are painted over an element", async ({ house, sit }) => {
  test.setTimeout(150_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Rücksprache", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna, engine: "firefox" });
  const there = await sit({ as: bernd });
  await enter(page, linkOf(booking));
  await enter(there, linkOf(booking), { devices: false });
  await receives(there, { frames: 10 }, "the bare picture comes in");
  await (await choose(page, ["settings.background.hills"])).getByRole("button", { name: words("action.close") }).click();
  await that.poll(async () => {
    const [red = 0, , blue = 0] = (await seen(there, anna.name))?.sky ?? [];
    return red > 190 && blue > 220;
  }, { timeout: 60_000 }).toBe(true);
  const before = await media(there);
  await receives(there, { frames: before.frames + 10 }, "pictures keep coming");
});

test("a background chosen in the lobby is seen in the preview and in the meeting, and one that cannot be had shows nothing", async ({ house, sit }) => {
  test.setTimeout(150_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Rücksprache", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  const asked = watchEffects(page);
  await enter(there, linkOf(booking), { devices: false });
  await openLobby(page, linkOf(booking));
  await switchDevicesOn(page);
  const preview = page.getByRole("region", { name: words("lobby.preview") });
  const own = preview.locator("video");
  const sky = () => own.evaluate((element) => {
    const video = element as HTMLVideoElement;
    if (video.videoWidth === 0) return 0;
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
    const context = canvas.getContext("2d")!;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return context.getImageData(160, 2, 1, 1).data[2]!;
  });
  await that.poll(sky).toBeLessThan(100);
  expect(asked, "nobody loads megabytes who did not ask for them").toEqual([]);
  const choice = page.getByLabel(words("backdrop.title"));

  await page.route(/\.tflite$/, (route) => route.fulfill({ status: 404, body: "" }));
  await choice.selectOption("soft");
  await expect(page.getByText(words("lobby.backgroundFix"))).toBeVisible({ timeout: 60_000 });
  await expect(own, "not even the bare picture").toBeHidden();
  await inspect(page, "lobby-background-missing", "de");
  await page.unroute(/\.tflite$/);

  await choice.selectOption("hills");
  await that.poll(sky, { timeout: 60_000 }).toBeGreaterThan(200);
  await inspect(page, "lobby-background", "de");
  await joinButton(page).click();
  await that.poll(async () => ((await seen(there, anna.name).catch(() => undefined))?.sky[2] ?? 0) > 220, { timeout: 60_000 }).toBe(true);
  await there.screenshot({ path: "results/pictures/lobby-background-there.png" });
});
