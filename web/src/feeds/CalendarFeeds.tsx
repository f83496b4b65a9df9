import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CalendarFeed, MadeCalendarFeed } from "../api/contract";
import { endFeed, listFeeds, makeFeed } from "../api/feeds";
import { listRooms } from "../api/rooms";
import { CopyButton } from "../form/CopyButton";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { shortDate } from "../words/dates";
import { useWords } from "../words/useWords";
import "./feeds.css";

/** Secret addresses for calendar programs: made, shown once, ended. */
export function CalendarFeeds() {
  const { t, explain, language } = useWords();
  const queries = useQueryClient();
  const feeds = useQuery({ queryKey: ["calendar-feeds"], queryFn: listFeeds });
  const rooms = useQuery({ queryKey: ["rooms"], queryFn: listRooms });
  const [room, setRoom] = useState("");
  const [made, setMade] = useState<MadeCalendarFeed>();
  const [failed, setFailed] = useState<unknown>();
  const [ending, setEnding] = useState<CalendarFeed>();
  const named = (feed: CalendarFeed) => feed.room?.name ?? t("feeds.own");
  const renew = () => queries.invalidateQueries({ queryKey: ["calendar-feeds"] });
  const make = async () => {
    setFailed(undefined);
    try {
      setMade(await makeFeed(room === "" ? undefined : room));
      await renew();
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <section className="card pad stack feeds" aria-labelledby="feeds">
      <h2 id="feeds">{t("feeds.title")}</h2>
      <p className="muted">{t("feeds.lead")}</p>
      {(feeds.error ?? failed) !== undefined && (feeds.error ?? failed) !== null && <Notice kind="danger">{explain(feeds.error ?? failed)}</Notice>}
      {made && (
        <div className="stack">
          <Notice title={t("feeds.onceTitle")}>{t("feeds.once")}</Notice>
          <p className="linkbox">{made.url}</p>
          <CopyButton className="kern-btn kern-btn--secondary" text={made.url} label={t("feeds.copy")} />
        </div>
      )}
      {feeds.data && feeds.data.length > 0 && <ul className="invited" aria-label={t("feeds.title")}>
        {(feeds.data ?? []).map((feed) => (
          <li key={feed.id}>
            <span className="name">{named(feed)}<small>{t("feeds.since", { day: shortDate(feed.created_at, language) })}</small></span>
            <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("feeds.endNamed", { name: named(feed) })} onClick={() => setEnding(feed)}><Icon name="x" size={20} /></button>
          </li>
        ))}
      </ul>}
      <Field label={t("feeds.of")}>
        <select value={room} onChange={(event) => setRoom(event.target.value)}>
          <option value="">{t("feeds.own")}</option>
          {(rooms.data ?? []).map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </Field>
      <div><button type="button" className="kern-btn kern-btn--secondary" onClick={() => void make()}><Icon name="plus" size={20} />{t("feeds.make")}</button></div>
      <Confirm title={t("feeds.endTitle")} text={t("feeds.endText", { name: ending && named(ending) })} action={t("feeds.end")} open={ending !== undefined} onClose={() => setEnding(undefined)} onConfirm={async () => { await endFeed(ending!.id); if (made?.id === ending!.id) setMade(undefined); await renew(); }} />
    </section>
  );
}
