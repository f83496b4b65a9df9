/** Which way media takes: straight to the server, or over a relay, by UDP or as a stream. */
export type Way = "direct" | "relay" | "stream";

/** What was found out about the line. */
export type Line = {
  way: Way;
  /** To the server and back, milliseconds. */
  roundTrip: number;
  /** What gets through in either direction, bit/s, as far as it was tried. */
  rate: number;
};

/** What the line is good for. */
export type Grade = "good" | "tight" | "sound" | "slow";

/** More than this is not tried, bit/s. */
export const rateTried = 10_000_000;
/** Nine pictures and one's own, bit/s. */
const forPictures = 3_000_000;
/** Sound, and somebody's picture in small, bit/s. */
const forSound = 400_000;
/** Longer than this people talk at the same time, milliseconds there and back. */
const slow = 300;

/** What somebody may expect of this line. */
export function gradeOf(line: Line): Grade {
  if (line.rate < forSound) return "sound";
  if (line.roundTrip > slow) return "slow";
  return line.rate < forPictures ? "tight" : "good";
}

/** One piece arrived. */
export type Arrival = { at: number; bytes: number };

/** Bit/s, from when pieces arrived (milliseconds). The first third is left out: a connection speeds up only then. */
export function rateOf(arrivals: Arrival[]): number {
  const counted = arrivals.slice(Math.floor(arrivals.length / 3));
  const [first, last] = [counted[0], counted.at(-1)];
  if (!first || !last || counted.length < 2) return 0;
  const bytes = counted.slice(1).reduce((sum, each) => sum + each.bytes, 0);
  // Clocks of browsers are coarse: what arrives in the same tick was quick.
  return Math.min((bytes * 8_000) / Math.max(last.at - first.at, 1), rateTried);
}

/** The middle one; of an even number the lower. */
export const median = (values: number[]): number => values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0;
