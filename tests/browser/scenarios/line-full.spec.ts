import type { Page } from "@playwright/test";
import { enter, keepsReceiving, linkOf, receives } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

type Made = { id: string; version: number };

/** What stands above the controls. */
const reason = (page: Page) => page.getByRole("contentinfo").getByText(words("notice.line_full"));

test("where the line of a site is full, pictures give way, sound goes on, and everybody is told why", async ({ house, sit }) => {
  const { admin } = house;
  const gustav = await house.person("Gustav Meiningen");
  const helga = await house.person("Helga Meiningen");
  // Two faces at full size take more than that.
  const pool = await house.ask<Made>(admin, "POST", "/pools", { kind: "uplink", name: "Leitung Meiningen", limit_mbps: 1 });
  const site = await house.ask<Made>(admin, "POST", "/sites", { name: "Meiningen", networks: ["10.19.0.0/16"], pools: [pool.id] });
  for (const { id } of [gustav, helga]) await house.ask(admin, "PATCH", `/people/${id}`, { site: site.id });
  const title = "Rücksprache Leitung";
  const booking = await house.book(gustav, { title, people: [{ person: helga.id, role: "participant" }] });
  const first = await sit({ as: gustav });
  const second = await sit({ engine: "chromium2", as: helga });
  const desk = await sit({ as: admin });
  await enter(first, linkOf(booking));
  await enter(second, linkOf(booking));
  await receives(second, { frames: 20 }, "at first there is room");

  await test.step("both are told, in words of their own", async () => {
    await expect(reason(first)).toBeVisible({ timeout: 60_000 });
    await expect(reason(second)).toBeVisible({ timeout: 60_000 });
    await inspect(first, "line-full", "de");
  });

  await test.step("the administrator reads the same reason with a rate", async () => {
    await desk.goto("/admin/meetings");
    await desk.getByRole("row").filter({ hasText: title }).getByRole("button", { name: title }).click();
    await expect(desk.getByRole("listitem").filter({ hasText: gustav.name }).last()).toContainText("Die Leitung des Standorts ist ausgelastet.");
    await inspect(desk, "line-full-admin", "de");
  });

  await test.step("sound and a picture go on", async () => {
    await keepsReceiving(second, "sound goes on, and a small picture with it");
  });

  await test.step("with more room pictures come back and the words go", async () => {
    await house.ask(admin, "DELETE", `/pools/${pool.id}`, undefined, { "if-match": `"${pool.version}"` });
    await expect(reason(first)).toHaveCount(0, { timeout: 90_000 });
    await house.ask(admin, "DELETE", `/sites/${site.id}`, undefined, { "if-match": `"${site.version}"` });
  });
});
