import { expect, test } from "vitest";
import { noRules, rulesFrom, turnFrom } from "./rules";

const at = (time: string) => Date.parse(`2026-11-24T${time}Z`);
const board = JSON.stringify({ rules: { only_presenters_share: true, moderated_microphones: false, turn_minutes: 3 }, turn: { identity: "anna", from: "2026-11-24T09:00:00Z", until: "2026-11-24T09:03:00Z" } });

test("rules are read as they stand; without any nothing is ruled", () => {
  expect(rulesFrom(board)).toEqual({ share: true, called: false, rests: false, minutes: 3 });
  expect(rulesFrom('{"rules":{"moderated_microphones":false,"microphones_rest":true}}')).toEqual({ ...noRules, rests: true });
  for (const text of [undefined, "", "{}", "hall", "7", "null", '{"rules":{}}']) expect(rulesFrom(text)).toEqual(noRules);
});

test("whoever hears a turn begin counts from now, who comes later believes the clock", () => {
  expect(turnFrom(board, at("10:30:00"), true, undefined)?.until).toBe(at("10:33:00"));
  expect(turnFrom(board, at("10:30:00"), false, undefined)?.until).toBe(at("09:03:00"));
});

test("the same turn told again stays as it was counted, another one is another", () => {
  const before = turnFrom(board, at("10:30:00"), true, undefined);
  expect(turnFrom(board, at("10:31:00"), true, before)).toBe(before);
  const anew = board.replace("09:00:00", "09:05:00").replace("09:03:00", "09:08:00");
  expect(turnFrom(anew, at("10:31:00"), true, before)?.until).toBe(at("10:34:00"));
});

test("a turn may have no end, and be none at all", () => {
  expect(turnFrom('{"turn":{"identity":"anna","from":"2026-11-24T09:00:00Z"}}', at("09:00:00"), true, undefined)).toEqual({ identity: "anna", from: "2026-11-24T09:00:00Z" });
  for (const text of [undefined, "{}", '{"turn":{}}', "[]"]) expect(turnFrom(text, at("09:00:00"), true, undefined)).toBeUndefined();
});
