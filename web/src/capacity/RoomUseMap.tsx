import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listRoomUse } from "../api/capacity";
import type { RoomDay, RoomUse } from "../api/contract";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { dayOfMonth, instantOf, longDay, shortWeekday } from "../words/dates";
import { useWords } from "../words/useWords";
import { shadeOf } from "./figures";
import { hoursOf, sitesOf } from "./roomUse";

const LEGEND = ["h0", "h1", "h2", "h3", "h4"] as const;
const WHEN = ["past", "today", "coming"] as const;

/** Rooms by day: how much of the time they are open they are held, and how often nobody came. */
export function RoomUseMap({ first, days, today, zone }: { first: string; days: number; today: string; zone: string }) {
  const { t, language, explain } = useWords();
  const [site, setSite] = useState("");
  const use = useQuery({ queryKey: ["room-use", first, days], queryFn: () => listRoomUse(first, days) });
  if (use.error) return <Notice kind="danger">{explain(use.error)}</Notice>;
  if (!use.data) return null;
  if (use.data.length === 0) return <Notice title={t("roomUse.noneTitle")}>{t("roomUse.none")}</Notice>;
  const sites = sitesOf(use.data);
  const shown = use.data.filter(({ room }) => site === "" || room.site === site);
  const columns = use.data[0]!.days.map(({ day }) => day);
  const noonOf = (day: string) => instantOf(`${day}T12:00`, zone);
  const whenOf = (day: string) => (day < today ? "past" : day === today ? "today" : "coming");
  const groups = WHEN.map((when) => ({ when, count: columns.filter((day) => whenOf(day) === when).length })).filter(({ count }) => count > 0);
  return (
    <section className="card" aria-labelledby="roomuse">
      <div className="cardhead">
        <h2 id="roomuse">{t("roomUse.map")}</h2>
        <ul className="legend push" aria-label={t("capacity.legend")}>{LEGEND.map((key) => <li key={key}><span className={`key ${key}`} aria-hidden="true" />{t(`capacity.key.${key}`)}</li>)}</ul>
      </div>
      <div className="roomuselead">
        <p className="muted">{t("roomUse.lead")}</p>
        {sites.length > 1 && <Field label={t("roomUse.site")} className="narrowfield"><select value={site} onChange={(event) => setSite(event.target.value)}><option value="">{t("roomUse.allSites")}</option>{sites.map((each) => <option key={each}>{each}</option>)}</select></Field>}
      </div>
      <div className="heatwrap" role="region" aria-label={t("roomUse.scroll")} tabIndex={0}>
        <table className="heat">
          <thead>
            <tr><td />{groups.map(({ when, count }) => <th key={when} colSpan={count} scope="colgroup" className={when}><span>{t(`roomUse.group.${when}`)}</span></th>)}</tr>
            <tr><th scope="col" className="left">{t("roomUse.room")}</th>{columns.map((day) => <th key={day} scope="col"><abbr title={longDay(noonOf(day), language, zone)}>{shortWeekday(noonOf(day), language, zone)} {dayOfMonth(noonOf(day), language, zone)}</abbr></th>)}</tr>
          </thead>
          <tbody>
            {shown.map(({ room, days: all }: RoomUse) => (
              <tr key={room.id}>
                <th scope="row"><b>{room.name}</b><span>{[room.site, t("roomUse.seats", { count: room.capacity })].filter(Boolean).join(", ")}</span></th>
                {all.map((each) => <UseCell key={each.day} use={each} isComing={each.day > today} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Numbers say what shades show; what is said aloud has the hours as well. */
function UseCell({ use, isComing }: { use: RoomDay; isComing: boolean }) {
  const { t, language } = useWords();
  const hours = (minutes: number) => hoursOf(minutes, language);
  const empty = use.releases > 0 ? t("roomUse.empty", { count: use.releases, hours: hours(use.released_minutes) }) : undefined;
  const short = empty && <small aria-hidden="true">{t("roomUse.emptyShort", { count: use.releases })}</small>;
  const aloud = (...parts: (string | undefined)[]) => <span className="visually-hidden">{parts.filter(Boolean).join(", ")}</span>;
  if (use.percent === undefined) {
    const closed = use.held_minutes > 0 ? t("roomUse.closedHeld", { held: hours(use.held_minutes) }) : t("roomUse.closed");
    return <td><div className="usecell h0"><span className="muted" aria-hidden="true">{closed}</span>{short}{aloud(closed, empty)}</div></td>;
  }
  const percent = t("capacity.percent", { percent: use.percent });
  return (
    <td>
      <div className={`usecell h${shadeOf(use.percent)}${isComing ? " fc" : ""}`}>
        <b aria-hidden="true">{percent}</b>
        {short}
        {aloud(percent, t("roomUse.held", { held: hours(use.held_minutes), open: hours(use.open_minutes) }), empty)}
      </div>
    </td>
  );
}
