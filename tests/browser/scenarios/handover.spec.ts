import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("a booking is offered to a colleague, who signs in, looks at it and takes it over", async ({ house, sit }) => {
  const [anna, bernd] = [await house.person("Anna Weimar"), await house.person("Bernd Gotha")];
  const booking = await house.book(anna, { title: "Haushalt", startsIn: 24 * 60 });
  const page = await sit({ as: anna });
  await page.goto(`/bookings/${booking.id}`);
  await page.getByRole("button", { name: words("handover.open") }).press("Enter");
  const dialog = page.getByRole("dialog", { name: words("handover.title") });
  await dialog.getByRole("combobox", { name: words("handover.to") }).fill(bernd.email);
  await page.getByRole("option", { name: bernd.email }).click();
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/handover"));
  await dialog.getByRole("button", { name: words("handover.offer"), exact: true }).click();
  const { link } = (await (await answered).json()) as { link: string };
  await expect(dialog.getByText(words("handover.made", { name: bernd.name }))).toBeVisible();
  await inspect(page, "handover-offer", "de");

  const there = await sit({ engine: "chromium2" });
  await there.goto(new URL(link).pathname + new URL(link).search);
  await there.getByLabel(words("signIn.email")).fill(bernd.email);
  await there.getByLabel(words("signIn.password"), { exact: true }).fill(bernd.password);
  await there.getByRole("button", { name: words("signIn.submit") }).click();
  await expect(there.getByRole("heading", { name: "Haushalt" })).toBeVisible();
  await inspect(there, "handover-take", "de");
  await there.getByRole("button", { name: words("handover.take") }).press("Enter");
  await expect(there).toHaveURL(new RegExp(`/bookings/${booking.id}$`));
  await expect(there.getByText(words("booking.invites", { name: bernd.name }))).toBeVisible();
  await page.reload();
  await expect(page.getByText(words("booking.invites", { name: bernd.name }))).toBeVisible();
  await expect(page.getByRole("button", { name: words("handover.open") })).toHaveCount(0);
  await there.goto(new URL(link).pathname + new URL(link).search);
  await expect(there.getByText(words("handover.gone"))).toBeVisible();
});
