import type { Booking } from "../api/contract";
import { Icon } from "../icons/Icon";
import { clock, longDay, ownZone } from "../words/dates";
import { useWords } from "../words/useWords";
import { onBehalf } from "./facts";
import { reminderWords } from "./remind";

/** When, who and where. The time is the booking's own wall time; another zone is named. */
export function BookingFacts({ booking }: { booking: Booking }) {
  const { t, language } = useWords();
  const zone = booking.zone;
  const span = t("time.spanClock", { from: clock(booking.start, language, zone), to: clock(booking.end, language, zone) });
  const [unit, count] = reminderWords(booking.remind_minutes ?? 0);
  return (
    <section className="card pad" aria-label={t("booking.details")}>
      <dl className="factlist">
        <div><dt><Icon name="calendar" /><span className="visually-hidden">{t("booking.time")}</span></dt><dd>{longDay(booking.start, language, zone)}<span>{span}{zone !== ownZone() && ` (${zone.replaceAll("_", " ")})`}</span></dd></div>
        <div><dt><Icon name="user" /><span className="visually-hidden">{t("booking.organiser")}</span></dt><dd>{onBehalf(booking) ? booking.booked_by.name : t("booking.invites", { name: booking.organiser.name })}{onBehalf(booking) && <span>{t("booking.onBehalf", { name: booking.organiser.name })}</span>}</dd></div>
        <div><dt><Icon name={booking.rooms.some((room) => room.kind === "physical") ? "map-pin" : "video"} /><span className="visually-hidden">{t("booking.where")}</span></dt><dd>{booking.rooms.length === 0 ? t("booking.videoOnly") : booking.rooms.map((room) => [room.name, room.site].filter(Boolean).join(", ")).join(" · ")}{booking.rooms.filter((room) => room.is_waiting).map((room) => <span key={`w${room.id}`} className="mark"><Icon name="hourglass" size={16} />{t("booking.roomWaits", { room: room.name })}</span>)}{booking.refused_rooms?.map(({ room, words }) => <span key={`r${room.id}`} className="mark red"><Icon name="octagon-alert" size={16} />{t(words ? "booking.roomRefusedWhy" : "booking.roomRefused", { room: room.name, words })}</span>)}{booking.rooms.filter((room) => room.is_too_small).map((room) => <span key={room.id}>{t("booking.tooSmall", { room: room.name, count: room.capacity })}</span>)}</dd></div>
        <div><dt><Icon name="door-open" /><span className="visually-hidden">{t("booking.waiting")}</span></dt><dd>{t(booking.guests_wait ? "booking.guestsWait" : "booking.guestsEnter")}</dd></div>
        {booking.is_private && <div><dt><Icon name="lock" /><span className="visually-hidden">{t("book.visibility")}</span></dt><dd>{t("book.privateFact")}<span>{t("book.privateWhy")}</span></dd></div>}
        {booking.remind_minutes !== undefined && <div><dt><Icon name="mail" /><span className="visually-hidden">{t("remind.heading")}</span></dt><dd>{t(`remind.fact.${unit}`, { count })}</dd></div>}
        {booking.description && <div><dt><Icon name="scroll-text" /><span className="visually-hidden">{t("book.description")}</span></dt><dd className="description">{booking.description}</dd></div>}
      </dl>
    </section>
  );
}
