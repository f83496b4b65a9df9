import { expect, test } from "vitest";
import { spokenPin } from "./pin";

test("a PIN is written in groups, and what is none stays as it is", () => {
  expect(spokenPin("0123456789")).toBe("012 345 6789");
  expect(spokenPin("12")).toBe("12");
});
