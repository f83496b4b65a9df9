import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

type Found = { items: { start: string; end: string; busy: string[]; room?: { id: string; name: string } }[]; unseen: string[] };
const wallTime = (instant: string) => new Date(instant).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 16).split(" ");

test("the form finds a time that suits everybody, says why, and whose calendar it cannot see", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const [bernd, clara] = [await house.person("Bernd Gotha"), await house.person("Clara Jena")];
  // Bernd lets Anna see when he is busy, Clara does not. He has something in six days.
  await house.ask(bernd, "POST", "/delegations", { delegate: anna.id, rights: ["see_busy"] });
  await house.ask(house.admin, "POST", "/rooms", { kind: "physical", name: "Lutherzimmer", site: "Erfurt", capacity: 12, notes: "" });
  const inDays = 6 * 24 * 60;
  const taken = await house.book(bernd, { title: "Haushalt", startsIn: inDays });
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.title")).fill("Klausur");
  // Others may have the same name.
  for (const { email } of [bernd, clara]) {
    await page.getByRole("combobox", { name: words("book.addPerson") }).fill(email);
    await page.getByRole("listbox").getByRole("option", { name: email }).click();
  }
  await page.getByLabel(words("book.date")).fill(wallTime(taken.start)[0]!);
  const answered = () => page.waitForResponse((response) => response.url().endsWith("/api/v1/times/find"));
  const [answer] = await Promise.all([answered(), page.getByRole("button", { name: words("find.open") }).click()]);
  const dialog = page.getByRole("dialog", { name: words("find.title") });
  await expect(dialog.getByText(clara.name)).toBeVisible();
  const found = (await answer.json()) as Found;
  expect(found.unseen).toEqual([clara.id]);
  expect(found.items.length).toBeGreaterThan(3);
  const [from, until] = [Date.parse(taken.start), Date.parse(taken.end)];
  const overlaps = found.items.filter(({ start, end, busy }) => Date.parse(start) < until && from < Date.parse(end) && !busy.includes(bernd.id));
  expect(overlaps, "nobody is called free who is busy").toEqual([]);
  await expect(dialog.getByText(words("find.seenFree")).first()).toBeVisible();
  await inspect(page, "find-time", "de");

  await test.step("with a room, the room comes along", async () => {
    const [again] = await Promise.all([answered(), dialog.getByLabel(words("find.needsRoom")).check()]);
    const withRoom = (await again.json()) as Found;
    const best = withRoom.items[0]!;
    const [date, from] = wallTime(best.start);
    const room = best.room!.name;
    await expect(dialog.getByText(room).first()).toBeVisible();
    await dialog.getByRole("listitem").getByRole("button").first().press("Enter");
    await expect(dialog).toBeHidden();
    await expect(page.getByLabel(words("book.date"))).toHaveValue(date!);
    await expect(page.getByLabel(words("book.from"), { exact: true })).toHaveValue(from!);
    await expect(page.getByRole("button", { name: words("book.unpickNamed", { name: room }) })).toBeVisible();
    await expect(page.getByRole("button", { name: words("find.open") })).toBeFocused();
  });
});

type Weekly = { items: { start: string; end: string; room: { name: string }; dates: number; holidays: string[] }[] };

test("a weekly series is given the best time of the week in the best room, without holidays", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  await house.ask(house.admin, "POST", "/rooms", { kind: "physical", name: "Cranachzimmer", site: "Weimar", capacity: 3, notes: "" });
  const page = await sit({ as: anna });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.title")).fill("Dienstberatung");
  await page.getByLabel(words("repeat.how")).selectOption("weekly");
  await page.getByLabel(words("repeat.count")).fill("52");
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/v1/times/weekly"));
  await page.getByRole("button", { name: words("weekly.open") }).click();
  const [best] = ((await (await answered).json()) as Weekly).items;
  const dialog = page.getByRole("dialog", { name: words("weekly.title") });
  await expect(dialog.getByText(best!.room.name).first()).toBeVisible();
  await inspect(page, "find-weekly", "de");
  // Of any 52 Mondays to Fridays in a row some are holidays.
  expect(best!.dates + best!.holidays.length).toBeLessThanOrEqual(52);
  await dialog.getByRole("listitem").getByRole("button").first().press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel(words("book.from"), { exact: true })).toHaveValue(best!.start.slice(11));
  const [booked] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/api/v1/bookings")),
    page.getByRole("button", { name: words("book.submit"), exact: true }).click(),
  ]);
  expect(booked.status(), await booked.text()).toBe(201);
  const { id } = (await booked.json()) as { id: string };
  const { items } = (await house.ask(anna, "GET", `/bookings/${id}/dates`)) as { items: { start: string }[] };
  expect(items).toHaveLength(best!.dates);
  const days = items.map(({ start }) => start.slice(0, 10));
  expect(best!.holidays.filter((day) => days.includes(day)), "nobody meets on a holiday").toEqual([]);
});
