import { controls, enter, linkOf, receives } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("an administrator watches a running meeting live, removes a person and ends it", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const title = "Krisenstab";
  const booking = await house.book(anna, { title, people: [{ person: bernd.id, role: "participant" }] });
  const first = await sit({ as: anna });
  const second = await sit({ engine: "chromium2", as: bernd });
  const desk = await sit({ as: house.admin });
  await desk.goto("/admin/meetings");
  await enter(first, linkOf(booking));
  await enter(second, linkOf(booking));
  await receives(second, { frames: 20 }, "there is something to watch");

  const row = desk.getByRole("row").filter({ hasText: title });
  await test.step("the meeting appears by itself with people and bitrate", async () => {
    await expect(row).toBeVisible();
    await expect(row.getByRole("cell").first()).toHaveText("2");
    await expect(row).toContainText(/[1-9][\d.,]* [kM]bit\/s/);
  });

  const entry = (name: string) => desk.getByRole("listitem").filter({ hasText: name }).last();
  await test.step("each participant shows path, delay, loss and bitrate", async () => {
    await row.getByRole("button", { name: title }).click();
    for (const { name } of [anna, bernd]) {
      const figures = desk.getByRole("listitem").filter({ hasText: name });
      await expect(figures).toContainText(/UDP/);
      await expect(figures).toContainText(/\d+ ms/);
      await expect(figures).toContainText(/[1-9][\d.,]* [kM]bit\/s/);
      await expect(figures).toContainText(/VP8|VP9|AV1|H264/i);
    }
  });

  await test.step("a person is removed", async () => {
    await entry(bernd.name).getByRole("button", { name: words("panel.removeNamed", { name: bernd.name }) }).click();
    await desk.getByRole("alertdialog").getByRole("button", { name: words("remove.action") }).click();
    await expect(second.getByRole("heading", { name: words("left.removed.title") })).toBeVisible();
    await expect(row.getByRole("cell").first()).toHaveText("1");
  });

  await test.step("the meeting is ended for everybody", async () => {
    await desk.getByRole("button", { name: words("leave.end") }).click();
    await desk.getByRole("alertdialog").getByRole("button", { name: words("leave.end") }).click();
    await expect(first.getByRole("heading", { name: words("left.ended.title") })).toBeVisible();
    await expect(row).toBeHidden();
    await first.goto(linkOf(booking));
    await expect(first.getByRole("heading", { name: words("refused.ended") })).toBeVisible();
  });
});

test("who reads out a help code on the telephone is found by it", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Fachrunde Wald" });
  const page = await sit({ as: anna });
  const desk = await sit({ as: house.admin });
  await enter(page, linkOf(booking));
  await controls(page).getByRole("button", { name: words("bar.more") }).click();
  await page.getByRole("menuitem", { name: words("help.title") }).click();
  const dialog = page.getByRole("dialog", { name: words("help.title") });
  await expect(dialog.getByText(/^\d{3} \d{3}$/)).toBeVisible();
  await inspect(page, "help-code", "de");
  const code = await dialog.getByText(/^\d{3} \d{3}$/).innerText();

  await desk.goto("/admin/meetings");
  const field = desk.getByLabel(words("running.code.label"));
  await test.step("what is no code is said at the field", async () => {
    await field.fill("12 34");
    await field.press("Enter");
    await expect(field).toHaveAccessibleDescription(new RegExp(words("running.code.wrong")));
    await field.fill(code === "000 000" ? "000001" : "000000");
    await field.press("Enter");
    await expect(field).toHaveAccessibleDescription(new RegExp(words("running.code.nobody")));
  });
  await field.fill(code);
  await field.press("Enter");
  const entry = desk.getByRole("listitem").filter({ hasText: words("running.code.found") });
  await expect(entry).toContainText(anna.name);
  await expect(entry).toContainText(/UDP/);
  await inspect(desk, "help-code-found", "de");
});

test("nobody else sees the running meetings", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const page = await sit({ as: anna });
  await page.goto("/admin/meetings");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { name: words("running.title") })).toBeHidden();
  const status = await page.evaluate(async () => (await fetch("/api/v1/admin/meetings")).status);
  expect([403, 404]).toContain(status);
});

test("the moderation ends the meeting for everybody in the page", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Schlussrunde", people: [{ person: bernd.id, role: "participant" }] });
  const moderator = await sit({ as: anna });
  const other = await sit({ engine: "firefox", as: bernd });
  await enter(moderator, linkOf(booking), { devices: false });
  await enter(other, linkOf(booking), { devices: false });
  await controls(moderator).getByRole("button", { name: words("bar.leave") }).click();
  await moderator.getByRole("dialog").getByRole("button", { name: words("leave.end") }).click();
  for (const page of [moderator, other]) {
    await expect(page.getByRole("heading", { name: words("left.ended.title") })).toBeVisible();
  }
  await other.goto(linkOf(booking));
  await expect(other.getByRole("heading", { name: words("refused.ended") })).toBeVisible();
});

test("a server is emptied before it is serviced, and used again", async ({ house, sit }) => {
  const desk = await sit({ as: house.admin });
  await desk.goto("/admin/meetings");
  const list = desk.getByRole("region", { name: words("nodes.title") });
  await expect(list.getByText(words("nodes.takes"))).toBeVisible();
  const state = async () => (await desk.request.get("/health/ready")).status();
  try {
    await list.getByRole("button", { name: words("nodes.drain") }).click();
    const asks = desk.getByRole("alertdialog");
    await expect(asks).toContainText(words("nodes.confirmAlone"));
    await asks.getByRole("button", { name: words("nodes.drain") }).click();
    await expect(list.getByText(new RegExp(`${words("nodes.draining")}|${words("nodes.empty")}`))).toBeVisible();
    await expect.poll(state, "load balancers send nobody there any more").toBe(503);
    await inspect(desk, "emptied-server", "de");
  } finally {
    await list.getByRole("button", { name: words("nodes.resume") }).click();
    await expect.poll(state, "it is used again").toBe(200);
  }
  await expect(list.getByText(words("nodes.takes"))).toBeVisible();
});
