import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { enter, linkOf } from "../harness/acts.ts";
import { House } from "../harness/house.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test as base } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** A program that is told what happens, and takes it or not. */
async function listen() {
  const heard: string[] = [];
  const program = { heard, url: "", takes: false, stop: () => server.close() };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk)).on("end", () => {
      if (program.takes) heard.push((JSON.parse(body) as { event: string }).event);
      response.writeHead(program.takes ? 200 : 503).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  program.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  return program;
}

const test = base.extend<object, { program: Awaited<ReturnType<typeof listen>> }>({
  program: [
    async ({}, use) => {
      const program = await listen();
      await use(program);
      program.stop();
    },
    { scope: "worker" },
  ],
  house: [
    async ({ program }, use) => {
      const house = await House.open({ RENNSTEIG__WEBHOOKS__URLS: program.url });
      await use(house);
      await house.close();
    },
    { scope: "worker" },
  ],
});

test("an administrator sees what a program did not take, and sends again what it took", async ({ house, sit, program }) => {
  const anna = await house.person("Anna Weimar");
  const desk = await sit({ as: house.admin });
  await desk.goto("/admin/webhooks");
  await expect(desk.getByText(words("webhooks.none"))).toBeVisible();

  const page = await sit({ as: anna });
  const booking = await house.book(anna, { title: "Jour fixe" });
  await enter(page, linkOf(booking));
  const rows = desk.getByRole("row").filter({ hasText: words("webhooks.event.room_started") });
  await desk.reload();
  await expect(rows).toContainText("127.0.0.1", { timeout: 20_000 });
  await expect(rows).toContainText(/503/, { timeout: 20_000 });
  await inspect(desk, "webhooks", "de");

  program.takes = true;
  await rows.getByRole("button").click();
  await expect(rows).toContainText(words("webhooks.taken", { at: "" }).trim(), { timeout: 30_000 });
  const told = () => program.heard.filter((event) => event === "room_started").length;
  // More than once if it was on its way when it was sent again.
  expect(told()).toBeGreaterThan(0);
  const before = told();
  await rows.getByRole("button").click();
  await expect.poll(told, { timeout: 30_000 }).toBeGreaterThan(before);
});
