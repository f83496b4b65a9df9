import { House } from "../harness/house.ts";
import { expect, test as furnished } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const test = furnished.extend<object, { house: House }>({
  house: [
    async ({}, use) => {
      const house = await House.bare();
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});

test("the printed link makes the first administrator, once", async ({ house, sit }) => {
  const page = await sit();
  await page.goto(house.setupLink);
  const { name, email, password } = { name: "Ada Verwalter", email: "ada@example.org", password: "Wartburg-Rennsteig-1521" };
  await page.getByLabel(words("setUp.name")).fill(name);
  await page.getByLabel(words("signIn.email")).fill(email);
  await page.getByLabel(words("signIn.password")).fill(password);
  await page.getByRole("button", { name: words("setUp.submit") }).click();
  await expect(page.getByRole("heading", { name: words("bookings.title"), exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: words("nav.running") }).first()).toBeVisible();

  const late = await sit({ engine: "firefox" });
  await late.goto(house.setupLink);
  await late.getByLabel(words("setUp.name")).fill("Mallory");
  await late.getByLabel(words("signIn.email")).fill("mallory@example.org");
  await late.getByLabel(words("signIn.password")).fill(password);
  await late.getByRole("button", { name: words("setUp.submit") }).click();
  await expect(late.getByText(words("problem.link_used"))).toBeVisible();
});
