export type Size = { width: number; height: number };
export type Shape = { columns: number; rows: number };

export const gap = 12;
const ratio = 16 / 9;
/** Nobody recognises more faces than this at once. */
const most = 49;
/** A pinned tile takes two columns and two rows. */
const pinnedCells = 4;

/** Columns and rows that make the tiles as large as they can be; `pinned` of the `count` tiles take four cells. */
export function shapeFor(count: number, { width, height }: Size, pinned = 0): Shape {
  const cells = Math.max(1, count + pinned * (pinnedCells - 1));
  let best: Shape = { columns: 1, rows: cells };
  let bestWidth = -1;
  for (let columns = pinned > 0 ? 2 : 1; columns <= cells; columns++) {
    const bands = pinned > 0 ? 2 * Math.ceil(pinned / Math.floor(columns / 2)) : 1;
    const rows = Math.max(bands, Math.ceil(cells / columns));
    const tile = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
    const shown = Math.min(tile.width, tile.height * ratio);
    if (shown > bestWidth + 0.5) {
      bestWidth = shown;
      best = { columns, rows };
    }
  }
  return best;
}

/** How many tiles still show a face in this space, and at most so many with the pinned ones; the others go to the next page. */
export function pageSize({ width, height }: Size, pinned = 0, atMost = most): number {
  const least = width < 720 ? { width: 144, height: 108 } : { width: 220, height: 132 };
  const fit = (space: number, tile: number) => Math.max(1, Math.floor((space + gap) / (tile + gap)));
  const cells = Math.min(most, fit(width, least.width) * fit(height, least.height));
  const fitting = Math.max(2, cells - pinned * pinnedCells);
  return atMost < most ? Math.min(fitting, Math.max(1, atMost - pinned)) : fitting;
}

export function pagesOf<T>(items: T[], size: number): T[][] {
  const pages: T[][] = [];
  for (let start = 0; start < items.length; start += size) pages.push(items.slice(start, start + size));
  return pages.length > 0 ? pages : [[]];
}
