import { expect, test } from "vitest";
import { shortcutFor } from "./shortcuts";

const press = (key: string, part: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, target: { tagName: "BODY" }, ...part });

test("M, V and ? mean microphone, camera and the list, also with caps lock", () => {
  expect(shortcutFor(press("m"))).toBe("microphone");
  expect(shortcutFor(press("V"))).toBe("camera");
  expect(shortcutFor(press("?"))).toBe("list");
  expect(shortcutFor(press("x"))).toBeUndefined();
});

test("writing a message never switches the microphone", () => {
  expect(shortcutFor(press("m", { target: { tagName: "TEXTAREA" } }))).toBeUndefined();
  expect(shortcutFor(press("m", { target: { tagName: "DIV", isContentEditable: true } }))).toBeUndefined();
});

test("the browser keeps its own shortcuts, and a held key counts once", () => {
  expect(shortcutFor(press("m", { ctrlKey: true }))).toBeUndefined();
  expect(shortcutFor(press("m", { repeat: true }))).toBeUndefined();
});
