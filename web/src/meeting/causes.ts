/** Why the others hear or see one badly, as far as it lies on this side. */
export type Cause = "uplink" | "slow";

/** Counters of what was sent, since they began. */
export type Sent = {
  /** Packets of sound sent, and those the server missed. */
  packets: number;
  lost: number;
  /** The browser makes the picture worse because this machine does not keep up. */
  tooSlow: boolean;
};

/** So often it is looked, milliseconds. */
export const lookMs = 5_000;
/** Speech is broken from this part of lost packets on. */
const broken = 0.08;
/** Fewer packets say nothing. */
const fewest = 50;
/** Once is chance: so many looks in a row count. */
const looks = { uplink: 2, slow: 3 } as const;
/** The same is not said again for so long, milliseconds. */
const notAgainMs = 5 * 60_000;

/** Compares what was sent from look to look and says at most one thing. Knows neither clock nor connection. */
export class Causes {
  private before: Sent | undefined;
  private readonly row = { uplink: 0, slow: 0 };
  private readonly told = { uplink: -Infinity, slow: -Infinity };

  /** The cause that is due now, if any. `now` is in milliseconds and only ever grows. */
  look(sent: Sent, now: number): Cause | undefined {
    const { before } = this;
    this.before = sent;
    const packets = before ? sent.packets - before.packets : 0;
    const lost = before ? sent.lost - before.lost : 0;
    // A look with little sound, or after the counters began anew, neither speaks for a bad line nor against it.
    if (packets >= fewest && lost >= 0) this.row.uplink = lost / packets >= broken ? this.row.uplink + 1 : 0;
    this.row.slow = sent.tooSlow ? this.row.slow + 1 : 0;
    for (const cause of ["uplink", "slow"] as const) {
      if (this.row[cause] < looks[cause] || now - this.told[cause] < notAgainMs) continue;
      this.told[cause] = now;
      return cause;
    }
    return undefined;
  }
}
