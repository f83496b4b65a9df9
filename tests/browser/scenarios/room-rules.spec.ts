import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("a room gets rules, and a booking against them is told what would be allowed", async ({ house, sit }) => {
  const keeper = await house.person("Karla Suhl", ["room_manager"]);
  const anna = await house.person("Anna Weimar");
  const name = "Sitzungszimmer 3";
  await house.ask(keeper, "POST", "/rooms", { kind: "physical", name, site: "Erfurt", capacity: 12, notes: "" });

  await test.step("who manages rooms sets how long, when and who", async () => {
    const page = await sit({ as: keeper });
    await page.goto("/rooms");
    await page.getByRole("button", { name: words("rules.title", { name }) }).click();
    const dialog = page.getByRole("dialog", { name: words("rules.title", { name }) });
    await dialog.getByLabel(words("rules.maximum")).fill("20");
    await dialog.getByRole("button", { name: words("rules.workWeek") }).click();
    await dialog.getByRole("button", { name: words("rules.addBlackout") }).click();
    await dialog.getByLabel(words("rules.firstDay")).fill("2099-12-24");
    await dialog.getByLabel(words("rules.lastDay")).fill("2099-12-31");
    await dialog.getByLabel(words("rules.why"), { exact: true }).fill("Umbau");
    await dialog.getByLabel(words("rules.holidays")).check();
    await dialog.getByRole("combobox", { name: words("rules.delegates") }).fill("Karla");
    await page.getByRole("option", { name: /Karla Suhl/ }).click();
    await inspect(page, "room-rules", "de");
    await dialog.getByRole("button", { name: words("action.save") }).click();
    await expect(dialog).toHaveCount(0);
    await page.getByRole("button", { name: words("rules.title", { name }) }).click();
    await expect(dialog.getByLabel(words("rules.maximum"))).toHaveValue("20");
    await expect(dialog.getByText("Karla Suhl")).toBeVisible();
  });

  await test.step("a booking that is too long says so, and is made without the room", async () => {
    const page = await sit({ as: anna });
    await page.goto("/bookings/new");
    await page.getByLabel(words("book.title")).fill("Lange Sitzung");
    await page.getByRole("button", { name: words("book.pickNamed", { name }) }).click();
    await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
    const alert = page.getByRole("alert");
    await expect(alert).toContainText(words("reason.maximum_other", { room: name, count: 20 }));
    await page.screenshot({ path: "results/pictures/room-rules-broken.png" });
    await page.getByRole("button", { name: words("book.unpickNamed", { name }) }).click();
    await page.getByRole("button", { name: words("book.submit"), exact: true }).click();
    await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  });
});
