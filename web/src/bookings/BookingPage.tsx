import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { changeBooking, changeDate, changeFollowing, listDates, readBooking, readDate } from "../api/bookings";
import type { Answer } from "../api/client";
import type { Booking, Session } from "../api/contract";
import { isProblem } from "../api/problem";
import { Notice } from "../form/Notice";
import NotFound from "../shell/NotFound";
import { PageHead } from "../shell/PageHead";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { BookingForm } from "./BookingForm";
import { BookingSheet } from "./BookingSheet";
import { type Draft, bodyOf, dateBodyOf, draftOf, followingDraftOf, seriesDraftOf, withRoom } from "./draft";
import { type Scope, datePath } from "./facts";
import { rememberLinks } from "./links";

/** What nobody told the page is seen so late. */
const AGAIN_MS = 60_000;

/** One booking, or one date of a series: to read, or as a form to change; with `?add=` as a form with one more room. */
export default function BookingPage({ id, date, session }: { id: string; date?: string; session: Session }) {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const add = new URLSearchParams(useSearch()).get("add");
  const [chosen, setEditing] = useState<Scope>();
  // What a form began with stays its basis, whatever comes in: nobody overwrites what others changed without having seen it.
  const [begun, setBegun] = useState<Answer<Booking>>();
  const [saving, setSaving] = useState(false);
  const answer = useQuery({ queryKey: ["booking", id, date], queryFn: () => (date ? readDate(id, date) : readBooking(id)), refetchInterval: AGAIN_MS });
  const isSeries = answer.data?.data.series !== undefined;
  const dates = useQuery({ queryKey: ["booking", id, "dates"], queryFn: () => listDates(id), enabled: isSeries });

  if (answer.isPending) return <p className="loading" role="status">{t("page.loading")}</p>;
  if (isProblem(answer.error, "not_found")) return <NotFound />;
  if (!answer.data) return <Notice kind="danger">{explain(answer.error)}</Notice>;
  const { data: booking, etag } = begun ?? answer.data;
  const version = etag ?? `"${booking.version}"`;
  const renew = () => Promise.all([queries.invalidateQueries({ queryKey: ["booking", id] }), queries.invalidateQueries({ queryKey: ["bookings"] })]);
  const one = isSeries ? date : undefined;

  const editing = chosen ?? (add !== null && booking.may.change ? (one ? "date" : "all") : undefined);
  if (editing && !begun) setBegun(answer.data);
  const close = () => {
    setEditing(undefined);
    setBegun(undefined);
    if (add !== null) go(date ? datePath(id, date) : `/bookings/${id}`, { replace: true });
  };
  if (!editing) return <BookingSheet booking={booking} session={session} version={version} date={one} dates={one ? undefined : dates.data} onEdit={setEditing} onChanged={renew} />;
  const left = (dates.data ?? []).filter((each) => each.start >= booking.start).length;
  const save = async (draft: Draft) => {
    setSaving(true);
    try {
      const changed = await saved(editing, id, one, version, draft);
      rememberLinks(changed);
      await renew();
      announce(t("book.saved"));
      close();
      if (changed.id !== id) go(`/bookings/${changed.id}`);
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <PageHead title={t(headings[isSeries ? editing : "single"])} lead={editing === "following" ? t("series.followingLead") : booking.title} />
      <div className="meanwhile" role="status">
        {!saving && etag !== answer.data.etag && (
          <Notice title={t("changes.meanwhile")}>
            <p>{t("changes.meanwhileWhy")}</p>
            <p id="lost">{t("changes.takeNewHint")}</p>
            <div className="acts"><button type="button" className="kern-btn kern-btn--secondary small" aria-describedby="lost" onClick={() => setBegun(answer.data)}>{t("changes.takeNew")}</button></div>
          </Notice>
        )}
      </div>
      <BookingForm
        key={etag}
        start={withRoom(editing === "date" ? draftOf(booking) : editing === "following" ? followingDraftOf(booking, left) : seriesDraftOf(booking), add)}
        session={session}
        booking={booking.id}
        scope={editing === "date" ? "date" : isSeries ? "series" : undefined}
        submitWords={t("book.save")}
        extra={<button type="button" className="kern-btn kern-btn--tertiary" onClick={close}>{t("action.cancel")}</button>}
        onSubmit={save}
      />
    </>
  );
}

const headings = { all: "series.changeAllHeading", date: "series.changeOneHeading", following: "series.changeFollowingHeading", single: "book.changeHeading" } as const;

async function saved(scope: Scope, id: string, date: string | undefined, version: string, draft: Draft): Promise<Booking> {
  if (scope === "date" && date) return (await changeDate(id, date, version, dateBodyOf(draft))).data;
  if (scope === "following" && date) return (await changeFollowing(id, date, version, bodyOf(draft))).data;
  return (await changeBooking(id, version, bodyOf(draft))).data;
}
