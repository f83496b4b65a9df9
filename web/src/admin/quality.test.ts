import { expect, test } from "vitest";
import { bitrate, gradeOf, keepOrder, milliseconds, nodeName, percent, sum } from "./quality";

test("loss or delay alone makes a connection bad", () => {
  expect(gradeOf(0, 20)).toBe("good");
  expect(gradeOf(0.064, 20)).toBe("bad");
  expect(gradeOf(0, 310)).toBe("bad");
  expect(gradeOf(0.012, 20)).toBe("medium");
});

test("figures are written as readers write them", () => {
  expect(percent(0.064, "de")).toBe("6,4\u00a0%");
  expect(bitrate(1_250_000, "de")).toBe("1,3 Mbit/s");
  expect(bitrate(48_000, "en")).toBe("48 kbit/s");
});

test("a row never moves under the cursor, new rows come last", () => {
  const items = [{ id: "new" }, { id: "b" }, { id: "a" }];
  expect(keepOrder(["a", "b"], items, (item) => item.id).map((item) => item.id)).toEqual(["a", "b", "new"]);
});

test("a machine's number is shortened, a name stays", () => {
  expect(nodeName("4d884cb1c0c94d73b90dc0939e73f69c")).toBe("4d884cb1");
  expect(nodeName("erf-02")).toBe("erf-02");
});

test("what was not measured yet is said so, not shown as zero", () => {
  expect(gradeOf(undefined, null)).toBeUndefined();
  expect(gradeOf(undefined, 20)).toBe("good");
  expect([percent(null, "de"), bitrate(undefined, "de"), milliseconds(null)]).toEqual(["–", "–", "–"]);
  expect([sum(null, undefined), sum(null, 5)]).toEqual([undefined, 5]);
});
