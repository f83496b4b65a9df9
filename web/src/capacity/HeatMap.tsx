import type { ForecastItem, PoolForecast } from "../api/contract";
import { Icon } from "../icons/Icon";
import { dayKey, dayOfMonth, longDay, shortWeekday } from "../words/dates";
import { useWords } from "../words/useWords";
import { cellOf, limitOf, shadeOf, unitOf } from "./figures";

type Props = { pools: PoolForecast[]; today: string; zone: string; chosen: { pool: string; day: string } | undefined; onChoose: (pool: string, day: string) => void };

const LEGEND = ["h0", "h1", "h2", "h3", "h4", "over", "fc"] as const;

/** Pools by day, each day by its busiest quarter of an hour. Numbers say what shades and frames show. */
export function HeatMap({ pools, today, zone, chosen, onChoose }: Props) {
  const { t, language } = useWords();
  const days = pools[0]!.items.map(({ start }) => start);
  const whenOf = (start: string) => (dayKey(start, zone) < today ? "past" : dayKey(start, zone) === today ? "today" : "coming");
  const groups = (["past", "today", "coming"] as const).map((when) => ({ when, count: days.filter((day) => whenOf(day) === when).length })).filter(({ count }) => count > 0);
  return (
    <section className="card" aria-labelledby="heat">
      <div className="cardhead">
        <h2 id="heat">{t("capacity.map")}</h2>
        <ul className="legend push" aria-label={t("capacity.legend")}>{LEGEND.map((key) => <li key={key}><span className={`key ${key}`} aria-hidden="true" />{t(`capacity.key.${key}`)}</li>)}</ul>
      </div>
      <div className="heatwrap" role="region" aria-label={t("capacity.scroll")} tabIndex={0}>
        <table className="heat">
          <thead>
            <tr><td />{groups.map(({ when, count }) => <th key={when} colSpan={count} scope="colgroup" className={when}><span>{t(`capacity.group.${when}`)}</span></th>)}</tr>
            <tr><th scope="col" className="left">{t("capacity.pool")}</th>{days.map((day) => <th key={day} scope="col"><abbr title={longDay(day, language, zone)}>{shortWeekday(day, language, zone)} {dayOfMonth(day, language, zone)}</abbr></th>)}</tr>
          </thead>
          <tbody>
            {pools.map(({ pool, items }) => (
              <tr key={pool.id}>
                <th scope="row"><b>{pool.name}</b><span>{limitOf(pool) === undefined ? t("capacity.unlimited") : t(`capacity.limit.${unitOf(pool)}`, { limit: limitOf(pool)!.toLocaleString(language) })}</span></th>
                {items.map((item) => {
                  const day = dayKey(item.start, zone);
                  return <HeatCell key={item.start} item={item} when={whenOf(item.start)} name={`${pool.name}, ${longDay(item.start, language, zone)}`} pressed={chosen?.pool === pool.id && chosen.day === day} onChoose={() => onChoose(pool.id, day)} />;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function HeatCell({ item, when, name, pressed, onChoose }: { item: ForecastItem; when: "past" | "today" | "coming"; name: string; pressed: boolean; onChoose: () => void }) {
  const { t } = useWords();
  const cell = cellOf(item, when);
  if (!cell) return <td><button type="button" className="h0" aria-pressed={pressed} aria-label={name} onClick={onChoose}>–</button></td>;
  const second = cell.isTooHigh ? t("capacity.tooHigh") : cell.expected === undefined ? undefined : t("capacity.expectedShort", { percent: cell.expected });
  return (
    <td>
      <button type="button" className={`h${shadeOf(cell.percent)}${cell.isForecast ? " fc" : ""}${cell.isTooHigh ? " over" : ""}`} aria-pressed={pressed} onClick={onChoose}>
        <span className="visually-hidden">{name}, {t(cell.isForecast ? "capacity.forecast" : "capacity.measured")}: </span>
        <b>{cell.isTooHigh && <Icon name="octagon-alert" size={16} />}{t("capacity.percent", { percent: cell.percent })}</b>
        {second && <small aria-hidden={!cell.isTooHigh}>{second}</small>}
        {cell.expected !== undefined && <span className="visually-hidden">, {t("capacity.expectedLong", { percent: cell.expected })}</span>}
      </button>
    </td>
  );
}
