import type { ForecastItem, Pool } from "../api/contract";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { limitOf, peakOf, unitOf } from "./figures";

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 56;
const RIGHT = 28;
const TOP = 28;
const BOTTOM = 32;
/** The working day is shown whatever is booked: from seven to seven, in quarters of an hour. */
const FIRST = 7 * 4;
const LAST = 19 * 4;

/** A number to draw the scale to: one that is easily halved. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

/** What is expected, between what, and what was measured. Dashes say that it is a forecast, without any colour. */
export function DayChart({ pool, items, zone }: { pool: Pool; items: ForecastItem[]; zone: string }) {
  const { t, language } = useWords();
  const [unit, limit] = [unitOf(pool), limitOf(pool)];
  const busy = items.map((item, at) => (item.expected[unit] > 0 || (item.measured?.[unit] ?? 0) > 0 ? at : -1)).filter((at) => at >= 0);
  const first = Math.min(FIRST, ...busy);
  const last = Math.min(items.length - 1, Math.max(LAST, ...busy.map((at) => at + 1)));
  const shown = items.slice(first, last + 1);
  const top = roundUp(Math.max(limit ?? 0, ...shown.map((item) => Math.max(item.upper[unit], item.measured?.[unit] ?? 0))) * 1.05);
  const x = (at: number) => LEFT + ((WIDTH - LEFT - RIGHT) * at) / Math.max(1, shown.length - 1);
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / top;
  const line = (values: number[]) => values.map((value, at) => `${at === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const known = shown.findLastIndex((item) => item.measured != null);
  const measured = shown.slice(0, known + 1).map((item) => item.measured?.[unit] ?? 0);
  const upper = shown.map((item, at) => `${at === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(item.upper[unit]).toFixed(1)}`).join("");
  const lower = shown.map((item, at) => `L${x(at).toFixed(1)} ${y(item.lower[unit]).toFixed(1)}`).reverse().join("");
  const peak = peakOf(shown, unit);
  const number = (value: number) => value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 });
  const words = [
    peak ? t("capacity.peak", { value: number(peak.expected[unit]), time: clock(peak.start, language, zone) }) : t("capacity.nothing"),
    limit === undefined ? "" : t("capacity.border", { limit: number(limit) }),
    known >= 0 ? t("capacity.lastMeasured", { value: number(measured.at(-1)!) }) : "",
  ].filter(Boolean);
  return (
    <div className="daychart" role="region" aria-label={t("capacity.diagram")} tabIndex={0}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.join(". ")}>
        {[0, 0.5, 1].map((part) => <g key={part}><line className="rule" x1={LEFT} x2={WIDTH - RIGHT} y1={y(top * part)} y2={y(top * part)} /><text x={LEFT - 8} y={y(top * part) + 5} textAnchor="end">{number(top * part)}</text></g>)}
        {shown.map((item, at) => (first + at) % 8 === 4 && <text key={item.start} x={x(at)} y={HEIGHT - 8} textAnchor="middle">{clock(item.start, language, zone)}</text>)}
        <path className="band" d={`${upper}${lower}Z`} />
        <path className="expected" d={line(shown.map((item) => item.expected[unit]))} />
        {measured.length > 0 && <path className="measured" d={line(measured)} />}
        {limit !== undefined && <><line className="limit" x1={LEFT} x2={WIDTH - RIGHT} y1={y(limit)} y2={y(limit)} /><text className="red" x={WIDTH - RIGHT} y={y(limit) - 6} textAnchor="end">{t("capacity.border", { limit: number(limit) })}</text></>}
      </svg>
      {/* The diagram is called the same already. */}
      <p className="meta" aria-hidden="true">{words.join(". ")}.</p>
    </div>
  );
}
