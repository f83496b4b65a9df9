import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { forecastDays } from "../api/capacity";
import type { Forecast, PoolForecast } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { PageHead } from "../shell/PageHead";
import { dayKey, ownZone, shortDate } from "../words/dates";
import { useWords } from "../words/useWords";
import { DayDetail } from "./DayDetail";
import { HeatMap } from "./HeatMap";
import { Hints } from "./Hints";
import { PoolList } from "./PoolList";
import { SiteList } from "./SiteList";
import { csvOf } from "./figures";
import "../look/table.css";
import "./capacity.css";

/** A week back, today, and the rest of a fortnight. */
const DAYS = 14;
const BACK = 7;
const AGAIN_MS = 60_000;

/** What carries a meeting between the sites, and what carries it in the middle. */
const partsShown = ["lines", "servers"] as const;
type Part = (typeof partsShown)[number];
const partOf = ({ pool }: PoolForecast): Part => (pool.kind === "media_nodes" ? "servers" : "lines");

/** How much of the lines and servers is taken, and how much will be. */
export default function Capacity() {
  const { t, language, explain } = useWords();
  const zone = ownZone();
  const [chosen, setChosen] = useState<{ pool: string; day: string }>();
  const first = dayKey(new Date(Date.now() - BACK * 86_400_000), zone);
  const days = useQuery({ queryKey: ["forecast", first, zone], queryFn: () => forecastDays(first, DAYS, zone), refetchInterval: AGAIN_MS });
  const [part, setPart] = useState<Part>("lines");
  const pools = days.data?.pools ?? [];
  const parts: Record<Part, PoolForecast[]> = { lines: pools.filter((each) => partOf(each) === "lines"), servers: pools.filter((each) => partOf(each) === "servers") };
  const isDivided = parts.lines.length > 0 && parts.servers.length > 0;
  const seen = isDivided ? parts[part] : pools;
  const starts = pools[0]?.items.map(({ start }) => start) ?? [];
  const today = dayKey(new Date(), zone);
  const shown = seen.find(({ pool }) => pool.id === chosen?.pool) ?? seen[0];
  const span = starts.length > 0 ? t("capacity.lead", { from: shortDate(starts[0]!, language, zone), to: shortDate(starts.at(-1)!, language, zone) }) : undefined;
  const look = (pool: string, day: string) => {
    setPart(parts.servers.some((each) => each.pool.id === pool) ? "servers" : "lines");
    setChosen({ pool, day });
  };
  const tools = (
    <>
      {isDivided && <div className="segments" role="group" aria-label={t("capacity.parts")}>{partsShown.map((each) => <button type="button" key={each} aria-pressed={part === each} onClick={() => setPart(each)}>{t(`capacity.part.${each}`)}</button>)}</div>}
      <button type="button" className="kern-btn kern-btn--secondary" onClick={() => download(days.data!, zone)}><Icon name="download" size={20} />{t("capacity.download")}</button>
    </>
  );
  return (
    <>
      <PageHead title={t("capacity.title")} lead={span} tools={pools.length > 0 && tools} />
      {days.error && <Notice kind="danger">{explain(days.error)}</Notice>}
      {days.data && pools.length === 0 && <Notice title={t("capacity.noneTitle")}>{t("capacity.none")}</Notice>}
      {pools.length > 0 && (
        <div className="stack">
          <HeatMap pools={seen} today={today} zone={zone} chosen={shown && { pool: shown.pool.id, day: chosen?.day ?? today }} onChoose={look} />
          <div className="capacitysplit">
            {shown && <DayDetail key={`${shown.pool.id}/${chosen?.day ?? today}`} pool={shown.pool} day={chosen?.day ?? today} zone={zone} />}
            <Hints pools={pools} today={today} zone={zone} onChoose={look} />
          </div>
        </div>
      )}
      <div className="capacitysetup">
        <PoolList />
        <SiteList />
      </div>
    </>
  );
}

function download({ pools }: Forecast, zone: string) {
  const url = URL.createObjectURL(new Blob(["\ufeff", csvOf(pools, ({ start }) => dayKey(start, zone))], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `auslastung-${dayKey(new Date(), zone)}.csv` });
  link.click();
  URL.revokeObjectURL(url);
}
