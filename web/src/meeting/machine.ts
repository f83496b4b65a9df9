import type { Preferences } from "./preferences";
import { Strain, type Pictures } from "./strain";

/** Everything, or as much as an old device keeps up with. */
export const profiles = ["full", "lean"] as const;
export type Profile = (typeof profiles)[number];

/** An old device shows so many people at once, oneself among them; the others are on the next pages. */
export const leanTiles = 4;
/** So many faces stand beside a shared screen or who speaks. */
export const leanFaces = 2;
/** What was measured or chosen on a device holds for so long. */
export const rememberedDays = 30;

type Shelf = Pick<Storage, "getItem" | "setItem">;
const key = "rennsteig.device";
const dayMs = 86_400_000;

/** As the person wants it, as far as an old device gets. A chosen background stays: without it the room would be seen. */
export function within(wanted: Preferences, profile: Profile): Preferences {
  if (profile === "full") return wanted;
  return { ...wanted, receive: wanted.receive === "full" ? "small" : wanted.receive, send: "small", noise: wanted.noise === "strong" ? "usual" : wanted.noise };
}

/** What this device keeps up with: measured once, then as the person says. It never goes back and forth by itself. */
export class Machine {
  private readonly strain = new Strain();
  private profile: Profile;
  /** Nothing is known of it yet. */
  private open: boolean;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly shelf: Shelf, private readonly now: () => number) {
    const known = remembered(shelf.getItem(key), now());
    this.profile = known ?? "full";
    this.open = known === undefined;
  }

  readonly snapshot = () => this.profile;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Whether it was found to be old just now. Who decided otherwise is not contradicted. */
  look(pictures: Pictures | undefined): boolean {
    if (!this.open || !this.strain.look(pictures)) return false;
    this.choose("lean");
    return true;
  }

  /** The person chooses, or it was measured. */
  readonly choose = (profile: Profile) => {
    [this.profile, this.open] = [profile, false];
    this.strain.forget();
    this.shelf.setItem(key, JSON.stringify({ profile, until: this.now() + rememberedDays * dayMs }));
    for (const listener of this.listeners) listener();
  };
}

/** What was found out about this device, while it counts. */
function remembered(text: string | null, now: number): Profile | undefined {
  try {
    const { profile, until } = JSON.parse(text ?? "{}") as { profile?: unknown; until?: unknown };
    const isGood = typeof until === "number" && until > now && until <= now + rememberedDays * dayMs;
    return isGood ? profiles.find((each) => each === profile) : undefined;
  } catch {
    return undefined;
  }
}
