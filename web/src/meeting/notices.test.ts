import { expect, test } from "vitest";
import { lineIsFree, noticeFrom } from "./notices";

const packed = (text: string) => new TextEncoder().encode(text);

test("what the server says is understood, anything else is passed over", () => {
  expect(noticeFrom(packed('{"event":"asked_to_speak"}'))).toBe("asked_to_speak");
  for (const text of ['{"event":"line_free"}', '{"event":"promoted"}', "{}", "null", "nonsense", ""]) expect(noticeFrom(packed(text))).toBeUndefined();
});

test("a full line is a notice, and one that is free again is the end of it", () => {
  expect(noticeFrom(packed('{"event":"line_full"}'))).toBe("line_full");
  expect(lineIsFree(packed('{"event":"line_free"}'))).toBe(true);
  for (const text of ['{"event":"line_full"}', "null", "nonsense"]) expect(lineIsFree(packed(text))).toBe(false);
});
