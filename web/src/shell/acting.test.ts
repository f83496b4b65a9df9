import { expect, test } from "vitest";
import { booksFor, looksAfter } from "./acting";

test("each right opens as much as it says", () => {
  const principals = [{ name: "Anna", rights: ["see_busy"] }, { name: "Bernd", rights: ["see_all", "answer"] }, { name: "Clara", rights: ["book"] }];
  expect(booksFor(principals).map(({ name }) => name)).toEqual(["Clara"]);
  expect(looksAfter(principals).map(({ name }) => name)).toEqual(["Bernd", "Clara"]);
});
