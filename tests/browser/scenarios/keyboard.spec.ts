import { tabTo } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("signing in, booking, changing and cancelling need no mouse", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const page = await sit();
  const press = (key: string) => page.keyboard.press(key);
  const type = (text: string) => page.keyboard.type(text);
  const button = (key: string) => page.getByRole("button", { name: words(key), exact: true });

  await test.step("sign in", async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: words("signIn.title") })).toBeVisible();
    await tabTo(page, page.getByLabel(words("signIn.email")));
    await type(anna.email);
    await tabTo(page, page.getByLabel(words("signIn.password")));
    await type(anna.password);
    await press("Enter");
    await expect(page.getByRole("heading", { name: words("bookings.title"), exact: true })).toBeVisible();
  });

  await test.step("book", async () => {
    await tabTo(page, page.getByRole("link", { name: words("bookings.plan") }).first());
    await press("Enter");
    await expect(page.getByRole("heading", { name: words("book.heading") })).toBeVisible();
    await tabTo(page, page.getByRole("textbox", { name: words("book.title") }));
    await type("Morgenlage");
    await tabTo(page, page.getByLabel(words("book.guestName")));
    await type("Gerda Gast");
    await press("Enter");
    await expect(page.getByRole("listitem").filter({ hasText: "Gerda Gast" })).toBeVisible();
    await tabTo(page, button("book.submit"));
    await press("Enter");
    await expect(page.getByRole("heading", { name: "Morgenlage" })).toBeVisible();
    await expect(page.getByText(/\/m\/[0-9a-f-]+#\S+/)).toBeVisible();
  });

  await test.step("find it in the list", async () => {
    await tabTo(page, page.getByRole("link", { name: words("nav.bookings") }).first());
    await press("Enter");
    await expect(page.getByRole("heading", { name: words("bookings.title"), exact: true })).toBeVisible();
    await expect(page.getByText("Morgenlage").first()).toBeVisible();
    await tabTo(page, page.getByRole("link", { name: words("booking.details") }).or(page.getByRole("link", { name: "Morgenlage" })).first());
    await press("Enter");
    await expect(page.getByRole("heading", { name: "Morgenlage" })).toBeVisible();
  });

  await test.step("change", async () => {
    await tabTo(page, button("booking.change"));
    await press("Enter");
    await tabTo(page, page.getByRole("textbox", { name: words("book.title") }));
    await press("ControlOrMeta+A");
    await type("Abendlage");
    await tabTo(page, button("book.save"));
    await press("Enter");
    await expect(page.getByRole("heading", { name: "Abendlage" })).toBeVisible();
  });

  await test.step("cancel, with the question asked first", async () => {
    await tabTo(page, button("booking.cancel"));
    await press("Enter");
    const question = page.getByRole("alertdialog");
    await expect(question).toBeVisible();
    await press("Escape");
    await expect(question).toBeHidden();
    await expect(button("booking.cancel")).toBeFocused();
    await press("Enter");
    await tabTo(page, question.getByRole("button", { name: words("booking.cancelAction") }));
    await press("Enter");
    await expect(page.getByText(words("booking.cancelled")).first()).toBeVisible();
    await expect(button("booking.change")).toBeHidden();
  });
});
