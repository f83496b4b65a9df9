import { expect, test } from "vitest";
import { SpeakingTimes } from "./speakingTimes";

test("each time somebody speaks is added up, and who speaks now is counted up to now", () => {
  const times = new SpeakingTimes();
  times.hear(["anna"], 1_000);
  times.hear(["anna", "bernd"], 3_000);
  times.hear(["bernd"], 4_000);
  expect(times.of("anna", 9_000)).toBe(3_000);
  expect(times.of("bernd", 9_000)).toBe(6_000);
  times.hear([], 10_000);
  times.hear(["anna"], 20_000);
  expect(times.of("anna", 20_500)).toBe(3_500);
  expect(times.of("bernd", 20_500)).toBe(7_000);
  expect(times.of("nobody", 20_500)).toBe(0);
});
