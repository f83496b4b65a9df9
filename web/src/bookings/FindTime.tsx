import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { findTimes } from "../api/bookings";
import type { FoundTime } from "../api/contract";
import { Check } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Dialog } from "../overlay/Dialog";
import { clock, localOf, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import type { Draft } from "./draft";
import { choiceOf, mostPeople, questionOf, reasonsFor, withTime } from "./found";
import "./find.css";

type Props = { draft: Draft; span: { start: Date; end: Date }; me: string; booking?: string; onTake: (part: Partial<Draft>) => void; onClose: () => void };

/** The best times of a fortnight for those who are invited, each with what speaks for and against it. */
export default function FindTime({ draft, span, me, booking, onTake, onClose }: Props) {
  const { t, language, explain } = useWords();
  const [needsRoom, setNeedsRoom] = useState(draft.rooms.length > 0);
  const question = { ...questionOf(draft, span, undefined, needsRoom, localOf(new Date(), draft.zone).slice(0, 10)), except_booking: booking };
  const { data, error, isPending } = useQuery({ queryKey: ["times", question], queryFn: () => findTimes(question), placeholderData: (previous) => previous });
  const nameOf = (id: string) => draft.people.find((person) => person.id === id)?.name ?? t(id === (draft.organiser ?? me) ? "find.organiser" : "find.somebody");
  const unseen = data?.unseen ?? [];
  const take = (found: FoundTime) => {
    onTake(withTime(draft, found));
    onClose();
  };
  return (
    <Dialog title={t("find.title")} open onClose={onClose}>
      <div className="stack find">
        <p className="muted">{t("find.lead", { count: question.minutes, day: longDay(`${question.from}T12:00:00Z`, language, "UTC") })}</p>
        <Check label={t("find.needsRoom")} checked={needsRoom} onChange={setNeedsRoom} />
        {unseen.length > 0 && <Notice kind="info">{t("find.unseen", { names: unseen.map(nameOf).join(", ") })}</Notice>}
        {draft.people.length > mostPeople && <Notice kind="info">{t("find.firstOf", { most: mostPeople })}</Notice>}
        {error !== null && <Notice kind="danger">{explain(error)}</Notice>}
        <div aria-live="polite">{isPending ? <p className="muted">{t("find.looking")}</p> : data?.items.length === 0 && <p>{t("find.nothing")}</p>}</div>
        <ol>
          {choiceOf(data?.items ?? [], draft.zone).map((found) => {
            const when = `${longDay(found.start, language, draft.zone)}, ${t("time.span", { from: clock(found.start, language, draft.zone), to: clock(found.end, language, draft.zone) })}`;
            return (
              <li key={found.start}>
                <div>
                  <p><b>{when}</b></p>
                  {found.room && <p><Icon name="door-open" size={20} />{[found.room.name, found.room.site].filter(Boolean).join(", ")}</p>}
                  <ul className="why">{reasonsFor(found, unseen.length > 0, t).map(({ words, good }) => <li key={words} className={good ? "good" : undefined}><Icon name={good ? "circle-check" : "triangle-alert"} size={16} />{words}</li>)}</ul>
                  {found.busy.length > 0 && <p className="muted">{t("find.busy", { names: found.busy.map(nameOf).join(", ") })}</p>}
                </div>
                <button type="button" className="kern-btn kern-btn--secondary small" aria-label={t("find.takeNamed", { when })} onClick={() => take(found)}>{t("find.take")}</button>
              </li>
            );
          })}
        </ol>
      </div>
    </Dialog>
  );
}
