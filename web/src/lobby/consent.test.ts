import { expect, test } from "vitest";
import { problemFrom } from "../api/problem";
import { capturesOf, kindOf, refusedFor, uncaptured } from "./consent";

test("what goes on is known by the programs that do it", () => {
  expect(capturesOf(uncaptured)).toEqual([]);
  expect(capturesOf({ recorded_by: [""], captioned_by: [] })).toEqual(["recording"]);
  expect(capturesOf({ recorded_by: ["A"], captioned_by: ["B"] })).toEqual(["recording", "captions"]);
  expect(kindOf(["captions"])).toBe("captions");
  expect(kindOf(["recording", "captions"])).toBe("both");
});

test("a refusal says what has to be agreed to", () => {
  const refusal = problemFrom(403, { code: "consent_required", recorded_by: ["A"], captioned_by: [] });
  expect(refusedFor(refusal)).toEqual({ recorded_by: ["A"], captioned_by: [] });
  expect(refusedFor(problemFrom(403, { code: "consent_required", recorded_by: "A" }))).toEqual(uncaptured);
  expect(refusedFor(problemFrom(403, { code: "locked" }))).toBeUndefined();
  expect(refusedFor(new Error("no way"))).toBeUndefined();
});
