import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const clock = (instant: string) => new Date(instant).toLocaleTimeString("de-DE", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit" });

test("a room says when it is released, and one word keeps it", async ({ house, sit }) => {
  const keeper = await house.person("Frieda Apolda", ["room_manager"]);
  const anna = await house.person("Anna Weimar");
  const name = "Sitzungszimmer 7";
  const room = await house.ask<{ id: string }>(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Erfurt", capacity: 12, notes: "" });

  await test.step("who manages rooms sets after how many minutes, and makes a secret for the door", async () => {
    const page = await sit({ as: keeper });
    await page.goto("/rooms");
    await page.getByRole("button", { name: words("rules.title", { name }) }).click();
    const dialog = page.getByRole("dialog", { name: words("rules.title", { name }) });
    await dialog.getByLabel(words("rules.release")).fill("10");
    await dialog.getByRole("button", { name: words("door.make") }).click();
    const secret = (await dialog.locator(".linkbox").textContent())!;
    expect(secret).toMatch(/^[\w-]{22}$/);
    await inspect(page, "room-release", "de");
    await dialog.getByRole("button", { name: words("action.save") }).click();
    await expect(dialog).toHaveCount(0);
    await page.getByRole("button", { name: words("rules.title", { name }) }).click();
    await expect(dialog.getByLabel(words("rules.release"))).toHaveValue("10");
    // The panel knows its room, and finds nothing booked yet.
    await expect(house.send("POST", `/rooms/${room.id}/check-in`, { secret })).rejects.toThrow(/404 .*not_found/);
  });

  const booking = await house.book(anna, { title: "Dienstberatung", rooms: [room.id], startsIn: 5 });
  const releaseAt = clock(new Date(Date.parse(booking.start) + 10 * 60_000).toISOString());
  const page = await sit({ as: anna });
  await page.goto(`/bookings/${booking.id}`);
  await expect(page.getByText(words("attend.lead", { at: releaseAt }))).toBeVisible();
  await inspect(page, "no-show-open", "de");
  await page.getByRole("button", { name: words("attend.here") }).press("Enter");
  await expect(page.getByText(words("attend.seen"))).toBeVisible();
  await expect(page.getByRole("button", { name: words("attend.here") })).toHaveCount(0);
  await page.screenshot({ path: "results/pictures/no-show-seen.png" });
});

test("who waits for a room is offered it when it becomes free, and books it", async ({ house, sit }) => {
  const [anna, bernd] = [await house.person("Anna Weimar"), await house.person("Bernd Gotha")];
  const name = "Fürstensaal";
  const room = await house.ask<{ id: string }>(house.admin, "POST", "/rooms", { kind: "physical", name, site: "Jena", capacity: 12, notes: "" });
  const taken = await house.book(anna, { title: "Haushalt", rooms: [room.id], startsIn: 3 * 24 * 60 });
  const wall = (instant: string) => new Date(instant).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" }).slice(0, 16).split(" ") as [string, string];
  const [[date, from], [, to]] = [wall(taken.start), wall(taken.end)];

  const page = await sit({ as: bernd });
  await page.goto("/bookings/new");
  await page.getByLabel(words("book.date")).fill(date);
  await page.getByLabel(words("book.from"), { exact: true }).fill(from);
  await page.getByLabel(words("book.to"), { exact: true }).fill(to);
  await page.getByRole("button", { name: words("wait.askNamed", { room: name }) }).press("Enter");
  await expect(page.getByText(words("wait.listed"), { exact: true })).toBeFocused();
  await inspect(page, "wait-listed", "de");
  await page.goto("/");
  await expect(page.getByText(words("wait.waiting"))).toBeVisible();
  await page.screenshot({ path: "results/pictures/wait-waiting.png" });

  await house.ask(anna, "POST", `/bookings/${taken.id}/cancel`, undefined, { "if-match": '"1"' });
  const book = page.getByRole("link", { name: words("wait.book") });
  // The server looks every twenty seconds, the page every thirty.
  await expect(book).toBeVisible({ timeout: 60_000 });
  await inspect(page, "wait-offered", "de");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: "results/pictures/wait-offered-dark.png" });
  await page.emulateMedia({ colorScheme: "light" });
  await book.click();
  await expect(page.getByRole("button", { name: words("book.unpickNamed", { name }) })).toBeVisible();
  await expect(page.getByLabel(words("book.date"))).toHaveValue(date);
  await expect(page.getByLabel(words("book.from"), { exact: true })).toHaveValue(from);
  const offer = page.url();
  await page.getByLabel(words("book.title")).fill("Klausur");
  await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}$/);
  await expect(page.getByText(name)).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: words("bookings.title") })).toBeVisible();
  await expect(page.getByRole("heading", { name: words("wait.title") })).toHaveCount(0);
  // The link in the letter leads there also through the sign-in, and says that it was used.
  await page.context().clearCookies();
  await page.goto(offer);
  await page.getByLabel(words("signIn.email")).fill(bernd.email);
  await page.getByLabel(words("signIn.password"), { exact: true }).fill(bernd.password);
  await page.getByRole("button", { name: words("signIn.submit") }).click();
  await expect(page.getByText(words("wait.gone"))).toBeVisible();
});
