export const shortcuts = ["microphone", "camera", "hand", "screen", "chat", "captions", "list"] as const;
export type Shortcut = (typeof shortcuts)[number];
/** Which key means what; an empty one means none. */
export type Keys = Record<Shortcut, string>;
export const usualKeys: Keys = { microphone: "m", camera: "v", hand: "h", screen: "s", chat: "c", captions: "u", list: "?" };

export type Press = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; repeat: boolean; target: unknown };

/** Which shortcut a key press means. Typing in a field, or with a modifier, means none. */
export function shortcutFor(press: Press, keys: Keys = usualKeys): Shortcut | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat || isTyping(press.target)) return undefined;
  const key = press.key.toLowerCase();
  return shortcuts.find((shortcut) => keys[shortcut] !== "" && keys[shortcut] === key);
}

/** Space held down means talking, but never while a button or field would take it for itself. */
export function isTalkKey(press: Omit<Press, "repeat">): boolean {
  if (press.key !== " " || press.ctrlKey || press.metaKey || press.altKey || isTyping(press.target)) return false;
  const { tagName, role } = (press.target ?? {}) as { tagName?: string; role?: string | null };
  return !["BUTTON", "A", "SUMMARY", "VIDEO", "AUDIO"].includes(tagName ?? "") && !["button", "tab", "link", "switch", "checkbox", "radio", "log"].includes(role ?? "");
}

/** A sign that can be typed; space is for talking. */
export const isUsableKey = (key: string) => [...key].length === 1 && key.trim() !== "";

/** Gives a shortcut another key. Whatever had that key before has none then. */
export function withKey(keys: Keys, shortcut: Shortcut, key: string): Keys {
  const wanted = key.toLowerCase();
  const freed = Object.fromEntries(Object.entries(keys).map(([name, old]) => [name, old === wanted ? "" : old])) as Keys;
  return { ...freed, [shortcut]: wanted };
}

/** What was stored, as far as it is sound. */
export function keysFrom(stored: unknown): Keys {
  const given = typeof stored === "object" && stored !== null ? (stored as Record<string, unknown>) : {};
  const sound = (shortcut: Shortcut) => {
    const key = given[shortcut];
    return typeof key === "string" && (key === "" || isUsableKey(key)) ? key.toLowerCase() : usualKeys[shortcut];
  };
  return Object.fromEntries(shortcuts.map((shortcut) => [shortcut, sound(shortcut)])) as Keys;
}

function isTyping(target: unknown): boolean {
  const { tagName, isContentEditable, role } = (target ?? {}) as { tagName?: string; isContentEditable?: boolean; role?: string | null };
  return isContentEditable === true || ["INPUT", "TEXTAREA", "SELECT"].includes(tagName ?? "") || ["menuitem", "menuitemradio", "option", "listbox"].includes(role ?? "");
}
