import { expect, test } from "vitest";
import { helpCode, inGroups } from "./helpCode";

// The server works out the same: `help_code.rs` has these lines as well.
test("page and server work out the same code", () => {
  expect(helpCode("daily", "guest-x")).toBe("141993");
  expect(helpCode("daily", "guest-y")).toBe("444141");
  expect(helpCode("0190d1f2-7b7a-7cc0-8a83-3c6f0a5d1e2f", "jürgen")).toBe("743004");
});

test("it is read out in two groups", () => expect(inGroups("041993")).toBe("041 993"));
