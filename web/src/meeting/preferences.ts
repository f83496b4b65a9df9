import { type Keys, keysFrom, usualKeys } from "./shortcuts";

/** How much of the others' pictures comes in. */
export const amounts = ["full", "small", "screens", "sound"] as const;
/** How much of the own picture goes out. */
export const sendings = ["full", "small"] as const;
/** How much screen readers are told. */
export const verbosities = ["all", "few", "none"] as const;
/** What is seen behind oneself: the room, the room made soft, hills, or a picture of one's own. */
export const backgrounds = ["none", "soft", "strong", "hills", "own"] as const;
/** Who takes noise out of the own sound: the browser, our filter on this machine, nobody. */
export const noises = ["usual", "strong", "none"] as const;
/** Everybody alike, or who speaks in large. */
export const views = ["grid", "speaker"] as const;
/** Where captions stand over the pictures, and how large. */
export const captionPlaces = ["bottom", "top"] as const;
export const captionSizes = ["normal", "large", "largest"] as const;

export type Preferences = {
  receive: (typeof amounts)[number];
  send: (typeof sendings)[number];
  told: (typeof verbosities)[number];
  view: (typeof views)[number];
  background: (typeof backgrounds)[number];
  noise: (typeof noises)[number];
  keysOn: boolean;
  keys: Keys;
  /** Hints about the own microphone. */
  hints: boolean;
  /** The own picture is not shown to oneself. */
  hideSelf: boolean;
  /** Five large controls and nothing else. */
  simple: boolean;
  /** Captions over the pictures, where there are any. */
  captions: boolean;
  captionsAt: (typeof captionPlaces)[number];
  captionsSize: (typeof captionSizes)[number];
  /** Captions are read out by screen readers as they come. */
  captionsRead: boolean;
};

export const usual: Preferences = { receive: "full", send: "full", told: "all", view: "grid", background: "none", noise: "usual", keysOn: true, keys: usualKeys, hints: true, hideSelf: false, simple: false, captions: false, captionsAt: "bottom", captionsSize: "normal", captionsRead: false };

type Shelf = Pick<Storage, "getItem" | "setItem">;
const key = "rennsteig.meeting";

/** What a person set for meetings on this machine. Nothing of it is personal, nothing leaves the browser. */
export class PreferenceStore {
  private state: Preferences;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly shelf: Shelf) {
    this.state = preferencesFrom(shelf.getItem(key));
  }

  readonly snapshot = () => this.state;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly change = (part: Partial<Preferences>) => {
    this.state = { ...this.state, ...part };
    this.shelf.setItem(key, JSON.stringify(this.state));
    for (const listener of this.listeners) listener();
  };
}

/** What was stored, as far as it is sound. */
export function preferencesFrom(text: string | null): Preferences {
  let given: Record<string, unknown> = {};
  try {
    const stored: unknown = JSON.parse(text ?? "{}");
    if (typeof stored === "object" && stored !== null) given = stored as Record<string, unknown>;
  } catch {
    // Broken storage is an empty storage.
  }
  const one = <T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T => allowed.find((each) => each === value) ?? otherwise;
  const flag = (value: unknown, otherwise: boolean) => (typeof value === "boolean" ? value : otherwise);
  return {
    receive: one(amounts, given.receive, usual.receive),
    send: one(sendings, given.send, usual.send),
    told: one(verbosities, given.told, usual.told),
    view: one(views, given.view, usual.view),
    background: one(backgrounds, given.background, usual.background),
    noise: one(noises, given.noise, usual.noise),
    keysOn: flag(given.keysOn, usual.keysOn),
    keys: keysFrom(given.keys),
    hints: flag(given.hints, usual.hints),
    hideSelf: flag(given.hideSelf, usual.hideSelf),
    simple: flag(given.simple, usual.simple),
    captions: flag(given.captions, usual.captions),
    captionsAt: one(captionPlaces, given.captionsAt, usual.captionsAt),
    captionsSize: one(captionSizes, given.captionsSize, usual.captionsSize),
    captionsRead: flag(given.captionsRead, usual.captionsRead),
  };
}
