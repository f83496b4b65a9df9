export type Grade = "good" | "medium" | "bad";

/** One word for a connection: loss as a share (0..1), delay in milliseconds. */
export function gradeOf(loss: number, rttMs: number): Grade {
  if (loss >= 0.03 || rttMs >= 300) return "bad";
  if (loss >= 0.01 || rttMs >= 150) return "medium";
  return "good";
}

export const percent = (share: number, language: string) => new Intl.NumberFormat(language.startsWith("en") ? "en-GB" : "de-DE", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);

/** Bits per second in the unit that reads best. */
export function bitrate(bps: number, language: string): string {
  const number = (value: number, digits: number) => new Intl.NumberFormat(language.startsWith("en") ? "en-GB" : "de-DE", { maximumFractionDigits: digits }).format(value);
  return bps >= 1_000_000 ? `${number(bps / 1_000_000, 1)} Mbit/s` : `${number(bps / 1000, 0)} kbit/s`;
}

/** A server's name; where it is only a number of its machine, the beginning tells it apart. */
export const nodeName = (node: string) => (/^[0-9a-f-]{20,}$/.test(node) ? node.slice(0, 8) : node);

/** Keeps rows where they are while figures change: known rows in their old order, new ones behind. */
export function keepOrder<T>(before: string[], items: T[], id: (item: T) => string): T[] {
  const place = new Map(before.map((each, index) => [each, index]));
  return [...items].sort((one, two) => (place.get(id(one)) ?? Infinity) - (place.get(id(two)) ?? Infinity) || 0);
}
