import type { ForecastItem, Pool, PoolForecast } from "../api/contract";

/** From this part of a pool on, percent, it is too much. */
export const TOO_HIGH = 90;

/** Five shades, by the twenty percent. */
export const shadeOf = (percent: number): 0 | 1 | 2 | 3 | 4 => Math.max(0, Math.min(4, Math.floor(percent / 20))) as 0 | 1 | 2 | 3 | 4;

/** What a cell of the map says: what was measured counts before what was expected. */
export type Cell = { percent: number; expected: number | undefined; isForecast: boolean; isTooHigh: boolean };

export function cellOf(item: ForecastItem, when: "past" | "today" | "coming"): Cell | undefined {
  const expected = item.percent ?? undefined;
  const measured = when === "coming" ? undefined : (item.measured_percent ?? undefined);
  const percent = measured ?? expected;
  if (percent === undefined) return undefined;
  // Of today the worse of the two is still to come.
  const worst = when === "today" ? Math.max(percent, expected ?? 0) : percent;
  return { percent, expected: measured === undefined ? undefined : expected, isForecast: when === "coming" || measured === undefined, isTooHigh: worst >= TOO_HIGH };
}

/** Which figure tells more about a pool: the one it is limited by. */
export const unitOf = (pool: Pick<Pool, "limit_mbps" | "limit_people">): "mbps" | "people" => (pool.limit_mbps == null && pool.limit_people != null ? "people" : "mbps");

export const limitOf = (pool: Pick<Pool, "limit_mbps" | "limit_people">): number | undefined => pool[unitOf(pool) === "mbps" ? "limit_mbps" : "limit_people"] ?? undefined;

/** The busiest of the items, by what is expected. */
export const peakOf = (items: ForecastItem[], unit: "mbps" | "people"): ForecastItem | undefined => items.reduce<ForecastItem | undefined>((most, item) => (item.expected[unit] > (most?.expected[unit] ?? 0) ? item : most), undefined);

export type Worry = { pool: Pool; item: ForecastItem; percent: number };

/** Days to come on which a pool is expected to be too full, the soonest first. */
export function worriesOf(pools: PoolForecast[], today: string): Worry[] {
  const coming = pools.flatMap(({ pool, items }) => items.filter((item) => item.start >= today && (item.percent ?? 0) >= TOO_HIGH).map((item) => ({ pool, item, percent: item.percent! })));
  return coming.sort((one, other) => one.item.start.localeCompare(other.item.start) || other.percent - one.percent);
}

/** How far what was expected lay from what was measured, in points on average; none where nothing was measured. */
export function missOf(pools: PoolForecast[]): number | undefined {
  const both = pools.flatMap(({ items }) => items.filter((item) => item.measured_percent != null && item.percent != null));
  if (both.length === 0) return undefined;
  return Math.round(both.reduce((sum, item) => sum + Math.abs(item.measured_percent! - item.percent!), 0) / both.length);
}

/** The map as a table for other programs. */
export function csvOf(pools: PoolForecast[], day: (item: ForecastItem) => string): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = pools.flatMap(({ pool, items }) => items.map((item) => [quoted(pool.name), day(item), item.percent ?? "", item.measured_percent ?? "", item.expected.mbps, item.lower.mbps, item.upper.mbps, item.expected.people].join(";")));
  return ["pool;day;expected_percent;measured_percent;expected_mbps;lower_mbps;upper_mbps;expected_people", ...lines].join("\r\n");
}
