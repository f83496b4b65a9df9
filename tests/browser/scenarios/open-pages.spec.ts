import type { Page } from "@playwright/test";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const DAY = new Date(Date.now() + 45 * 24 * 3600_000).toISOString().slice(0, 10);
/** Told at once: sooner than pages look by themselves. */
const SOON = { timeout: 15_000 };

/** The stream is open: from here on nothing is missed. */
const opened = (page: Page) => page.waitForResponse((answer) => answer.url().endsWith("/api/v1/changes") && answer.ok());

test("an open page shows what others do, without losing its place or what is being written", async ({ house, sit }) => {
  const [anna, gerda, keeper] = [await house.person("Anna Weimar"), await house.person("Gisela Ohrdruf"), await house.person("Konrad Ruhla")];
  const name = "Gickelhahn";
  const room = await house.ask<{ id: string }>(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Ruhla", capacity: 12, notes: "" });
  const body = (title: string, from: string, to: string, more: object = {}) => ({ title, start: `${DAY}T${from}`, end: `${DAY}T${to}`, zone: "Europe/Berlin", rooms: [room.id], ...more });
  type Made = { id: string; version: number };

  await test.step("somebody else's booking takes the room while the form is open, and what is written stays", async () => {
    const page = await sit({ as: gerda });
    const stream = opened(page);
    await page.goto("/bookings/new");
    await stream;
    await page.getByLabel(words("book.title")).fill("Klausur");
    await page.getByLabel(words("book.date"), { exact: true }).fill(DAY);
    await page.getByLabel(words("book.from"), { exact: true }).fill("09:00");
    await page.getByLabel(words("book.to"), { exact: true }).fill("10:00");
    const row = page.getByRole("listitem").filter({ hasText: name });
    await expect(row.getByRole("button", { name: words("book.pickNamed", { name }) })).toBeVisible();
    const description = page.getByLabel(words("book.description"));
    await description.pressSequentially("Bitte ");
    const before = await page.evaluate(() => window.scrollY);
    await house.ask(anna, "POST", "/bookings", body("Haushalt", "09:30", "10:30"));
    await expect(row.getByText(words("book.takenUntil", { until: "10:30" }))).toBeVisible(SOON);
    await expect(description).toBeFocused();
    await description.pressSequentially("pünktlich");
    await expect(description).toHaveValue("Bitte pünktlich");
    expect(await page.evaluate(() => window.scrollY)).toBe(before);
    await page.screenshot({ path: "results/pictures/open-form-taken.png" });
  });

  await test.step("an approval and a new title are there at once, and said politely", async () => {
    await house.ask(house.admin, "PUT", `/rooms/${room.id}/policy`, { approval: "always", delegates: [keeper.id] }, { "if-match": '"1"' });
    const page = await sit({ as: gerda });
    const mine = await house.ask<Made>(gerda, "POST", "/bookings", body("Beirat", "11:00", "12:00", { people: [{ person: anna.id, role: "participant" }] }));
    const stream = opened(page);
    await page.goto(`/bookings/${mine.id}`);
    await stream;
    await expect(page.getByText(words("booking.roomWaits", { room: name }))).toBeVisible();
    const keeperPage = await sit({ as: keeper });
    const keeperStream = opened(keeperPage);
    await keeperPage.goto("/rooms");
    await keeperStream;
    await expect(keeperPage.getByText("Beirat")).toBeVisible();
    await house.ask(keeper, "POST", `/room-requests/${mine.id}/${room.id}/approve`, {}, { "if-match": `"${mine.version}"` });
    await expect(page.getByText(words("booking.roomWaits", { room: name }))).toHaveCount(0, SOON);
    await expect(page.getByRole("status").getByText(words("changes.seen"))).toHaveCount(1);
    const other = await house.ask<Made>(gerda, "POST", "/bookings", body("Ausschuss", "13:00", "14:00"));
    await expect(keeperPage.getByText("Ausschuss")).toBeVisible(SOON);
    await house.ask(gerda, "POST", `/bookings/${other.id}/cancel`, undefined, { "if-match": `"${other.version}"` });
    await expect(keeperPage.getByText("Ausschuss")).toHaveCount(0, SOON);
  });

  await test.step("who is changing a booking is told that somebody else did, and overwrites nothing", async () => {
    const shared = await house.ask<Made>(gerda, "POST", "/bookings", { ...body("Runde", "15:00", "16:00"), rooms: [] });
    const page = await sit({ as: gerda });
    const stream = opened(page);
    await page.goto(`/bookings/${shared.id}`);
    await stream;
    await page.getByRole("button", { name: words("booking.change"), exact: true }).click();
    await page.getByLabel(words("book.title")).fill("Runde von Gisela");
    await house.ask(gerda, "PUT", `/bookings/${shared.id}`, { ...body("Runde im Amt", "15:00", "16:00"), rooms: [] }, { "if-match": `"${shared.version}"` });
    await expect(page.getByText(words("changes.meanwhile"))).toBeVisible(SOON);
    await expect(page.getByLabel(words("book.title"))).toHaveValue("Runde von Gisela");
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: `results/pictures/changed-meanwhile-${width}.png` });
    }
    await page.getByRole("button", { name: words("book.save"), exact: true }).click();
    await expect(page.getByText(words("problem.changed_meanwhile"))).toBeVisible();
    await page.getByRole("button", { name: words("changes.takeNew") }).press("Enter");
    await expect(page.getByLabel(words("book.title"))).toHaveValue("Runde im Amt");
    await page.getByLabel(words("book.title")).fill("Runde von Gisela");
    await page.getByRole("button", { name: words("book.save"), exact: true }).click();
    await expect(page.getByRole("heading", { name: "Runde von Gisela" })).toBeVisible();
  });
});

test("a page that nobody sees listens to nothing, and catches up when it is seen again", async ({ house, sit }) => {
  const gerda = await house.person("Gisela Ohrdruf");
  const page = await sit({ as: gerda });
  const stream = opened(page);
  await page.goto("/");
  await stream;
  const show = (state: string) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  const ended = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/v1/changes"));
  await show("hidden");
  await ended;
  await house.ask(gerda, "POST", "/bookings", { title: "Nachtrag", start: `${new Date(Date.now() + 2 * 24 * 3600_000).toISOString().slice(0, 10)}T10:00`, end: `${new Date(Date.now() + 2 * 24 * 3600_000).toISOString().slice(0, 10)}T11:00`, zone: "Europe/Berlin" });
  const again = opened(page);
  await show("visible");
  await again;
  await expect(page.getByText("Nachtrag").first()).toBeVisible(SOON);
});
