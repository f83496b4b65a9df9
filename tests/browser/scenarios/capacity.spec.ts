import { tabTo } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import type { House, Person } from "../harness/house.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** A day on which nothing else is booked. */
const DAY = new Date(Date.now() + 3 * 24 * 3600_000).toISOString().slice(0, 10);

type Made = { id: string };

/** A town with a line of 12 Mbit/s, five people who work there, and one booking that takes 8.1 of them. */
async function furnish(house: House, town: string, onOverrun: "warn" | "refuse"): Promise<Person[]> {
  const { admin } = house;
  const pool = await house.ask<Made>(admin, "POST", "/pools", { kind: "uplink", name: `Leitung ${town}`, limit_mbps: 12, on_overrun: onOverrun });
  const site = await house.ask<Made>(admin, "POST", "/sites", { name: town, networks: ["10.7.0.0/16"], pools: [pool.id] });
  const people = [];
  for (const name of ["Anna", "Bernd", "Clara", "Dirk", "Eva"]) {
    const person = await house.person(`${name} ${town}`);
    await house.ask(admin, "PATCH", `/people/${person.id}`, { site: site.id });
    people.push(person);
  }
  await house.ask(people[0]!, "POST", "/bookings", {
    title: "Lagebesprechung",
    start: `${DAY}T10:00`,
    end: `${DAY}T11:00`,
    zone: "Europe/Berlin",
    people: people.slice(1).map(({ id }) => ({ person: id, role: "participant" })),
  });
  return people;
}

test("an administrator sets lines up and sees how full they get", async ({ house, sit }) => {
  const page = await sit({ as: house.admin });
  await page.goto("/");
  await page.getByRole("navigation", { name: words("nav.main") }).getByRole("link", { name: words("nav.capacity") }).click();
  await expect(page.getByText(words("capacity.noneTitle"))).toBeVisible();

  await test.step("a line and a site", async () => {
    await page.getByRole("button", { name: words("pools.add") }).click();
    const pool = page.getByRole("dialog", { name: words("pools.addTitle") });
    await pool.getByLabel(words("pools.name")).fill("Gera");
    await pool.getByLabel(words("pools.mbps")).fill("100");
    await pool.getByRole("button", { name: words("action.save") }).click();
    await expect(page.getByRole("row", { name: /Gera.*100/ }).first()).toBeVisible();
    await page.getByRole("button", { name: words("sites.add") }).click();
    const site = page.getByRole("dialog", { name: words("sites.addTitle") });
    await site.getByLabel(words("sites.name")).fill("Gera");
    await site.getByLabel(words("sites.networks")).fill("10.9.0.0/16");
    await site.getByLabel("Gera").check();
    await inspect(page, "capacity-site", "de");
    await site.getByRole("button", { name: words("action.save") }).click();
    await expect(site).toHaveCount(0);
    await expect(page.getByText("10.9.0.0/16")).toBeVisible();
  });

  await test.step("the map, a day of it, and the same as a table", async () => {
    await furnish(house, "Suhl", "warn");
    await house.ask<Made>(house.admin, "POST", "/pools", { kind: "media_nodes", name: "Server", limit_people: 200 });
    await page.reload();
    const map = page.getByRole("region", { name: words("capacity.scroll") });
    const cell = map.getByRole("button", { name: /Leitung Suhl,.*68 %/ });
    await tabTo(page, cell);
    await page.keyboard.press("Enter");
    await expect(cell).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByRole("img", { name: /Spitze 8,1 um 10:00/ })).toBeVisible();
    await inspect(page, "capacity", "de");
    await page.getByRole("button", { name: words("capacity.table"), exact: true }).click();
    await expect(page.getByRole("row", { name: /10:15.*8,1/ })).toBeVisible();
    await inspect(page, "capacity-table", "de");
  });

  await test.step("what gets too full is framed and named", async () => {
    const anna = await house.person("Anna Jena");
    const guests = Array.from({ length: 220 }, () => ({ name: "" }));
    await house.ask(anna, "POST", "/bookings", { title: "Vollversammlung", start: `${DAY}T14:00`, end: `${DAY}T15:00`, zone: "Europe/Berlin", guests });
    await page.reload();
    await expect(page.getByText(words("capacity.worry", { pool: "Server", percent: 100 }))).toBeVisible();
    // Lines and servers have a map each; what is too full is named on both, and leads to the right one.
    const part = (which: string) => page.getByRole("group", { name: words("capacity.parts") }).getByRole("button", { name: words(`capacity.part.${which}`), exact: true });
    const full = page.getByRole("button", { name: /Server,.*zu hoch/ });
    await expect(full).toHaveCount(0);
    await page.getByRole("button", { name: words("capacity.look") }).first().click();
    await expect(part("servers")).toHaveAttribute("aria-pressed", "true");
    await expect(full).toBeVisible();
    await expect(page.getByRole("button", { name: /Leitung Suhl,/ })).toHaveCount(0);
    await inspect(page, "capacity-servers", "de");
    await tabTo(page, part("lines"));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: /Leitung Suhl,/ }).first()).toBeVisible();
    await inspect(page, "capacity-worry", "de");
  });
});

