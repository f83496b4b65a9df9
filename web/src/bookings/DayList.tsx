import { Fragment } from "react";
import { Link } from "wouter";
import type { BookingSummary } from "../api/contract";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { nowIndex, shiftDay, standing } from "./agenda";
import { BookingMarks } from "./BookingMarks";
import { bookingPath, meetingPath } from "./facts";

type Props = { items: BookingSummary[]; day: string; today: string; now: Date; onChoose: (day: string | undefined) => void };

/** One day, with a line where the day stands now. */
export function DayList({ items, day, today, now, onChoose }: Props) {
  const { t, language } = useWords();
  const isToday = day === today;
  const line = isToday ? nowIndex(items, now) : -1;
  const nowLine = <li className="now" aria-hidden="true"><b>{clock(now, language)}</b></li>;
  return (
    <section className="card" aria-labelledby="day">
      <div className="cardhead">
        <h2 id="day" aria-live="polite">{isToday ? t("bookings.todayTitle") : longDay(`${day}T12:00:00Z`, language, "UTC")}</h2>
        <div className="row push">
          {!isToday && <button type="button" className="kern-btn kern-btn--tertiary small" onClick={() => onChoose(undefined)}>{t("bookings.toToday")}</button>}
          <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("bookings.previousDay")} onClick={() => onChoose(shiftDay(day, -1))}><Icon name="chevron-left" size={20} /></button>
          <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("bookings.nextDay")} onClick={() => onChoose(shiftDay(day, 1))}><Icon name="chevron-right" size={20} /></button>
        </div>
      </div>
      {items.length === 0 ? (
        <p className="muted none">{t("bookings.noneThatDay")}</p>
      ) : (
        <ul className="agenda">
          {items.map((booking, index) => (
            <Fragment key={booking.meeting_id}>
              {index === line && nowLine}
              <Entry booking={booking} now={now} />
            </Fragment>
          ))}
          {line === items.length && nowLine}
        </ul>
      )}
    </section>
  );
}

function Entry({ booking, now }: { booking: BookingSummary; now: Date }) {
  const { t, language } = useWords();
  const over = standing(booking, now).kind === "over";
  const cancelled = booking.state === "cancelled";
  const open = !over && !cancelled && !booking.is_hidden && new Date(booking.joinable_from) <= now;
  return (
    <li className={over || cancelled ? "past" : ""}>
      <time dateTime={booking.start}>{clock(booking.start, language)}<span>{clock(booking.end, language)}</span></time>
      <div className="what">
        {booking.is_hidden ? <span>{booking.title}</span> : <Link href={bookingPath(booking)}>{booking.title}</Link>}
        <BookingMarks booking={booking} />
      </div>
      {cancelled && <span className="badge">{t("booking.cancelled")}</span>}
      {open && <Link className="kern-btn kern-btn--secondary small" href={meetingPath(booking.is_series ? booking.meeting_id : booking.id)} aria-label={t("booking.joinNamed", { title: booking.title })}>{t("action.join")}</Link>}
    </li>
  );
}
