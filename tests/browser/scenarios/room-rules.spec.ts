import type { Page } from "@playwright/test";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("a room gets rules, and a booking against them is told what would be allowed", async ({ house, sit }) => {
  const keeper = await house.person("Karla Suhl", ["room_manager"]);
  const anna = await house.person("Anna Weimar");
  const name = "Sitzungszimmer 3";
  await house.ask(keeper, "POST", "/rooms", { kind: "physical", name, site: "Erfurt", capacity: 12, notes: "" });

  await test.step("who manages rooms sets how long, when and who", async () => {
    const page = await sit({ as: keeper });
    await page.goto("/rooms");
    await page.getByRole("button", { name: words("rules.title", { name }) }).click();
    const dialog = page.getByRole("dialog", { name: words("rules.title", { name }) });
    await dialog.getByLabel(words("rules.maximum")).fill("20");
    await dialog.getByRole("button", { name: words("rules.workWeek") }).click();
    await dialog.getByRole("button", { name: words("rules.addBlackout") }).click();
    await dialog.getByLabel(words("rules.firstDay")).fill("2099-12-24");
    await dialog.getByLabel(words("rules.lastDay")).fill("2099-12-31");
    await dialog.getByLabel(words("rules.why"), { exact: true }).fill("Umbau");
    await dialog.getByLabel(words("rules.holidays")).check();
    await dialog.getByRole("combobox", { name: words("rules.delegates") }).fill("Karla");
    await page.getByRole("option", { name: /Karla Suhl/ }).click();
    await inspect(page, "room-rules", "de");
    await dialog.getByRole("button", { name: words("action.save") }).click();
    await expect(dialog).toHaveCount(0);
    await page.getByRole("button", { name: words("rules.title", { name }) }).click();
    await expect(dialog.getByLabel(words("rules.maximum"))).toHaveValue("20");
    await expect(dialog.getByText("Karla Suhl")).toBeVisible();
  });

  await test.step("a booking that is too long says so, and is made without the room", async () => {
    const page = await sit({ as: anna });
    await page.goto("/bookings/new");
    await page.getByLabel(words("book.title")).fill("Lange Sitzung");
    await page.getByRole("button", { name: words("book.pickNamed", { name }) }).click();
    await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
    const alert = page.getByRole("alert");
    await expect(alert).toContainText(words("reason.maximum_other", { room: name, count: 20 }));
    await page.screenshot({ path: "results/pictures/room-rules-broken.png" });
    await page.getByRole("button", { name: words("book.unpickNamed", { name }) }).click();
    await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
    await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  });
});

test("a room is asked for, refused with words, and asked for again and granted", async ({ house, sit }) => {
  const keeper = await house.person("Karla Suhl");
  const anna = await house.person("Anna Weimar");
  const body = { kind: "physical", name: "Barocksaal", site: "Weimar", capacity: 40, notes: "" };
  const room = await house.ask<{ id: string }>(house.admin, "POST", "/rooms", body);
  await house.ask(house.admin, "PUT", `/rooms/${room.id}/policy`, { approval: "always", delegates: [keeper.id] }, { "if-match": '"1"' });
  const first = await house.book(anna, { title: "Festakt", rooms: [room.id], startsIn: 120 });
  const page = await sit({ as: anna });
  await page.goto(`/bookings/${first.id}`);
  await expect(page.getByText(words("booking.roomWaits", { room: body.name }))).toBeVisible();

  const desk = await sit({ as: keeper });
  await desk.goto("/rooms");
  await expect(desk.getByRole("heading", { name: words("requests.title") })).toBeVisible();
  await inspect(desk, "room-requests", "de");
  await desk.getByRole("button", { name: words("requests.refuseNamed", { room: body.name, title: first.title }) }).click();
  await desk.getByLabel(words("requests.words")).fill("Der Saal wird gestrichen.");
  await desk.getByRole("button", { name: words("requests.refuseRoom") }).click();
  await expect(desk.getByRole("heading", { name: words("requests.title") })).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(words("booking.roomRefusedWhy", { room: body.name, words: "Der Saal wird gestrichen." }))).toBeVisible();
  await page.screenshot({ path: "results/pictures/room-refused.png" });

  const second = await house.book(anna, { title: "Zweiter Festakt", rooms: [room.id], startsIn: 120 });
  await desk.reload();
  await desk.getByRole("button", { name: words("requests.approveNamed", { room: body.name, title: second.title }) }).click();
  await expect(desk.getByRole("heading", { name: words("requests.title") })).toHaveCount(0);
  await page.goto(`/bookings/${second.id}`);
  await expect(page.getByText(body.name)).toBeVisible();
  await expect(page.getByText(words("booking.roomWaits", { room: body.name }))).toHaveCount(0);
});

test("a room that is chosen in a form is held for others to see, and free again when the form is left", async ({ house, sit }) => {
  const [anna, bernd] = [await house.person("Anna Weimar"), await house.person("Bernd Gotha")];
  const name = "Rosensaal";
  await house.ask(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Jena", capacity: 12, notes: "" });
  const page = await sit({ as: anna });
  await page.clock.install();
  const there = await sit({ as: bernd, engine: "chromium2" });
  const pick = (on: Page) => on.getByRole("button", { name: words("book.pickNamed", { name }) });
  const byOthers = there.getByText(new RegExp(words("book.heldByOthers").split("{{")[0]));
  // Both ask for the same time, whatever hour it is while they do.
  const day = new Date(Date.now() + 7 * 24 * 3600_000).toISOString().slice(0, 10);
  const open = async (on: Page) => {
    await on.goto("/bookings/new");
    await on.getByLabel(words("book.date")).fill(day);
    await on.getByLabel(words("book.from"), { exact: true }).fill("10:00");
    await on.getByLabel(words("book.to"), { exact: true }).fill("11:00");
  };
  await open(page);
  await pick(page).click();
  await expect(page.getByText(new RegExp(words("book.heldForYou").split("{{")[0]))).toBeVisible();
  await page.screenshot({ path: "results/pictures/room-held-mine.png" });
  await open(there);
  await expect(byOthers).toBeVisible();
  await expect(pick(there)).toHaveCount(0);
  await there.screenshot({ path: "results/pictures/room-held-others.png" });
  // Who takes longer than five minutes keeps the room.
  const again = page.waitForResponse((answer) => answer.url().endsWith("/room-holds/mine") && answer.request().method() === "PUT");
  await page.clock.fastForward("04:01");
  expect((await again).status()).toBe(200);
  const released = page.waitForResponse((answer) => answer.url().endsWith("/room-holds/mine") && answer.request().method() === "DELETE");
  await page.getByRole("link", { name: words("nav.delegations") }).first().click();
  await released;
  await open(there);
  await expect(pick(there)).toBeVisible();
});
