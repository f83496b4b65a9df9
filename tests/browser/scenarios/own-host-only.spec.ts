import { type Engine, expect, test } from "../harness/scenario.ts";
import { administration, desk, furnish, outside } from "../harness/tour.ts";

// That no page asks another host or breaks its policy is checked after every scenario of this suite;
// here every page is visited for it, in both engines, and the watch itself is put to the test.
for (const engine of ["chromium", "firefox"] satisfies Engine[]) {
  test(`every page in ${engine} keeps to its own host and its policy`, async ({ house, sit }) => {
    test.setTimeout(300_000);
    const furnished = await furnish(house);
    for (const [as, stops] of [
      [undefined, outside("de")],
      [furnished.organiser, desk(furnished, "de")],
      [house.admin, administration("de")],
    ] as const) {
      const page = await sit({ engine, as });
      for (const stop of stops) await test.step(stop.name, () => stop.visit(page));
    }
  });
}

test("the pages come with a policy that refuses everything foreign", async ({ house }) => {
  for (const path of ["/", "/sign-in", "/m/00000000-0000-4000-8000-000000000000", "/setup"]) {
    const { headers } = await fetch(house.url + path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:\/\/(?!localhost)|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  }
});

for (const engine of ["chromium", "firefox"] satisfies Engine[]) {
  test(`a foreign script is refused by the policy and seen by the watch in ${engine}`, async ({ sit, offences }) => {
    const page = await sit({ engine });
    await page.goto("/sign-in");
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.src = "http://elsewhere.example/script.js";
      document.head.append(script);
    });
    await expect.poll(() => offences.join("\n")).toMatch(/policy/i);
    offences.length = 0;
  });
}
