import { expect, test } from "vitest";
import { roleWords, standingOf } from "./roles";

test("who moderates moderates, whatever else is said", () => {
  expect(standingOf({ role: "moderator", part: "listener" })).toBe("moderator");
  expect(standingOf({ role: "guest", part: "presenter" })).toBe("presenter");
  expect(standingOf({ role: "participant", part: "listener" })).toBe("listener");
  for (const attributes of [{}, { role: "participant" }, { role: "guest" }, { part: "emperor" }]) expect(standingOf(attributes as Record<string, string>)).toBe("participant");
});

test("a guest stays marked as one", () => {
  expect(roleWords({ role: "guest", part: "presenter" })).toEqual(["role.guest", "role.presenter"]);
  expect(roleWords({ role: "participant", part: "listener" })).toEqual(["role.listener"]);
  expect(roleWords({ role: "participant", part: undefined })).toEqual(["role.participant"]);
});
