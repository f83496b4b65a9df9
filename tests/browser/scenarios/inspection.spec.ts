import { violations } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";

test("what breaks a rule of accessibility is found, also on a page that was looked at before", async ({ sit }) => {
  const page = await sit();
  await page.goto("/accessibility");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("main").evaluate((main) => {
    main.append(document.createElement("button"));
    const pale = document.createElement("p");
    pale.textContent = "Hardly to be read";
    pale.style.color = "#ccc";
    main.append(pale);
  });
  const found = await violations(page);
  for (const rule of ["button-name", "color-contrast"]) expect(found.join("\n")).toContain(`${rule}:`);
});
