/** Pictures of one track that came in, since its counters began. */
export type Counted = { received: number; decoded: number; dropped: number };
/** By track. */
export type Pictures = Record<string, Counted>;

/** From this part of lost pictures on movement is torn; up to `fine` nobody notices. What lies between says nothing. */
const torn = 0.2;
const fine = 0.08;
/** Fewer pictures in a look say nothing: there may be one still picture only. */
const fewest = 50;
/** A machine has moments in which it does something else: so many looks count. */
const looks = 3;

/**
 * Whether this machine keeps up with the pictures that reach it. What a weak line loses never reaches it and does not
 * count. Knows neither clock nor connection: it is asked every few seconds (`lookMs`).
 */
export class Strain {
  private before: Pictures | undefined;
  private row = 0;

  /** Is it time for less? Without a value it is not looked, as while nobody sees the page. */
  look(now: Pictures | undefined): boolean {
    const { before } = this;
    this.before = now;
    if (!now || !before) return false;
    const share = lostOf(before, now);
    if (share === undefined) return false;
    if (share >= torn) this.row += 1;
    else if (share <= fine) this.row = 0;
    return this.row >= looks;
  }

  /** Nothing of what was seen so far counts any more. */
  forget() {
    this.before = undefined;
    this.row = 0;
  }
}

/** The part of the pictures that came in between two looks and was not shown; nothing if there were too few. */
export function lostOf(before: Pictures, now: Pictures): number | undefined {
  let [came, lost] = [0, 0];
  for (const [track, { received, decoded, dropped }] of Object.entries(now)) {
    const then = before[track];
    // A track that is new, or whose counters began anew, is compared from the next look on.
    if (!then || received < then.received || decoded < then.decoded) continue;
    const arrived = received - then.received;
    came += arrived;
    // Some browsers count what they leave out, others do not even say that.
    lost += Math.min(arrived, Math.max(dropped - then.dropped, arrived - (decoded - then.decoded), 0));
  }
  return came >= fewest ? lost / came : undefined;
}
