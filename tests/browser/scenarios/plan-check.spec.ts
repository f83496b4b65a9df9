import type { Page } from "@playwright/test";
import { tabTo } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** So many weeks from now, at ten. */
const day = (weeks: number) => new Date(Date.now() + (3 + 7 * weeks) * 24 * 3600_000).toISOString().slice(0, 10);

const card = (page: Page) => page.getByRole("region", { name: words("plan.title") });

async function fillTimes(page: Page, date: string) {
  await page.getByLabel(words("book.title")).fill("Jour fixe");
  await page.getByLabel(words("book.date"), { exact: true }).fill(date);
  await page.getByLabel(words("book.from"), { exact: true }).fill("10:00");
  await page.getByLabel(words("book.to"), { exact: true }).fill("11:00");
}

test("a series is checked while it is written, waits for the room on one date, and takes it when it is free", async ({ house, sit }) => {
  const [anna, gerda] = [await house.person("Anna Weimar"), await house.person("Gerda Sömmerda")];
  const [name, other] = ["Rennsteigsaal", "Wartburgzimmer"];
  const add = (room: string) => house.ask<{ id: string }>(house.admin, "POST", "/rooms", { kind: "physical", name: room, site: "Sömmerda", capacity: 12, notes: "" });
  const [room] = [await add(name), await add(other)];
  const book = (date: string) => house.ask<{ id: string }>(anna, "POST", "/bookings", { title: "Haushalt", start: `${date}T09:30`, end: `${date}T10:30`, zone: "Europe/Berlin", rooms: [room.id] });
  const [second, third] = [await book(day(1)), await book(day(2))];

  const page = await sit({ as: gerda });
  await page.goto("/bookings/new");
  await fillTimes(page, day(0));
  await page.getByRole("button", { name: words("book.pickNamed", { name }) }).click();
  await expect(card(page).getByText(words("plan.single.free"))).toBeVisible();

  // Each key asks nothing: only what stands still does, and what is overtaken is dropped.
  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("/bookings/check") && asked.push(request.postData() ?? ""));
  await page.getByLabel(words("repeat.how")).selectOption("weekly");
  await page.getByLabel(words("repeat.count")).fill("4");
  const summary = `${words("plan.count.free_other", { count: 2 })}, ${words("plan.count.taken_other", { count: 2 })}`;
  await expect(card(page).getByText(summary)).toBeVisible();
  expect(asked.length).toBeLessThan(5);
  await expect(card(page).getByText(words("plan.takenBy", { room: name, from: "09:30", to: "10:30" }))).toHaveCount(2);
  await page.getByLabel(words("book.title")).fill("Jour fixe am Rennsteig");
  const choices = card(page).getByRole("combobox");
  await tabTo(page, choices.first());
  await choices.first().selectOption({ label: words("conflict.wait", { room: name }) });
  await choices.nth(1).selectOption("skip");
  await card(page).getByText(words("plan.all_other", { count: 4 })).press("Enter");
  await expect(card(page).getByRole("listitem")).toHaveCount(4);
  await inspect(page, "plan-check", "de");
  await page.screenshot({ path: "results/pictures/plan-check-1280.png", fullPage: true });
  for (const width of [360, 768]) {
    await page.setViewportSize({ width, height: 800 });
    await card(page).scrollIntoViewIfNeeded();
    await page.screenshot({ path: `results/pictures/plan-check-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").at(-1)!;
  type Item = { start: string; rooms: { id: string }[] };
  const dates = await house.ask<{ items: Item[] }>(gerda, "GET", `/bookings/${id}/dates`);
  expect(dates.items).toHaveLength(3);

  await house.ask(anna, "POST", `/bookings/${second.id}/cancel`, undefined, { "if-match": '"1"' });
  await page.goto("/");
  const join = page.getByRole("link", { name: words("wait.join", { title: "Jour fixe am Rennsteig" }) });
  // The server looks every twenty seconds.
  await expect(join).toBeVisible({ timeout: 60_000 });
  await inspect(page, "wait-join", "de");
  await join.press("Enter");
  await expect(page.getByRole("heading", { name: words("series.changeOneHeading") })).toBeVisible();
  await expect(page.getByRole("button", { name: words("book.unpickNamed", { name }) })).toBeVisible();
  await page.getByRole("button", { name: words("book.save"), exact: true }).click();
  await expect(page.getByText(words("wait.listed"))).toHaveCount(0);
  await expect(page.getByRole("main").getByText(name).first()).toBeVisible();
  expect((await house.ask<{ items: unknown[] }>(gerda, "GET", "/room-waits")).items).toEqual([]);
  await house.ask(anna, "POST", `/bookings/${third.id}/cancel`, undefined, { "if-match": '"1"' });
});

test("a single meeting says before it is sent what is in the way, and what has to be asked for", async ({ house, sit }) => {
  const [anna, gerda] = [await house.person("Anna Weimar"), await house.person("Gerda Sömmerda")];
  const name = "Ilmsaal";
  const room = await house.ask<{ id: string; version: number }>(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Ilm", capacity: 12, notes: "" });
  const page = await sit({ as: gerda });
  await page.goto("/bookings/new");
  await fillTimes(page, day(5));
  await page.getByRole("button", { name: words("book.pickNamed", { name }) }).click();
  await expect(card(page).getByText(words("plan.single.free"))).toBeVisible();

  await test.step("somebody else is faster, and another time is one click", async () => {
    await page.getByLabel(words("book.date"), { exact: true }).fill(day(6));
    await house.ask(anna, "POST", "/bookings", { title: "Haushalt", start: `${day(4)}T09:30`, end: `${day(4)}T10:30`, zone: "Europe/Berlin", rooms: [room.id] });
    await page.getByLabel(words("book.date"), { exact: true }).fill(day(4));
    await expect(card(page).getByText(words("plan.takenBy", { room: name, from: "09:30", to: "10:30" }))).toBeVisible();
    await inspect(page, "plan-check-single", "de");
    const later = card(page).getByRole("button", { name: words("conflict.time", { from: "10:30", to: "11:30" }) });
    await tabTo(page, later);
    await page.keyboard.press("Enter");
    await expect(page.getByLabel(words("book.from"), { exact: true })).toHaveValue("10:30");
    await expect(card(page).getByText(words("plan.single.free"))).toBeVisible();
  });

  await test.step("a room that has to be asked for says so", async () => {
    await house.ask(house.admin, "PUT", `/rooms/${room.id}/policy`, { approval: "always", delegates: [anna.id] }, { "if-match": '"1"' });
    await page.getByLabel(words("book.from"), { exact: true }).fill("11:00");
    await expect(card(page).getByText(words("plan.single.needs_approval"))).toBeVisible();
    await expect(card(page).getByText(words("plan.asks", { room: name }))).toBeVisible();
    await page.screenshot({ path: "results/pictures/plan-check-asks.png", fullPage: true });
  });
});
