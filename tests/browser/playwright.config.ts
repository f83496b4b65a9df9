import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "scenarios",
  outputDir: "results/artifacts",
  // Two browsers and the server share the machine: one scenario at a time measures something.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["json", { outputFile: "results/report.json" }]],
});
