import { expect, test } from "vitest";
import { noticeFrom } from "./notices";

const packed = (text: string) => new TextEncoder().encode(text);

test("what the server says is understood, anything else is passed over", () => {
  expect(noticeFrom(packed('{"event":"asked_to_speak"}'))).toBe("asked_to_speak");
  for (const text of ['{"event":"promoted"}', "{}", "null", "nonsense", ""]) expect(noticeFrom(packed(text))).toBeUndefined();
});