test("the form says calmly that a line is full, and each way out is one click", async ({ house, sit }) => {
  const [anna] = await furnish(house, "Ilmenau", "refuse");
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.title")).fill("Haushalt");
  await page.getByLabel(words("book.date"), { exact: true }).fill(DAY);
  await page.getByLabel(words("book.from"), { exact: true }).fill("10:00");
  const add = async (name: string) => {
    await page.getByRole("combobox", { name: words("book.addPerson") }).fill(name);
    await page.getByRole("option", { name: new RegExp(name) }).click();
  };
  for (const name of ["Clara Ilmenau", "Dirk Ilmenau", "Eva Ilmenau"]) await add(name);
  const hint = page.getByText(words("lines.refused"));
  await expect(hint).toBeVisible();
  await expect(page.getByText(/Leitung Ilmenau: 1\d\d % belegt/)).toBeVisible();
  await inspect(page, "capacity-hint", "de");

  await test.step("sent all the same, it is refused with the same words and no red box", async () => {
    await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
    await expect(hint).toBeVisible();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page).toHaveURL(/\/bookings\/new/);
  });

  await test.step("the nearest quiet time is taken with the keyboard", async () => {
    const move = page.getByRole("button", { name: words("lines.move", { time: "11:00" }) });
    await move.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByLabel(words("book.from"), { exact: true })).toHaveValue("11:00");
    await expect(hint).toHaveCount(0);
  });

  await test.step("sound first fits, too, and is booked", async () => {
    await page.getByLabel(words("book.from"), { exact: true }).fill("10:00");
    await page.getByRole("button", { name: words("lines.audioFirst") }).click();
    await expect(hint).toHaveCount(0);
    await expect(page.getByLabel(words("lines.profile"))).toBeChecked();
    await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
    await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
    const id = page.url().split("/").at(-1);
    const booked = await house.ask<{ profile: string }>(anna!, "GET", `/bookings/${id}`);
    expect(booked.profile).toBe("audio_first");
  });
});

test("who manages rooms sees how much they are used, and not by whom", async ({ house, sit }) => {
  const keeper = await house.person("Hedwig Greiz", ["room_manager"]);
  const anna = await house.person("Ludmilla Greiz");
  const name = "Elsterzimmer";
  const room = await house.ask<Made>(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Greiz", capacity: 12, notes: "" });
  // Whatever weekday it is, the room is open for ten hours.
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: "08:00", until: "18:00" }));
  await house.ask(keeper, "PUT", `/rooms/${room.id}/policy`, { opening_hours: hours }, { "if-match": '"1"' });
  await house.ask(anna, "POST", "/bookings", { title: "Vertraulich", start: `${DAY}T10:00`, end: `${DAY}T12:30`, zone: "Europe/Berlin", rooms: [room.id] });

  await house.ask<Made>(house.admin, "POST", "/rooms", { kind: "physical", name: "Saalezimmer", site: "Saalfeld", capacity: 6, notes: "" });

  const page = await sit({ as: keeper });
  await page.goto("/");
  await page.getByRole("navigation", { name: words("nav.main") }).getByRole("link", { name: words("nav.capacity") }).click();
  const map = page.getByRole("region", { name: words("roomUse.scroll") });
  await expect(map.getByRole("row", { name: /^Saalezimmer/ })).toBeVisible();
  await page.getByLabel(words("roomUse.site")).selectOption("Greiz");
  const row = map.getByRole("row", { name: /^Elsterzimmer Greiz, 12 Plätze/ });
  await expect(row.getByRole("cell", { name: "25 %, 2,5 von 10 Stunden belegt" })).toHaveCount(1);
  await expect(row.getByRole("cell")).toHaveCount(14);
  await expect(page.getByText("Vertraulich")).toHaveCount(0);
  await expect(page.getByText("Ludmilla Greiz")).toHaveCount(0);
  // Lines and servers are not theirs to see.
  await expect(page.getByRole("button", { name: words("pools.add") })).toHaveCount(0);
  await inspect(page, "capacity-rooms", "de", { tree: true });

  await test.step("whoever has no mouse scrolls the table with the keyboard, and takes it along as a file", async () => {
    await tabTo(page, map);
    await expect(map).toBeFocused();
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: words("capacity.download") }).press("Enter");
    expect((await waiting).suggestedFilename()).toMatch(/^raeume-\d{4}-\d{2}-\d{2}\.csv$/);
  });

  await test.step("administrators have it beside lines and servers, in their language", async () => {
    const english = (key: string) => words(key, {}, "en");
    const desk = await sit({ as: house.admin, language: "en" });
    await desk.goto("/admin/capacity");
    const parts = desk.getByRole("group", { name: english("capacity.parts") });
    await tabTo(desk, parts.getByRole("button", { name: english("capacity.part.rooms"), exact: true }));
    await desk.keyboard.press("Enter");
    await expect(desk.getByRole("row", { name: /Elsterzimmer/ })).toBeVisible();
    await desk.getByLabel(english("roomUse.site")).selectOption("Greiz");
    await inspect(desk, "capacity-rooms", "en");
  });
});
