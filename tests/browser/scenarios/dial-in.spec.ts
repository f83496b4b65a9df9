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
