/** Something that was said, as text. */
export type Line = {
  segment: string;
  /** Whose words they are. */
  speaker: string;
  name: string;
  text: string;
  /** Nothing of it changes any more. */
  final: boolean;
  at: number;
  /** Came in the older kind of packet. */
  older: boolean;
};

/** So many lines are remembered while the page is open. */
export const linesKept = 2_000;
/** Longest line, in characters; what goes beyond belongs into another one. */
export const longestLine = 2_000;
/** So long a line stays over the pictures after its last word. */
export const shownMs = 8_000;
/** So many lines stand there at a time. */
export const linesShown = 3;
/** Programs that say everything in both kinds of packets do so within this time. */
const twiceMs = 10_000;

/** With what was said now: a later word on the same segment takes the place of the earlier one, but none comes after the last. */
export function withLine(lines: Line[], said: Line): Line[] {
  // Who is heard in the newer kind as well would be read twice.
  if (said.older && lines.some(({ speaker, older }) => !older && speaker === said.speaker)) return lines;
  const doubled = (line: Line) => !said.older && line.older && line.speaker === said.speaker && said.at - line.at < twiceMs;
  const rest = lines.some(doubled) ? lines.filter((line) => !doubled(line)) : lines;
  const line = { ...said, text: said.text.trim().slice(0, longestLine) };
  const place = rest.findIndex(({ segment, speaker }) => segment === said.segment && speaker === said.speaker);
  if (place < 0) return line.text === "" ? rest : [...rest, line].slice(-linesKept);
  if (rest[place]!.final && !said.final) return rest;
  // A segment that turned out to be nothing was no word.
  if (line.text === "") return rest.filter((_, at) => at !== place);
  return rest.map((old, at) => (at === place ? line : old));
}

/** What is said just now. */
export function shownOf(lines: Line[], now: number): Line[] {
  return lines.slice(-linesShown).filter(({ at }) => now - at < shownMs);
}

/** As text, for those who take it along: a line for each that was said. */
export const textOf = (lines: Line[], time: (at: number) => string) => lines.map(({ at, name, text }) => `${time(at)} ${name}: ${text}`).join("\n");
