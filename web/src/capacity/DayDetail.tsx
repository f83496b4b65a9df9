import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { forecastDay } from "../api/capacity";
import type { ForecastItem, Pool } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { clock, instantOf, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { DayChart } from "./DayChart";
import { unitOf } from "./figures";

/** One pool on one day: a diagram, or the same as a table. */
export function DayDetail({ pool, day, zone }: { pool: Pool; day: string; zone: string }) {
  const { t, language, explain } = useWords();
  const [view, setView] = useState<"diagram" | "table">("diagram");
  const quarters = useQuery({ queryKey: ["forecast", pool.id, day, zone], queryFn: () => forecastDay(pool.id, day, zone) });
  const items = quarters.data?.pools[0]?.items ?? [];
  return (
    <section className="card" aria-labelledby="daydetail">
      <div className="cardhead">
        <h2 id="daydetail">{pool.name}, {longDay(instantOf(`${day}T12:00`, zone), language, zone)}</h2>
        <span className="muted">{t(`capacity.unit.${unitOf(pool)}`)}</span>
        <div className="segments push" role="group" aria-label={t("capacity.view")}>
          <button type="button" aria-pressed={view === "diagram"} onClick={() => setView("diagram")}>{t("capacity.diagram")}</button>
          <button type="button" aria-pressed={view === "table"} onClick={() => setView("table")}>{t("capacity.table")}</button>
        </div>
      </div>
      {quarters.error && <Notice kind="danger">{explain(quarters.error)}</Notice>}
      {items.length > 0 && (view === "diagram" ? <DayChart pool={pool} items={items} zone={zone} /> : <DayTable pool={pool} items={items} zone={zone} />)}
    </section>
  );
}

function DayTable({ pool, items, zone }: { pool: Pool; items: ForecastItem[]; zone: string }) {
  const { t, language } = useWords();
  const unit = unitOf(pool);
  const shown = items.filter((item) => item.expected[unit] > 0 || (item.measured?.[unit] ?? 0) > 0);
  const number = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 1 });
  if (shown.length === 0) return <p className="pad16 muted">{t("capacity.nothing")}</p>;
  return (
    <div className="daytable" role="region" aria-label={t("capacity.table")} tabIndex={0}>
      <table className="list">
        <thead><tr><th scope="col">{t("capacity.time")}</th><th scope="col" className="n">{t("capacity.expected")}</th><th scope="col" className="n">{t("capacity.between")}</th><th scope="col" className="n">{t("capacity.measuredHead")}</th></tr></thead>
        <tbody>
          {shown.map((item) => (
            <tr key={item.start}>
              <th scope="row">{clock(item.start, language, zone)}{(item.percent ?? 0) > 100 && <span className="badge danger tiny"><Icon name="octagon-alert" size={16} />{t("capacity.percent", { percent: item.percent })}</span>}</th>
              <td className="n" data-label={t("capacity.expected")}>{number(item.expected[unit])}</td>
              <td className="n" data-label={t("capacity.between")}>{t("capacity.band", { lower: number(item.lower[unit]), upper: number(item.upper[unit]) })}</td>
              <td className="n" data-label={item.measured ? t("capacity.measuredHead") : undefined}>{item.measured ? number(item.measured[unit]) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
