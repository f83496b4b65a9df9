import { expect, test } from "vitest";
import { uncaptured } from "../lobby/consent";
import { type Agreeing, awayMs, capturedIn, toAgree, withCaptured } from "./agreeing";

const recorded = { recorded_by: ["A"], captioned_by: [] };
const both = { recorded_by: ["A"], captioned_by: ["B"] };
const begin: Agreeing = { captured: uncaptured, agreed: [], endedAt: {} };

test("what begins while one is inside has to be agreed to, each by itself", () => {
  const asked = withCaptured(begin, recorded, 0);
  expect(toAgree(asked)).toEqual(["recording"]);
  const agreed: Agreeing = { ...asked, agreed: ["recording"] };
  expect(toAgree(agreed)).toEqual([]);
  expect(toAgree(withCaptured(agreed, both, 0))).toEqual(["captions"]);
});

test("who agreed before coming in is not asked inside", () => {
  expect(toAgree(withCaptured({ ...begin, agreed: ["recording"] }, recorded, 0))).toEqual([]);
});

test("what was over when one came in was not this recording", () => {
  const came = withCaptured({ ...begin, agreed: ["recording"] }, uncaptured, 0);
  expect(toAgree(withCaptured(came, recorded, 5))).toEqual(["recording"]);
});

test("a program that was away for a moment asks nobody again, one that begins anew does", () => {
  const agreed: Agreeing = { ...begin, captured: recorded, agreed: ["recording"] };
  const ended = withCaptured(agreed, uncaptured, 1000);
  expect(toAgree(withCaptured(ended, recorded, 1000 + awayMs - 1))).toEqual([]);
  expect(toAgree(withCaptured(ended, recorded, 1000 + awayMs))).toEqual(["recording"]);
});

test("names stand in the metadata; without them a recording is one all the same", () => {
  const metadata = JSON.stringify({ captures: both, layout: "hall" });
  expect(capturedIn(metadata, true)).toEqual(both);
  expect(capturedIn("hall", true)).toEqual({ recorded_by: [""], captioned_by: [] });
  expect(capturedIn(undefined, false)).toEqual(uncaptured);
  expect(capturedIn("null", false)).toEqual(uncaptured);
  expect(capturedIn(JSON.stringify({ captures: { recorded_by: "A", captioned_by: [1] } }), false)).toEqual(uncaptured);
});
