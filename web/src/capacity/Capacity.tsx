import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { forecastDays } from "../api/capacity";
import type { Forecast, PoolForecast, RoomUse, Session } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { PageHead } from "../shell/PageHead";
import { dayKey, instantOf, ownZone, shortDate } from "../words/dates";
import { useWords } from "../words/useWords";
import { DayDetail } from "./DayDetail";
import { HeatMap } from "./HeatMap";
import { Hints } from "./Hints";
import { PoolList } from "./PoolList";
import { RoomUseMap } from "./RoomUseMap";
import { SiteList } from "./SiteList";
import { csvOf } from "./figures";
import { csvOfRooms } from "./roomUse";
import "../look/table.css";
import "./capacity.css";

/** A week back, today, and the rest of a fortnight. */
const DAYS = 14;
const BACK = 7;
const AGAIN_MS = 60_000;

/** What carries a meeting between the sites, what carries it in the middle, and where people sit. */
type Part = "lines" | "servers" | "rooms";
const partOf = ({ pool }: PoolForecast): Part => (pool.kind === "media_nodes" ? "servers" : "lines");

/** How much of the lines, servers and rooms is taken, and how much will be. */
export default function Capacity({ may }: { may: Session["may"] }) {
  const { t, language, explain } = useWords();
  const client = useQueryClient();
  const zone = ownZone();
  const [chosen, setChosen] = useState<{ pool: string; day: string }>();
  const first = dayKey(new Date(Date.now() - BACK * 86_400_000), zone);
  const days = useQuery({ queryKey: ["forecast", first, zone], queryFn: () => forecastDays(first, DAYS, zone), refetchInterval: AGAIN_MS, enabled: may.manage_capacity });
  const [part, setPart] = useState<Part>(may.manage_capacity ? "lines" : "rooms");
  const pools = days.data?.pools ?? [];
  const parts: Record<Part, PoolForecast[]> = { lines: pools.filter((each) => partOf(each) === "lines"), servers: pools.filter((each) => partOf(each) === "servers"), rooms: [] };
  // Where there are only servers, or nothing yet, that is the first part.
  const carrying: Part[] = (["lines", "servers"] as const).filter((each) => parts[each].length > 0);
  const offered: Part[] = [...(carrying.length > 0 ? carrying : may.manage_capacity ? (["lines"] as const) : []), ...(may.see_room_use ? (["rooms"] as const) : [])];
  const now = offered.includes(part) ? part : (offered[0] ?? "lines");
  const seen = parts[now];
  const today = dayKey(new Date(), zone);
  const shown = seen.find(({ pool }) => pool.id === chosen?.pool) ?? seen[0];
  const noonOf = (day: string) => instantOf(`${day}T12:00`, zone);
  const last = dayKey(new Date(noonOf(first).getTime() + (DAYS - 1) * 86_400_000), zone);
  const span = { from: shortDate(noonOf(first), language, zone), to: shortDate(noonOf(last), language, zone) };
  const look = (pool: string, day: string) => {
    setPart(parts.servers.some((each) => each.pool.id === pool) ? "servers" : "lines");
    setChosen({ pool, day });
  };
  const rooms = () => client.getQueryData<RoomUse[]>(["room-use", first, DAYS]) ?? [];
  const tools = (
    <>
      {offered.length > 1 && <div className="segments" role="group" aria-label={t("capacity.parts")}>{offered.map((each) => <button type="button" key={each} aria-pressed={now === each} onClick={() => setPart(each)}>{t(`capacity.part.${each}`)}</button>)}</div>}
      {(now === "rooms" || pools.length > 0) && <button type="button" className="kern-btn kern-btn--secondary" onClick={() => (now === "rooms" ? download(csvOfRooms(rooms()), "raeume", zone) : download(tableOf(days.data!, zone), "auslastung", zone))}><Icon name="download" size={20} />{t("capacity.download")}</button>}
    </>
  );
  return (
    <>
      <PageHead title={t("capacity.title")} lead={now === "rooms" ? t("roomUse.span", span) : pools.length > 0 ? t("capacity.lead", span) : undefined} tools={tools} />
      {days.error && <Notice kind="danger">{explain(days.error)}</Notice>}
      {now === "rooms" && <RoomUseMap first={first} days={DAYS} today={today} zone={zone} />}
      {now !== "rooms" && days.data && pools.length === 0 && <Notice title={t("capacity.noneTitle")}>{t("capacity.none")}</Notice>}
      {seen.length > 0 && (
        <div className="stack">
          <HeatMap pools={seen} today={today} zone={zone} chosen={shown && { pool: shown.pool.id, day: chosen?.day ?? today }} onChoose={look} />
          <div className="capacitysplit">
            {shown && <DayDetail key={`${shown.pool.id}/${chosen?.day ?? today}`} pool={shown.pool} day={chosen?.day ?? today} zone={zone} />}
            <Hints pools={pools} today={today} zone={zone} onChoose={look} />
          </div>
        </div>
      )}
      {now !== "rooms" && (
        <div className="capacitysetup">
          <PoolList />
          <SiteList />
        </div>
      )}
    </>
  );
}

const tableOf = ({ pools }: Forecast, zone: string) => csvOf(pools, ({ start }) => dayKey(start, zone));

function download(table: string, name: string, zone: string) {
  const url = URL.createObjectURL(new Blob(["\ufeff", table], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `${name}-${dayKey(new Date(), zone)}.csv` });
  link.click();
  URL.revokeObjectURL(url);
}
