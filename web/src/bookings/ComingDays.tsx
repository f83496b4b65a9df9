import { Link } from "wouter";
import { Icon } from "../icons/Icon";
import { clock, dayAndMonth, shortWeekday } from "../words/dates";
import { useWords } from "../words/useWords";
import type { Agenda } from "./agenda";
import { bookingPath, onBehalf, places } from "./facts";

/** The days ahead at a glance, with a legend for the signs. */
export function ComingDays({ days }: { days: Agenda["coming"] }) {
  const { t, language } = useWords();
  return (
    <section className="card week" aria-labelledby="coming">
      <div className="cardhead"><h2 id="coming">{t("bookings.comingDays")}</h2></div>
      {days.length === 0 && <p className="muted none">{t("bookings.noneComing")}</p>}
      {days.map(({ key, items }) => (
        <div className="day" key={key}>
          <h3>{shortWeekday(`${key}T12:00:00Z`, language, "UTC")}<span>{dayAndMonth(`${key}T12:00:00Z`, language, "UTC")}</span></h3>
          <ul>
            {items.map((booking) => (
              <li key={booking.meeting_id}>
                <time className="muted" dateTime={booking.start}>{clock(booking.start, language)}</time>
                {booking.is_hidden ? <span className="clip">{booking.title}</span> : <Link className="clip" href={bookingPath(booking)}>{booking.title}</Link>}
                <span className="row">
                  {onBehalf(booking) && <span className="behalf" title={t("legend.behalf")}><Icon name="user-check" size={20} /><span className="visually-hidden">{t("legend.behalf")}</span></span>}
                  {booking.is_hidden ? null : places(booking.rooms) ? <span title={t("legend.onSite")}><Icon name="map-pin" size={20} /><span className="visually-hidden">{t("legend.onSite")}</span></span> : <span title={t("booking.videoOnly")}><Icon name="video" size={20} /><span className="visually-hidden">{t("booking.videoOnly")}</span></span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {days.length > 0 && (
        <ul className="legend meta" aria-hidden="true">
          <li className="mark"><Icon name="user-check" size={16} />{t("legend.behalf")}</li>
          <li className="mark"><Icon name="video" size={16} />{t("booking.videoOnly")}</li>
          <li className="mark"><Icon name="map-pin" size={16} />{t("legend.onSite")}</li>
        </ul>
      )}
    </section>
  );
}
