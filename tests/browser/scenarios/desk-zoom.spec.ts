import { expect, test } from "../harness/scenario.ts";
import { walk } from "../harness/walk.ts";
import { words } from "../harness/words.ts";

/** 1280 by 1024 at 400 % zoom. */
const ZOOMED = { width: 320, height: 256 };
const DAY = new Date(Date.now() + 52 * 24 * 3600_000).toISOString().slice(0, 10);

test("at 400 % zoom everything of the desk is reached by keyboard, in view and uncovered", async ({ house, sit }) => {
  const [anna, gerda] = [await house.person("Anna Weimar"), await house.person("Hedwig Bad Salzungen")];
  const name = "Inselsberg";
  const room = await house.ask<{ id: string }>(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Tabarz", capacity: 12, notes: "" });
  const taken = await house.ask<{ id: string }>(anna, "POST", "/bookings", { title: "Haushalt", start: `${DAY}T10:00`, end: `${DAY}T11:00`, zone: "Europe/Berlin", rooms: [room.id] });
  const mine = await house.ask<{ id: string }>(gerda, "POST", "/bookings", { title: "Beirat", start: `${DAY}T10:00`, end: `${DAY}T11:00`, zone: "Europe/Berlin" });
  const instant = (time: string) => new Date(`${DAY}T${time}:00Z`).toISOString();
  await house.ask(gerda, "POST", "/room-waits", { room: room.id, start: instant("09:00"), end: instant("10:00") });
  for (const language of ["de", "en"] as const) {
    const page = await sit({ as: gerda, language });
    await page.setViewportSize(ZOOMED);
    const say = (key: string, values = {}) => words(key, values, language);

    await test.step(`${language}: first page with the waiting list`, async () => {
      await page.goto("/");
      await expect(page.getByRole("heading", { name: say("wait.title") })).toBeVisible();
      expect(await walk(page, 25)).toEqual([]);
      await page.screenshot({ path: `results/pictures/zoom-home-${language}.png` });
    });

    await test.step(`${language}: the form with a series whose room is taken, and the best time of the week`, async () => {
      await page.goto("/bookings/new");
      await page.getByLabel(say("book.title")).fill("Jour fixe");
      await page.getByLabel(say("book.date"), { exact: true }).fill(DAY);
      await page.getByLabel(say("book.from"), { exact: true }).fill("10:00");
      await page.getByLabel(say("book.to"), { exact: true }).fill("11:00");
      await page.getByLabel(say("repeat.how")).selectOption("weekly");
      await expect(page.getByText(say("wait.listed"), { exact: true })).toHaveCount(1);
      expect(await walk(page, 40)).toEqual([]);
      await page.screenshot({ path: `results/pictures/zoom-form-${language}.png` });
      await page.getByRole("button", { name: say("weekly.open") }).press("Enter");
      await page.getByRole("dialog").waitFor();
      expect(await walk(page, 15)).toEqual([]);
      await page.screenshot({ path: `results/pictures/zoom-weekly-${language}.png` });
      await page.keyboard.press("Escape");
    });

    await test.step(`${language}: a booking, and handing it over`, async () => {
      await page.goto(`/bookings/${mine.id}`);
      await page.getByRole("button", { name: say("handover.open") }).waitFor();
      expect(await walk(page, 20)).toEqual([]);
      await page.getByRole("button", { name: say("handover.open") }).press("Enter");
      await page.getByRole("dialog").waitFor();
      expect(await walk(page, 8)).toEqual([]);
      await page.screenshot({ path: `results/pictures/zoom-handover-${language}.png` });
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(page.getByRole("button", { name: say("handover.open") })).toBeFocused();
    });
  }
  await house.ask(anna, "POST", `/bookings/${taken.id}/cancel`, undefined, { "if-match": '"1"' });
});
