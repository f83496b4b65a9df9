import type { Page, Route } from "@playwright/test";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** How much wider the browser would draw the times if it were free to; nothing may be missing. */
const missing = (page: Page) =>
  page.locator("input[type=time]").evaluateAll((fields) =>
    fields.map((field) => {
      const given = field.getBoundingClientRect().width;
      const free = field.cloneNode() as HTMLElement;
      free.style.width = "max-content";
      field.parentElement!.append(free);
      const needed = free.getBoundingClientRect().width;
      free.remove();
      return Math.max(0, Math.ceil(needed - given));
    }),
  );

test("times have room for AM and PM; a series of working days says why it cannot begin at a weekend", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await expect(page.getByRole("heading", { name: words("book.heading") })).toBeVisible();
  for (const width of [1280, 768, 360]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await missing(page), `at ${width} px`).toEqual([0, 0]);
    await page.screenshot({ path: `results/pictures/book-times-${width}.png` });
  }
  await page.getByLabel(words("book.title")).fill("Lagebesprechung");
  const saturday = new Date(Date.now() + 7 * 24 * 3600_000);
  saturday.setUTCDate(saturday.getUTCDate() + ((6 - saturday.getUTCDay() + 7) % 7));
  await page.getByLabel(words("book.date")).fill(saturday.toISOString().slice(0, 10));
  const often = page.getByLabel(words("repeat.how"));
  await often.selectOption("workdays");
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(often).toHaveAccessibleDescription(words("fault.weekend"));
  await expect(often).toBeFocused();
  await often.selectOption("weekly");
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
});

test("a long mail address breaks between its parts and not within a word", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const address = "friederike.mustermann@verwaltung.landkreis-hildburghausen.example.org";
  const booking = await house.book(anna, { title: "Anhörung", guests: [{ name: "Friederike Mustermann", email: address }] });
  const page = await sit({ as: anna, width: 360 });
  await page.goto(`/bookings/${booking.id}`);
  const shown = page.getByText(address);
  await expect(shown).toBeVisible();
  const lines = await shown.evaluate((element) =>
    [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    }),
  );
  expect(lines.length).toBeGreaterThan(4);
  expect(new Set(lines), "each part stands on one line").toEqual(new Set([1]));
  await page.screenshot({ path: "results/pictures/booking-mail-360.png", fullPage: true });
});

test("a booking whose answer was lost on the way is there once when it is sent again", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.title")).fill("Einmal genügt");
  // The server books, but the line breaks before it has said so.
  const answerIsLost = async (route: Route) => {
    await route.fetch();
    await route.abort();
  };
  await page.route("**/api/v1/bookings", answerIsLost, { times: 1 });
  const submit = page.getByRole("button", { name: words("book.submit"), exact: true });
  await submit.click();
  await expect(page.getByText(words("problem.offline"))).toBeVisible();
  await submit.click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  const titles = await page.evaluate(async () => {
    const { items } = (await (await fetch("/api/v1/bookings")).json()) as { items: { title: string }[] };
    return items.map(({ title }) => title);
  });
  expect(titles).toEqual(["Einmal genügt"]);
});
