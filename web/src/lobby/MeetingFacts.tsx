import type { Meeting } from "../api/contract";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { capturesOf, kindOf } from "./consent";

/** Which meeting this is: title, time, and who invites. */
export function MeetingFacts({ meeting }: { meeting: Meeting }) {
  const { t, language } = useWords();
  const running = capturesOf(meeting);
  return (
    <section className="meetfacts" aria-labelledby="title">
      <h1 id="title">{meeting.title}</h1>
      <dl className="factlist">
        <div><dt><Icon name="calendar" /><span className="visually-hidden">{t("booking.time")}</span></dt><dd>{longDay(meeting.start, language)}<span>{t("time.spanClock", { from: clock(meeting.start, language), to: clock(meeting.end, language) })}</span></dd></div>
        <div><dt><Icon name="user" /><span className="visually-hidden">{t("booking.organiser")}</span></dt><dd>{t("booking.invites", { name: meeting.on_behalf ? meeting.booked_by.name : meeting.organiser.name })}{meeting.on_behalf && <span>{t("booking.onBehalf", { name: meeting.organiser.name })}</span>}</dd></div>
        <div><dt><Icon name="shield" /><span className="visually-hidden">{t("lobby.protection")}</span></dt><dd>{running.length > 0 ? t(`consent.fact.${kindOf(running)}`) : t("lobby.noRecording")}</dd></div>
      </dl>
    </section>
  );
}
