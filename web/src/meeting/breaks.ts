/** A break, by the clock of this device. */
export type Break = { until: number };

/** How long a break can be, minutes. */
export const breakMinutes = [5, 10, 15, 30] as const;

/**
 * The break in a meeting's metadata. Whoever hears of it when it begins counts its length from now, as this device's clock may
 * be wrong; whoever comes later has to believe the clock.
 */
export function breakFrom(metadata: string | undefined, now: number, begins: boolean): Break | undefined {
  try {
    const { break: found } = JSON.parse(metadata || "{}") as { break?: { from?: unknown; until?: unknown } };
    const [from, until] = [Date.parse(String(found?.from)), Date.parse(String(found?.until))];
    if (!(until > from)) return undefined;
    const end = begins ? now + until - from : until;
    return end > now ? { until: end } : undefined;
  } catch {
    return undefined;
  }
}
