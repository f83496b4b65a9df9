import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { Shared } from "./harness/scenario.ts";

/**
 * Scenarios that have the machine to themselves: another one beside them would be measured, too, or take
 * what they need. Whatever is not named here may run beside another scenario.
 */
const ALONE = {
  "effects": "a model finds the person in every picture, which takes a processor",
  "first-paint": "times of pages",
  "join-time": "times until the first picture",
  "large-meeting": "thirty people in one browser",
  "layout": "shifts of the layout while people speak",
  "line-full": "rates over a minute",
  "nine-tiles": "nine pictures at once, and what they take of a processor",
  "old-machine": "whether the machine keeps up",
  "server-restart": "seconds until everybody is back",
  "signalling-cut": "milliseconds until a banner shows, and pictures that must not stop",
  "weak-line": "sound and pictures over a narrow line",
};

const files = Object.keys(ALONE).map((name) => `${name}.spec.ts`);
for (const file of files) {
  // A scenario that was renamed would lose its quiet without a word.
  if (!existsSync(new URL(`scenarios/${file}`, import.meta.url))) throw new Error(`playwright.config.ts names ${file}, which is not there`);
}
const alone = files.map((file) => `**/${file}`);

/** Nothing is asked for but everything: `playwright test`. */
const everything = process.argv.at(-1) === "test";

export default defineConfig<object, Shared>({
  testDir: "scenarios",
  outputDir: "results/artifacts",
  // Two at a time (2 here) is what two processors carry, and saves about five minutes. It is not the rule yet: one
  // scenario in a hundred then lost the focus when a dialog closed, and why is not understood.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["json", { outputFile: "results/report.json" }]],
  projects: [
    // The second comes as the "teardown" of the first: it begins when that is over, and unlike a dependent
    // project it also runs when that has failed. It would come whole, so it is only so when everything runs.
    { name: "together", use: { cameraRate: 15 }, testIgnore: alone, teardown: everything ? "alone" : undefined },
    { name: "alone", testMatch: alone, workers: 1 },
  ],
});
