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

test("an invitation is answered on its page, also by who may answer for somebody, and the organiser reads it", async ({ house, sit }) => {
  const [anna, bernd, clara] = [await house.person("Anna Weimar"), await house.person("Bernd Gotha"), await house.person("Clara Jena")];
  await house.ask(bernd, "POST", "/delegations", { delegate: clara.id, rights: ["answer"] });
  const booking = await house.book(anna, { title: "Beirat", startsIn: 24 * 60, people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: bernd });
  await page.goto(`/bookings/${booking.id}`);
  const own = page.getByRole("region", { name: words("answer.title") });
  await expect(own.getByRole("status")).toHaveText(words("answer.none"));
  await own.getByLabel(words("answer.comment")).fill("Komme etwas später");
  await own.getByRole("button", { name: words("answer.give.tentative") }).press("Enter");
  await expect(own.getByRole("status")).toHaveText(words("answer.was.tentative"));
  await expect(own.getByRole("button", { name: words("answer.give.tentative") })).toHaveAttribute("aria-pressed", "true");
  await inspect(page, "answer", "de");

  const there = await sit({ engine: "chromium2", as: clara });
  await there.goto(`/bookings/${booking.id}`);
  const forBernd = there.getByRole("region", { name: words("answer.titleFor", { name: bernd.name }) });
  await forBernd.getByRole("button", { name: words("answer.give.declined") }).click();
  await expect(forBernd.getByRole("status")).toHaveText(`${words("answer.was.declined")} ${words("answer.by", { name: clara.name })}`);

  const organisers = await sit({ as: anna });
  await organisers.goto(`/bookings/${booking.id}`);
  const invited = organisers.getByRole("region", { name: words("book.people") }).getByRole("listitem").filter({ hasText: bernd.name });
  await expect(invited).toContainText(words("reply.declined"));
  await expect(invited).toContainText(words("answer.by", { name: clara.name }));
  await expect(organisers.getByRole("region", { name: words("answer.title") })).toHaveCount(0);
});

test("what is private is a taken time for whoever looks after the calendar", async ({ house, sit }) => {
  const [anna, clara] = [await house.person("Anna Weimar"), await house.person("Clara Jena")];
  await house.ask(anna, "POST", "/delegations", { delegate: clara.id, rights: ["book", "see_all", "manage"] });
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.title")).fill("Zwetschgenmus");
  await page.getByRole("checkbox", { name: words("book.private") }).check();
  await inspect(page, "book-private", "de");
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(page.getByRole("heading", { name: "Zwetschgenmus" })).toBeVisible();
  await expect(page.getByText(words("book.privateWhy"))).toBeVisible();
  const id = /bookings\/([0-9a-f-]{36})/.exec(page.url())![1]!;

  const there = await sit({ engine: "chromium2", as: clara });
  await there.goto("/");
  await there.getByLabel(words("acting.label")).selectOption(anna.id);
  await expect(there.getByText("Privater Termin").first()).toBeVisible();
  await expect(there.getByRole("link", { name: "Privater Termin" })).toHaveCount(0);
  await expect(there.getByText("Zwetschgenmus")).toHaveCount(0);
  await there.goto(`/bookings/${id}`);
  await expect(there.getByText(words("notFound.title"))).toBeVisible();
  await there.goto(`/m/${id}`);
  await expect(there.getByRole("heading", { name: "Privater Termin" })).toBeVisible();
});
