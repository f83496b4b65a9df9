import { useState } from "react";
import { answerInvitation } from "../api/bookings";
import type { Booking, GivenAnswer, OwnAnswer, Session } from "../api/contract";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { saidTo } from "./facts";

const answers = ["accepted", "tentative", "declined"] as const satisfies GivenAnswer[];
const icons = { accepted: "check", tentative: "hourglass", declined: "x" } as const;

type Props = { booking: Booking; date: string | undefined; session: Session; onChanged: () => Promise<unknown> };

/** Whoever is invited says whether they come, and so does who may answer for them. */
export function Answering({ booking, date, session, onChanged }: Props) {
  if (booking.state === "cancelled") return null;
  return booking.my_answers.map((own) => <OneAnswer key={own.person.id} booking={booking} date={date} own={own} isOneself={own.person.id === session.person.id} onChanged={onChanged} />);
}

type OneProps = Omit<Props, "session"> & { own: OwnAnswer; isOneself: boolean };

function OneAnswer({ booking, date, own, isOneself, onChanged }: OneProps) {
  const { t, explain } = useWords();
  const [comment, setComment] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { name, id } = own.person;
  const said = saidTo(own, booking, date);
  const by = said?.answered_by;
  const give = async (answer: GivenAnswer) => {
    setBusy(true);
    setError(undefined);
    try {
      await answerInvitation(booking.id, { answer, date, comment: (comment ?? said?.comment)?.trim() || undefined, ...(!isOneself && { person: id }) });
      setComment(undefined);
      announce(t("answer.sent"));
      await onChanged();
    } catch (refusal) {
      setError(refusal);
    }
    setBusy(false);
  };
  const scope = booking.series ? t(date ? "answer.oneDate" : "answer.allDates") : undefined;
  return (
    <section className="card pad stack" aria-labelledby={`answer-${id}`}>
      <div>
        <h2 id={`answer-${id}`}>{isOneself ? t("answer.title") : t("answer.titleFor", { name })}</h2>
        <p className="mark" role="status">
          {said?.answer && <Icon name={icons[said.answer]} size={20} />}
          {t(said?.answer ? `answer.was.${said.answer}` : "answer.none")}
          {by && ` ${t("answer.by", { name: by.name })}`}
        </p>
        {scope && <p className="muted">{scope}</p>}
      </div>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <Field label={t("answer.comment")}><input type="text" maxLength={1000} value={comment ?? said?.comment ?? ""} onChange={(event) => setComment(event.target.value)} /></Field>
      <div className="row wrap" role="group" aria-labelledby={`answer-${id}`}>
        {answers.map((answer) => (
          <button key={answer} type="button" className={`kern-btn kern-btn--${said?.answer === answer ? "primary" : "secondary"}`} aria-pressed={said?.answer === answer} disabled={busy} onClick={() => void give(answer)}>
            <Icon name={icons[answer]} size={20} />{t(`answer.give.${answer}`)}
          </button>
        ))}
      </div>
    </section>
  );
}
