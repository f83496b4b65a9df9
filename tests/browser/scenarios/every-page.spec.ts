import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { administration, desk, furnish, noonZone, outside } from "../harness/tour.ts";

// Its lists are part of the stored trees.
test.use({ houseOf: "every-page" });
// Long ones: each may run beside another.
test.describe.configure({ mode: "parallel" });

for (const language of ["de", "en"] as const) {
  test.describe(`every page at a desk, in ${language}`, () => {
    test.setTimeout(420_000);

    test("before signing in: no accessibility violation, no sideways scrolling, what was heard before", async ({ sit }) => {
      const page = await sit({ language });
      for (const stop of outside(language)) {
        await test.step(stop.name, async () => {
          await stop.visit(page);
          await inspect(page, stop.name, language, { tree: true });
        });
      }
    });

    test("signed in: no accessibility violation, no sideways scrolling, what was heard before", async ({ house, sit }) => {
      const furnished = await furnish(house);
      const page = await sit({ language, as: furnished.organiser });
      const pageAtNoon = await sit({ language, as: furnished.organiser, zone: noonZone() });
      for (const stop of desk(furnished, language)) {
        await test.step(stop.name, async () => {
          const there = stop.daily ? pageAtNoon : page;
          await stop.visit(there);
          await inspect(there, stop.name, language, { tree: true });
        });
      }
    });

    test("with an empty calendar: no accessibility violation, no sideways scrolling, what was heard before", async ({ house, sit }) => {
      const newcomer = await house.person("Nora Neu");
      const page = await sit({ language, as: newcomer });
      await page.goto("/");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await inspect(page, "bookings-none", language, { tree: true });
    });

    test("for administrators: no accessibility violation, no sideways scrolling, what was heard before", async ({ house, sit }) => {
      await furnish(house);
      const page = await sit({ language, as: house.admin });
      for (const stop of administration(language)) {
        await test.step(stop.name, async () => {
          await stop.visit(page);
          await inspect(page, stop.name, language, { tree: true });
        });
      }
    });
  });
}
