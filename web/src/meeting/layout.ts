export type Size = { width: number; height: number };
export type Shape = { columns: number; rows: number };

export const gap = 12;
const ratio = 16 / 9;
const most = 16;

/** Columns and rows that make the tiles as large as they can be. */
export function shapeFor(count: number, { width, height }: Size): Shape {
  let best: Shape = { columns: 1, rows: Math.max(1, count) };
  let bestWidth = -1;
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(Math.max(1, count) / columns);
    const tile = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
    const shown = Math.min(tile.width, tile.height * ratio);
    if (shown > bestWidth + 0.5) {
      bestWidth = shown;
      best = { columns, rows };
    }
  }
  return best;
}

/** How many tiles still show a face in this space; the others go to the next page. */
export function pageSize({ width, height }: Size): number {
  const least = width < 720 ? { width: 144, height: 108 } : { width: 220, height: 132 };
  const fit = (space: number, tile: number) => Math.max(1, Math.floor((space + gap) / (tile + gap)));
  return Math.max(2, Math.min(most, fit(width, least.width) * fit(height, least.height)));
}

export function pagesOf<T>(items: T[], size: number): T[][] {
  const pages: T[][] = [];
  for (let start = 0; start < items.length; start += size) pages.push(items.slice(start, start + size));
  return pages.length > 0 ? pages : [[]];
}
