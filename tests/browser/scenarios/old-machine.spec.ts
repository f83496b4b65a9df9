import type { Page } from "@playwright/test";
import { control, enter, linkOf, receives, tileOf, tiles } from "../harness/acts.ts";
import { fill } from "../harness/crowd.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

interface Fed {
  __torn: boolean;
  __looks: number;
}

/** From now on these pages can be told that half of the pictures that reach them are not shown. */
const feed = (page: Page) =>
  page.addInitScript(() => {
    const fed = window as unknown as Fed;
    [fed.__torn, fed.__looks] = [false, 0];
    const real = RTCRtpReceiver.prototype.getStats;
    RTCRtpReceiver.prototype.getStats = async function () {
      const report = await real.call(this);
      if (this.track.kind !== "video") return report;
      fed.__looks += 1;
      const told = new Map<string, object>();
      report.forEach((each: { id: string; type: string; framesReceived?: number }) => told.set(each.id, fed.__torn && each.type === "inbound-rtp" ? { ...each, framesDropped: Math.floor((each.framesReceived ?? 0) / 2) } : each));
      return told as unknown as RTCStatsReport;
    };
  });

const tear = (page: Page) => page.evaluate(() => void ((window as unknown as Fed).__torn = true));
const looks = (page: Page) => page.evaluate(() => (window as unknown as Fed).__looks);
const widthOf = (page: Page, name: string) => tileOf(page, name).locator("video").evaluate((video: HTMLVideoElement) => video.videoWidth);
const pages = (page: Page) => page.getByRole("navigation", { name: words("grid.pages") });
const told = (page: Page) => page.getByRole("contentinfo").getByText(words("notice.lean"));

test("a device that does not keep up shows fewer and smaller pictures, says so, and is not argued with", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const chair = await house.person("Lieselotte Altgerät");
  const other = await house.person("Manfred Neugerät");
  const guests = ["Ada Erste", "Bea Zweite", "Cosima Dritte", "Dagmar Vierte", "Edda Fünfte", "Fanny Sechste"].map((name) => ({ name }));
  const booking = await house.book(chair, { title: "Vollversammlung", guestsWait: false, guests, people: [{ person: other.id, role: "participant" }] });
  const page = await sit({ as: chair, unknownDevice: true });
  const there = await sit({ engine: "chromium2", as: other });
  const hall = await sit({ engine: "chromium2" });
  await feed(page);
  await enter(there, linkOf(booking));
  await enter(page, linkOf(booking));
  await fill(hall, house, booking);
  await expect(tiles(page)).toHaveCount(8);
  await receives(page, { frames: 30 }, "pictures come in");
  await expect(pages(page)).toBeHidden();
  await expect.poll(() => widthOf(page, chair.name)).toBeGreaterThan(320);

  await tear(page);
  await expect(told(page)).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("[aria-live=polite]").filter({ hasText: words("notice.lean") })).toBeAttached();
  await expect(tiles(page)).toHaveCount(4);
  await expect(pages(page)).toBeVisible();
  await expect.poll(() => widthOf(page, other.name), "the others come in small").toBeLessThanOrEqual(320);
  await expect.poll(() => page.evaluate(() => {
    const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
    return connections.flatMap((each) => each.getSenders()).flatMap(({ track }) => (track?.kind === "video" ? [track.getSettings().width] : []));
  }), { message: "and one's own goes out small" }).toEqual([320]);
  await inspect(page, "old-machine", "de");

  await page.getByRole("button", { name: words("hint.showAll") }).click();
  await expect(told(page)).toBeHidden();
  await expect(tiles(page)).toHaveCount(8);
  const before = await looks(page);
  await expect.poll(() => looks(page), { timeout: 60_000, message: "it is looked on, or would be" }).toBeGreaterThan(before + 20);
  await expect(tiles(page)).toHaveCount(8);

  await page.reload();
  await enter(page, linkOf(booking), { devices: false });
  await expect(tiles(page), "the choice is remembered").toHaveCount(8);
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("settings.title") }).click();
  const choice = page.getByRole("group", { name: words("settings.machine.title") });
  await expect(choice.getByRole("radio", { name: words("settings.machine.full") })).toBeChecked();
  await choice.getByRole("radio", { name: words("settings.machine.lean") }).check();
  await choice.scrollIntoViewIfNeeded();
  await page.screenshot({ path: "results/pictures/old-machine-settings-1280.png" });
  await page.keyboard.press("Escape");
  await expect(tiles(page)).toHaveCount(4);
  await page.reload();
  await enter(page, linkOf(booking), { devices: false });
  await expect(told(page), "who comes again knows why").toBeVisible();
  await expect(tiles(page)).toHaveCount(4);
});
