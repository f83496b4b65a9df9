import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("a calendar program reads under a secret address until it is ended", async ({ house, sit, request }) => {
  const anna = await house.person("Anna Weimar");
  await house.book(anna, { title: "Haushaltsrunde", startsIn: 120 });
  const page = await sit({ as: anna });
  await page.goto("/delegations");
  const shown = page.getByRole("region", { name: words("feeds.title") }).locator(".linkbox");
  await page.getByRole("button", { name: words("feeds.make") }).click();
  await expect(page.getByText(words("feeds.onceTitle"))).toBeVisible();
  const address = await shown.innerText();
  const here = page.url().replace(/\/delegations.*/, "") + new URL(address).pathname + new URL(address).search;
  const read = () => request.get(here);
  const file = await read();
  expect(file.status()).toBe(200);
  expect(await file.text()).toContain("SUMMARY:Haushaltsrunde");
  await page.screenshot({ path: "results/pictures/calendar-feed.png", fullPage: true });

  await page.reload();
  await expect(shown).toHaveCount(0);
  const ending = page.getByRole("button", { name: words("feeds.endNamed", { name: words("feeds.own") }) });
  await ending.click();
  await page.getByRole("button", { name: words("feeds.end"), exact: true }).click();
  await expect(ending).toHaveCount(0);
  expect((await read()).status()).toBe(404);
});
