import { expect, test } from "vitest";
import { isTalkKey, isUsableKey, keysFrom, shortcutFor, usualKeys, withKey } from "./shortcuts";

const press = (key: string, part: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, target: { tagName: "BODY" }, ...part });

test("each key means its act, also with caps lock", () => {
  expect(shortcutFor(press("m"))).toBe("microphone");
  expect(shortcutFor(press("V"))).toBe("camera");
  expect(shortcutFor(press("h"))).toBe("hand");
  expect(shortcutFor(press("s"))).toBe("screen");
  expect(shortcutFor(press("c"))).toBe("chat");
  expect(shortcutFor(press("?"))).toBe("list");
  expect(shortcutFor(press("x"))).toBeUndefined();
});

test("writing a message never switches the microphone", () => {
  expect(shortcutFor(press("m", { target: { tagName: "TEXTAREA" } }))).toBeUndefined();
  expect(shortcutFor(press("m", { target: { tagName: "DIV", isContentEditable: true } }))).toBeUndefined();
  expect(shortcutFor(press("m", { target: { tagName: "DIV", role: "menuitem" } }))).toBeUndefined();
});

test("keys with a modifier and held keys mean nothing", () => {
  expect(shortcutFor(press("m", { ctrlKey: true }))).toBeUndefined();
  expect(shortcutFor(press("m", { repeat: true }))).toBeUndefined();
});

test("a key that is given away is taken from who had it", () => {
  const keys = withKey(usualKeys, "hand", "M");
  expect(keys.hand).toBe("m");
  expect(keys.microphone).toBe("");
  expect(shortcutFor(press("m"), keys)).toBe("hand");
  expect(shortcutFor(press("h"), keys)).toBeUndefined();
});

test("a shortcut without a key is reached by none", () => {
  expect(shortcutFor(press(""), withKey(usualKeys, "camera", ""))).toBeUndefined();
});

test("only single signs can be keys, and space is for talking", () => {
  expect(["a", "ü", "7", "?"].map(isUsableKey)).toEqual([true, true, true, true]);
  expect([" ", "", "Enter", "F5"].map(isUsableKey)).toEqual([false, false, false, false]);
});

test("what was stored wrongly falls back to the usual key", () => {
  expect(keysFrom({ microphone: "Q", camera: 7, hand: "Enter", chat: "" })).toEqual({ ...usualKeys, microphone: "q", chat: "" });
  expect(keysFrom("nonsense")).toEqual(usualKeys);
});

test("space talks, but a focused button or field keeps it for itself", () => {
  expect(isTalkKey(press(" "))).toBe(true);
  expect(isTalkKey(press("m"))).toBe(false);
  for (const target of [{ tagName: "BUTTON" }, { tagName: "TEXTAREA" }, { tagName: "A" }, { tagName: "DIV", role: "tab" }]) expect(isTalkKey(press(" ", { target }))).toBe(false);
});
