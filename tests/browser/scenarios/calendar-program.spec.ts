import { expect, test } from "../harness/scenario.ts";
import { inspect } from "../harness/inspect.ts";
import { words } from "../harness/words.ts";

test("a calendar program gets a password of its own, until it is ended", async ({ house, sit, request }) => {
  const anna = await house.person("Anna Weimar");
  await house.book(anna, { title: "Haushaltsrunde", startsIn: 120 });
  const page = await sit({ as: anna });
  await page.goto("/delegations");
  await page.getByRole("button", { name: words("programs.make") }).click();
  await expect(page.getByText(words("programs.labelWrong"))).toBeVisible();
  const label = page.getByRole("textbox", { name: words("programs.label") });
  await label.fill("Telefon");
  await label.press("Enter");
  await expect(page.getByText(words("programs.onceTitle"))).toBeVisible();
  const [server, user, password] = await page.getByRole("region", { name: words("programs.title") }).locator(".linkbox").allInnerTexts();
  const there = new URL(page.url()).origin + new URL(server).pathname;
  const find = () => request.fetch(there, { method: "PROPFIND", headers: { authorization: `Basic ${btoa(`${user}:${password}`)}`, depth: "0" } });
  expect((await find()).status()).toBe(207);
  await inspect(page, "calendar-program", "de");

  await page.reload();
  await expect(page.locator(".password")).toHaveCount(0);
  const ending = page.getByRole("button", { name: words("programs.endNamed", { name: "Telefon" }) });
  await expect(ending).toBeVisible();
  await ending.click();
  await page.getByRole("button", { name: words("programs.end"), exact: true }).click();
  await expect(ending).toHaveCount(0);
  expect((await find()).status()).toBe(401);
});
