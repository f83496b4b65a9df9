export type Grade = "good" | "medium" | "bad";

/** A figure the server may not have measured yet. */
export type Measured = number | null | undefined;

/** One word for a connection: loss as a share (0..1), delay in milliseconds. Nothing measured, no word. */
export function gradeOf(lossOrNot: Measured, rttOrNot: Measured): Grade | undefined {
  if (lossOrNot == null && rttOrNot == null) return undefined;
  const loss = lossOrNot ?? 0;
  const rttMs = rttOrNot ?? 0;
  if (loss >= 0.03 || rttMs >= 300) return "bad";
  if (loss >= 0.01 || rttMs >= 150) return "medium";
  return "good";
}

const unknown = "–";

export const percent = (share: Measured, language: string) => share == null ? unknown : new Intl.NumberFormat(language.startsWith("en") ? "en-GB" : "de-DE", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);

export const milliseconds = (time: Measured) => (time == null ? unknown : `${Math.round(time)} ms`);

/** Bits per second in the unit that reads best. */
export function bitrate(bps: Measured, language: string): string {
  if (bps == null) return unknown;
  const number = (value: number, digits: number) => new Intl.NumberFormat(language.startsWith("en") ? "en-GB" : "de-DE", { maximumFractionDigits: digits }).format(value);
  return bps >= 1_000_000 ? `${number(bps / 1_000_000, 1)} Mbit/s` : `${number(bps / 1000, 0)} kbit/s`;
}

export const sum = (one: Measured, two: Measured): Measured => (one == null && two == null ? undefined : (one ?? 0) + (two ?? 0));

/** A server's name; where it is only a number of its machine, the beginning tells it apart. */
export const nodeName = (node: string) => (/^[0-9a-f-]{20,}$/.test(node) ? node.slice(0, 8) : node);

/** Keeps rows where they are while figures change: known rows in their old order, new ones behind. */
export function keepOrder<T>(before: string[], items: T[], id: (item: T) => string): T[] {
  const place = new Map(before.map((each, index) => [each, index]));
  return [...items].sort((one, two) => (place.get(id(one)) ?? Infinity) - (place.get(id(two)) ?? Infinity) || 0);
}
