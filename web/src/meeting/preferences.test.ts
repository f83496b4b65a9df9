import { expect, test, vi } from "vitest";
import { PreferenceStore, preferencesFrom, usual } from "./preferences";

function shelf(items = new Map<string, string>()) {
  return { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
}

test("a first visit gets the usual preferences", () => {
  expect(new PreferenceStore(shelf()).snapshot()).toEqual(usual);
});

test("what was chosen is there again, and listeners hear of it", () => {
  const machine = shelf();
  const store = new PreferenceStore(machine);
  const listener = vi.fn();
  store.subscribe(listener);
  store.change({ receive: "sound", keysOn: false });
  expect(listener).toHaveBeenCalledOnce();
  expect(new PreferenceStore(machine).snapshot()).toEqual({ ...usual, receive: "sound", keysOn: false });
});

test("broken or foreign storage is an empty one", () => {
  for (const text of ["{", "7", "null", '{"receive":"everything","simple":"yes"}']) expect(preferencesFrom(text)).toEqual(usual);
});
