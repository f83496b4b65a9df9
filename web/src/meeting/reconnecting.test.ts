import { expect, test } from "vitest";
import { patienceMs, retryIn, watchNetwork } from "./reconnecting";

/** The latest that an attempt begins after the line is whole again, if it was lost for so long. */
const latest = (elapsedMs: number, retryCount = 5) => retryIn({ retryCount, elapsedMs }, 0.999_999)!;

test("the first attempt follows at once, not by everybody in the same moment", () => {
  expect(retryIn({ retryCount: 0, elapsedMs: 0 }, 0)).toBe(0);
  expect(latest(0, 0)).toBeLessThanOrEqual(300);
});

test("after a short break the next attempt leaves room for coming back within five seconds", () => {
  for (const elapsedMs of [0, 1_000, 29_999]) for (const retryCount of [1, 5, 40]) expect(latest(elapsedMs, retryCount)).toBeLessThanOrEqual(1_200);
});

test("a long break is tried less often, and not for ever", () => {
  expect(latest(30_000)).toBeGreaterThan(2_000);
  expect(latest(30_000)).toBeLessThanOrEqual(4_000);
  expect(retryIn({ retryCount: 60, elapsedMs: patienceMs + 1 }, 0)).toBeNull();
});

test("what the browser knows of the network counts at once, until the meeting is over", () => {
  const page = Object.assign(new EventTarget(), { navigator: { onLine: true } });
  const [ended, heard] = [new AbortController(), [] as boolean[]];
  watchNetwork(page, ended.signal, (offline) => heard.push(offline));
  const goes = (onLine: boolean) => {
    page.navigator.onLine = onLine;
    page.dispatchEvent(new Event(onLine ? "online" : "offline"));
  };
  goes(false);
  goes(true);
  ended.abort();
  goes(false);
  expect(heard).toEqual([false, true].map((onLine) => !onLine));
});
