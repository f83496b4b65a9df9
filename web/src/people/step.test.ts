import { expect, test } from "vitest";
import { stepTo } from "./step";

test("the arrows go round the list", () => {
  expect([stepTo("ArrowDown", -1, 3), stepTo("ArrowDown", 2, 3), stepTo("ArrowUp", -1, 3), stepTo("ArrowUp", 0, 3)]).toEqual([0, 0, 2, 2]);
});

test("other keys and an empty list move nothing", () => {
  expect(stepTo("Home", 0, 3)).toBeUndefined();
  expect(stepTo("ArrowDown", -1, 0)).toBeUndefined();
});
