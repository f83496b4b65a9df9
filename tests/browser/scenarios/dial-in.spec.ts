import { House } from "../harness/house.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const test = base.extend<object, { house: House }>({
  house: [
    async ({}, use) => {
      const house = await House.open({ RENNSTEIG__DIAL_IN__NUMBERS: "+49 361 5550100, +49 30 5550199" });
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});

test("where telephones come in, the page of a booking names numbers and PIN", async ({ house, sit }) => {
  const klara = await house.person("Klara Schmölln");
  const booking = await house.book(klara, { title: "Telefonrunde" });
  const page = await sit({ as: klara });
  await page.goto(`/bookings/${booking.id}`);
  await expect(page.getByRole("heading", { name: words("booking.dialIn") })).toBeVisible();
  await expect(page.getByRole("link", { name: "+49 361 5550100" })).toHaveAttribute("href", "tel:+493615550100");
  await expect(page.getByText(/^\d{3} \d{3} \d{4}$/)).toBeVisible();
  await inspect(page, "dial-in", "de");
});

test("the way into a meeting is copied for an invitation in Outlook, as text and with links", async ({ house, sit }) => {
  const klara = await house.person("Klara Schmölln");
  const booking = await house.book(klara, { title: "Telefonrunde" });
  const page = await sit({ as: klara });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/bookings/${booking.id}`);
  await page.getByRole("button", { name: words("paste.copy") }).press("Enter");
  await expect(page.getByRole("button", { name: words("copy.done") })).toBeVisible();
  const [plain, html] = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const read = async (type: string) => (await item!.getType(type)).text();
    return [await read("text/plain"), await read("text/html")];
  });
  const pin = /(\d{3} \d{3} \d{4})/.exec(plain!)?.[1];
  expect(plain).toContain(`${words("paste.join")} ${booking.join_url}`);
  expect(plain).toContain(`${words("paste.dialIn")} +49 361 5550100 ${words("booking.dialInOr")} +49 30 5550199`);
  await expect(page.locator("strong", { hasText: pin! })).toBeVisible();
  expect(html).toContain(`href="${booking.join_url}"`);
  expect(html).toContain('href="tel:+493615550100"');
});
