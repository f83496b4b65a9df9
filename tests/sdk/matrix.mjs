/** Who received what from whom, and whether that is everything. */

/** Fewer decoded pictures than this may be luck. */
const PICTURES = 30;
/** Audio frames: half a second at the least. */
const SOUNDS = 25;
/** Silence sums up to nothing; a tone or a beep exceeds this at once. */
const ENERGY = 1e-5;

const checks = {
  heard: (got) => got.packets >= SOUNDS && got.energy > ENERGY,
  saw: (got) => got.frames >= PICTURES,
  read: (got, from) => got.reliable === `from ${from}` && got.lossy === `from ${from}`,
};

/** Whether sound was heard and pictures were decoded. */
export const heardAndSeen = (got) => checks.heard(got) && checks.saw(got);

/** One entry for each pair and each kind: `{to, from, kind, holds}`. */
export function cells(reports) {
  const names = Object.keys(reports);
  return names.flatMap((to) =>
    names
      .filter((from) => from !== to)
      .flatMap((from) => {
        const got = reports[to].seen[from] ?? {};
        return Object.entries(checks).map(([kind, holds]) => ({ to, from, kind, holds: holds(got, from) }));
      }),
  );
}

/** The same as a table with figures, a row for each receiver. */
export function table(reports) {
  const names = Object.keys(reports);
  const rows = names.map((to) => [
    to,
    ...names.map((from) => {
      if (from === to) return "-";
      const got = reports[to].seen[from] ?? {};
      const data = [got.reliable && "reliable", got.lossy && "lossy"].filter(Boolean).join("+") || "nothing";
      return `${got.packets ?? 0} sounds, ${got.frames ?? 0} pictures ${got.size ?? ""}, ${data}`;
    }),
  ]);
  const all = [["receiver \\ from", ...names], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")).join("\n");
}
