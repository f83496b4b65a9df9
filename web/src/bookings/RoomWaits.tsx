import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { RoomWait } from "../api/contract";
import { leaveWait, listWaits } from "../api/waits";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { useWithoutRoom } from "./useWithoutRoom";
import "./waits.css";

/** Rooms one waits for, and those offered now; nothing if there are none. */
export function RoomWaits() {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const waits = useQuery({ queryKey: ["room-waits"], queryFn: listWaits, refetchInterval: 30_000 });
  const [error, setError] = useState<unknown>();
  if (!waits.data || waits.data.length === 0) return null;
  const leave = async (wait: RoomWait) => {
    setError(undefined);
    try {
      await leaveWait(wait.id);
      announce(t("wait.left", { room: wait.room.name }));
    } catch (refusal) {
      setError(refusal);
    }
    await queries.invalidateQueries({ queryKey: ["room-waits"] });
  };
  return (
    <section className="card waits" aria-labelledby="waits">
      <div className="cardhead"><h2 id="waits">{t("wait.title")}</h2></div>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <ul>{waits.data.map((wait) => <WaitRow key={wait.id} wait={wait} onLeave={() => void leave(wait)} />)}</ul>
    </section>
  );
}

function WaitRow({ wait, onLeave }: { wait: RoomWait; onLeave: () => void }) {
  const { t, language } = useWords();
  const { room, offered_until } = wait;
  const own = useWithoutRoom(wait);
  const when = `${longDay(wait.start, language)}, ${t("time.span", { from: clock(wait.start, language), to: clock(wait.end, language) })}`;
  return (
    <li className={offered_until ? "offered" : undefined}>
      <div>
        <p><b>{room.name}</b></p>
        <p className="muted">{when}</p>
        <p role="status">{offered_until ? <span className="mark"><Icon name="check" size={16} />{t("wait.offered", { until: clock(offered_until, language) })}</span> : <span className="muted">{t("wait.waiting")}</span>}</p>
      </div>
      <div className="row wrap">
        {offered_until && own && <Link className="kern-btn kern-btn--primary small" href={own.href}><Icon name="calendar-plus" size={20} />{t("wait.join", { title: own.title })}</Link>}
        {offered_until && !own && <Link className="kern-btn kern-btn--primary small" href={`/bookings/new?offer=${wait.id}`}><Icon name="calendar-plus" size={20} />{t("wait.book")}</Link>}
        <button type="button" className="kern-btn kern-btn--tertiary small" aria-label={t(offered_until ? "wait.passNamed" : "wait.leaveNamed", { room: room.name })} onClick={onLeave}>{t(offered_until ? "wait.pass" : "wait.leave")}</button>
      </div>
    </li>
  );
}
