export type Shortcut = "microphone" | "camera" | "list";
const keys: Record<string, Shortcut> = { m: "microphone", v: "camera", "?": "list" };

type Press = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; repeat: boolean; target: unknown };

/** Which shortcut a key press means. Typing in a field, or with a modifier, means none. */
export function shortcutFor(press: Press): Shortcut | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat || isTyping(press.target)) return undefined;
  return keys[press.key.toLowerCase()];
}

function isTyping(target: unknown): boolean {
  const { tagName, isContentEditable, role } = (target ?? {}) as { tagName?: string; isContentEditable?: boolean; role?: string | null };
  return isContentEditable === true || ["INPUT", "TEXTAREA", "SELECT"].includes(tagName ?? "") || ["menuitem", "option", "listbox"].includes(role ?? "");
}
