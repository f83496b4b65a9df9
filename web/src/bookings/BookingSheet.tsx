import { useState } from "react";
import { Link } from "wouter";
import { calendarFile, cancelBooking } from "../api/bookings";
import type { Booking } from "../api/contract";
import { CopyButton } from "../form/CopyButton";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { PageHead } from "../shell/PageHead";
import { useWords } from "../words/useWords";
import { BookingFacts } from "./BookingFacts";
import { GuestLinks } from "./GuestLinks";
import { Invited } from "./Invited";
import { meetingPath } from "./facts";
import "./book.css";
import "./sheet.css";

type Props = { booking: Booking; version: string; onEdit: () => void; onChanged: () => Promise<unknown> };

/** A booking to read, with what its reader may do. */
export function BookingSheet({ booking, version, onEdit, onChanged }: Props) {
  const { t } = useWords();
  const [cancelling, setCancelling] = useState(false);
  const over = booking.state === "cancelled" || new Date(booking.end) < new Date();
  return (
    <>
      <PageHead
        title={booking.title}
        lead={booking.state === "cancelled" ? <span className="badge danger"><Icon name="calendar-x" size={16} />{t("booking.cancelled")}</span> : undefined}
        tools={
          <>
            {booking.may.change && !over && <button type="button" className="kern-btn kern-btn--danger" onClick={() => setCancelling(true)}><Icon name="calendar-x" size={20} />{t("booking.cancel")}</button>}
            {booking.may.change && !over && <button type="button" className="kern-btn kern-btn--secondary" onClick={onEdit}><Icon name="pencil" size={20} />{t("booking.change")}</button>}
            {!over && <Link className="kern-btn kern-btn--primary" href={meetingPath(booking.id)}><Icon name="video" size={20} />{t("action.join")}</Link>}
          </>
        }
      />
      <div className="sheetgrid">
        <div className="stack">
          <BookingFacts booking={booking} />
          <section className="card pad stack" aria-labelledby="link">
            <div><h2 id="link">{t("booking.linkTitle")}</h2><p className="muted">{t("booking.linkLead")}</p></div>
            <p className="linkbox">{booking.join_url}</p>
            <div className="row wrap">
              <CopyButton className="kern-btn kern-btn--secondary" text={booking.join_url} label={t("booking.copyLink")} />
              <a className="kern-btn kern-btn--secondary" href={calendarFile(booking.id)} download><Icon name="download" size={20} />{t("booking.calendarFile")}</a>
            </div>
          </section>
        </div>
        <div className="stack">
          <Invited booking={booking} />
          <GuestLinks booking={booking} mayRenew={booking.may.change && !over} />
        </div>
      </div>
      <Confirm
        title={t("booking.cancelTitle")}
        text={t("booking.cancelText", { title: booking.title })}
        action={t("booking.cancelAction")}
        open={cancelling}
        onClose={() => setCancelling(false)}
        onConfirm={async () => {
          await cancelBooking(booking.id, version);
          await onChanged();
        }}
      />
    </>
  );
}
