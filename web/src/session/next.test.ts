import { expect, test } from "vitest";
import { safeNext, signInPath } from "./next";

test("after signing in people return to where they were", () => {
  expect(safeNext("?next=%2Fm%2Fabc")).toBe("/m/abc");
  for (const path of ["/bookings/1", "/bookings/new?offer=1&x=%2F"]) expect(safeNext(signInPath(path).replace("/sign-in", ""))).toBe(path);
});

test.each(["?next=https://evil.example", "?next=//evil.example", "?next=/%5Cevil.example", "?next=javascript:alert(1)", ""])("%s leads home, never to another site", (search) => {
  expect(safeNext(search)).toBe("/");
});
