import { Link } from "wouter";
import type { BookingSummary } from "../api/contract";
import { CopyButton } from "../form/CopyButton";
import { Icon } from "../icons/Icon";
import { clock, dayKey, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { standing } from "./agenda";
import { meetingPath, onBehalf, places } from "./facts";

/** The meeting that matters now, with the one button that matters. */
export function NextMeeting({ booking, now }: { booking: BookingSummary; now: Date }) {
  const { t, language } = useWords();
  const { kind, minutes } = standing(booking, now);
  const start = clock(booking.start, language);
  const sameDay = dayKey(booking.start) === dayKey(now);
  const when =
    kind === "running" ? t("next.running", { start }) : kind === "soon" ? t("next.soon", { count: minutes, start }) : sameDay ? t("next.today", { start }) : t("next.day", { day: longDay(booking.start, language), start });
  const where = places(booking.rooms);
  return (
    <section className="card next" aria-labelledby="next">
      <p className="pill"><Icon name="clock" size={20} /><span>{when}</span></p>
      <h2 id="next">{booking.title}</h2>
      <ul className="facts">
        {onBehalf(booking) && <li><Icon name="user-check" size={20} />{t("booking.onBehalf", { name: booking.organiser.name })}</li>}
        <li><Icon name={where ? "map-pin" : "video"} size={20} />{where ? t("booking.roomAndVideo", { rooms: where }) : t("booking.videoOnly")}</li>
        <li><Icon name="users" size={20} />{t("booking.invited", { count: booking.people_count + booking.guest_count })}</li>
      </ul>
      <div className="acts">
        <Link className="kern-btn kern-btn--primary" href={meetingPath(booking.id)}><Icon name="video" size={20} />{t("action.join")}</Link>
        <CopyButton text={booking.join_url} label={t("booking.copyLink")} />
        <Link className="kern-btn kern-btn--tertiary" href={`/bookings/${booking.id}`}><Icon name="info" size={20} />{t("booking.details")}</Link>
      </div>
    </section>
  );
}
