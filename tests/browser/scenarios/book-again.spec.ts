import { House } from "../harness/house.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** Letters are written here; nobody fetches them. */
const settings = { RENNSTEIG__MAIL__HOST: "127.0.0.1", RENNSTEIG__MAIL__PORT: "9", RENNSTEIG__MAIL__ENCRYPTION: "none", RENNSTEIG__MAIL__FROM: "rennsteig@example.org" };

const test = base.extend<object, { house: House }>({
  house: [
    async ({}, use) => {
      const house = await House.open(settings);
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});

test("a booking with a reminder is booked once more, with the same people in a coming week", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.title")).fill("Haushaltsrunde");
  await page.getByLabel(words("book.guestName")).fill("Renate Vogelsang");
  await page.getByLabel(words("book.guestMail")).fill("vogelsang@example.org");
  await page.getByRole("button", { name: words("book.addGuest") }).click();
  const remind = page.getByLabel(words("remind.how"));
  await remind.selectOption({ label: words("remind.day_one", { count: 1 }) });
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    await remind.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `results/pictures/book-remind-${width}.png` });
  }
  await inspect(page, "book-remind", "de");
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}$/);
  const first = new URL(page.url()).pathname;
  await expect(page.getByText(words("remind.fact.day_one", { count: 1 }))).toBeVisible();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `results/pictures/booking-again-${width}.png`, fullPage: true });
  }

  await page.getByRole("link", { name: words("book.again") }).click();
  await expect(page.getByText(words("book.likeLead", { title: "Haushaltsrunde" }))).toBeVisible();
  await expect(page.getByLabel(words("book.title"))).toHaveValue("Haushaltsrunde");
  await expect(page.getByLabel(words("remind.how"))).toHaveValue("1440");
  await expect(page.getByText("Renate Vogelsang")).toBeVisible();
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}$/);
  const second = new URL(page.url()).pathname;
  expect(second).not.toBe(first);

  type Shown = { start: string; remind_minutes: number; guests: { id: string; email: string }[] };
  const [one, two] = await Promise.all([first, second].map((path) => house.ask<Shown>(anna, "GET", path)));
  expect(Date.parse(two!.start) - Date.parse(one!.start)).toBe(7 * 24 * 3600_000);
  expect(two!.guests.map(({ email }) => email)).toEqual(["vogelsang@example.org"]);
  expect(two!.guests[0]!.id).not.toBe(one!.guests[0]!.id);
  expect([one!.remind_minutes, two!.remind_minutes]).toEqual([1440, 1440]);
});
