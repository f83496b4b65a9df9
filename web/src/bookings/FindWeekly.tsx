import { useQuery } from "@tanstack/react-query";
import { findWeeklyTimes } from "../api/bookings";
import type { WeeklyTime } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Dialog } from "../overlay/Dialog";
import { localOf, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import type { Draft } from "./draft";
import { weeklyChoiceOf, weeklyQuestionOf, weeklyReasonsFor, withWeekly } from "./weekly";
import "./find.css";

type Props = { draft: Draft; span: { start: Date; end: Date }; onTake: (part: Partial<Draft>) => void; onClose: () => void };

/** The best times of the week for a series, each in its best room, with the dates on which that room cannot be had. */
export default function FindWeekly({ draft, span, onTake, onClose }: Props) {
  const { t, language, explain } = useWords();
  const question = weeklyQuestionOf(draft, span, localOf(new Date(), draft.zone).slice(0, 10));
  const { data, error, isPending } = useQuery({ queryKey: ["weekly", question], queryFn: () => findWeeklyTimes(question) });
  const day = (date: string) => longDay(`${date}T12:00:00Z`, language, "UTC");
  const whenOf = ({ start, end }: WeeklyTime) => {
    const weekday = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(new Date(`${start}:00Z`));
    return t("weekly.when", { weekday, from: start.slice(11), to: end.slice(11) });
  };
  const take = (found: WeeklyTime) => {
    onTake(withWeekly(draft, found));
    onClose();
  };
  return (
    <Dialog title={t("weekly.title")} open onClose={onClose}>
      <div className="stack find">
        <p className="muted">{t("weekly.lead", { count: question.weeks, minutes: question.minutes, seats: t("weekly.seats", { count: question.people }), day: day(question.from) })}</p>
        {error !== null && <Notice kind="danger">{explain(error)}</Notice>}
        <div aria-live="polite">{isPending ? <p className="muted">{t("find.looking")}</p> : data?.length === 0 && <p>{t("weekly.nothing")}</p>}</div>
        <ol>
          {weeklyChoiceOf(data ?? []).map((found) => (
            <li key={found.start + found.room.id}>
              <div>
                <p><b>{whenOf(found)}</b></p>
                <p><Icon name="door-open" size={20} />{[found.room.name, found.room.site].filter(Boolean).join(", ")}</p>
                {found.conflicts.length > 0 && <p>{t("weekly.had", { count: found.dates, had: found.dates - found.conflicts.length })}</p>}
                <ul className="why">{weeklyReasonsFor(found, t).map(({ words, good }) => <li key={words} className={good ? "good" : undefined}><Icon name={good ? "circle-check" : "triangle-alert"} size={16} />{words}</li>)}</ul>
                {found.conflicts.length > 0 && (
                  <details>
                    <summary>{t("weekly.instead", { count: found.conflicts.length })}</summary>
                    <ul className="instead">{found.conflicts.map(({ date, free_rooms: [other] }) => <li key={date}>{day(date)}: {other ? [other.name, other.site].filter(Boolean).join(", ") : t("weekly.skipped")}</li>)}</ul>
                  </details>
                )}
              </div>
              <button type="button" className="kern-btn kern-btn--secondary small" aria-label={t("find.takeNamed", { when: whenOf(found) })} onClick={() => take(found)}>{t("find.take")}</button>
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}
