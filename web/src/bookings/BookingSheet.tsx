import { useState } from "react";
import { Link } from "wouter";
import { calendarFile, cancelBooking, cancelDate } from "../api/bookings";
import type { Booking, SeriesDate, Session } from "../api/contract";
import { CopyButton } from "../form/CopyButton";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { PageHead } from "../shell/PageHead";
import { useWords } from "../words/useWords";
import { Answering } from "./Answering";
import { Attendance } from "./Attendance";
import { BookingFacts } from "./BookingFacts";
import { DialIn } from "./DialIn";
import { GuestLinks } from "./GuestLinks";
import { HandoverDialog } from "./HandoverDialog";
import { Invited } from "./Invited";
import { PasteBlock } from "./PasteBlock";
import { type Scope, meetingPath } from "./facts";
import { SeriesDates } from "./SeriesDates";
import "./book.css";
import "./sheet.css";

/** `date` when one date of a series is shown by itself; `dates` when the series is shown. */
type Props = { booking: Booking; session: Session; version: string; date?: string; dates?: SeriesDate[]; onEdit: (scope: Scope) => void; onChanged: () => Promise<unknown> };

/** A booking to read, with what its reader may do. */
export function BookingSheet({ booking, session, version, date, dates, onEdit, onChanged }: Props) {
  const { t } = useWords();
  const [cancelling, setCancelling] = useState(false);
  const [handingOver, setHandingOver] = useState(false);
  const over = booking.state === "cancelled" || new Date(booking.end) < new Date();
  return (
    <>
      <PageHead
        title={booking.title}
        lead={booking.state === "cancelled" ? <span className="badge danger"><Icon name="calendar-x" size={16} />{t("booking.cancelled")}</span> : undefined}
        tools={
          <>
            {booking.may.change && !over && <button type="button" className="kern-btn kern-btn--danger" onClick={() => setCancelling(true)}><Icon name="calendar-x" size={20} />{t(date ? "series.cancelOne" : booking.series ? "series.cancelAll" : "booking.cancel")}</button>}
            {date && booking.may.change && !over && <button type="button" className="kern-btn kern-btn--secondary" onClick={() => onEdit("following")}><Icon name="pencil" size={20} />{t("series.changeFollowing")}</button>}
            {booking.may.change && !over && <button type="button" className="kern-btn kern-btn--secondary" onClick={() => onEdit(date ? "date" : "all")}><Icon name="pencil" size={20} />{t(date ? "series.changeOne" : booking.series ? "series.changeAll" : "booking.change")}</button>}
            {booking.may.change && <Link className="kern-btn kern-btn--tertiary" href={`/bookings/new?like=${booking.id}`}><Icon name="copy" size={20} />{t("book.again")}</Link>}
            {booking.may.hand_over && !over && !date && <button type="button" className="kern-btn kern-btn--tertiary" onClick={() => setHandingOver(true)}><Icon name="users" size={20} />{t("handover.open")}</button>}
            {!over && <Link className="kern-btn kern-btn--primary" href={meetingPath(date ?? booking.id)}><Icon name="video" size={20} />{t("action.join")}</Link>}
          </>
        }
      />
      {booking.no_shows !== undefined && booking.state === "active" && <Notice icon="calendar-x" title={t("attend.noShows", { count: booking.no_shows })}>{t("attend.noShowsWhy")}</Notice>}
      <div className="sheetgrid">
        <div className="stack">
          <BookingFacts booking={booking} />
          {!over && <Answering booking={booking} date={date} session={session} onChanged={onChanged} />}
          <Attendance booking={booking} onChanged={onChanged} />
          {date && <p><Link href={`/bookings/${booking.id}`}>{t("series.toSeries")}</Link></p>}
          {dates && <SeriesDates id={booking.id} dates={dates} zone={booking.zone} />}
          <section className="card pad stack" aria-labelledby="link">
            <div><h2 id="link">{t("booking.linkTitle")}</h2><p className="muted">{t("booking.linkLead")}</p></div>
            <p className="linkbox">{booking.join_url}</p>
            <div className="row wrap">
              <CopyButton className="kern-btn kern-btn--secondary" text={booking.join_url} label={t("booking.copyLink")} />
              <a className="kern-btn kern-btn--secondary" href={calendarFile(booking.id)} download><Icon name="download" size={20} />{t("booking.calendarFile")}</a>
              <PasteBlock booking={booking} />
            </div>
            {booking.dial_in && <DialIn {...booking.dial_in} />}
          </section>
        </div>
        <div className="stack">
          <Invited booking={booking} />
          <GuestLinks booking={booking} mayRenew={booking.may.change && !over} />
        </div>
      </div>
      {handingOver && <HandoverDialog booking={booking} onClose={() => setHandingOver(false)} onChanged={onChanged} />}
      <Confirm
        title={t(date ? "series.cancelOneTitle" : "booking.cancelTitle")}
        text={date ? t("series.cancelOneText") : t("booking.cancelText", { title: booking.title })}
        action={t(date ? "series.cancelOne" : "booking.cancelAction")}
        open={cancelling}
        onClose={() => setCancelling(false)}
        onConfirm={async () => {
          await (date ? cancelDate(booking.id, date, version) : cancelBooking(booking.id, version));
          await onChanged();
        }}
      />
    </>
  );
}
