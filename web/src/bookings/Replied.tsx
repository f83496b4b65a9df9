import type { Booking } from "../api/contract";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";

type Reply = NonNullable<Booking["guests"][number]["reply"]>;
type Props = { reply?: Reply; zone: string };

/** What an invited person's calendar answered, and the time that would suit better. */
export function Replied({ reply, zone }: Props) {
  const { t, language } = useWords();
  if (!reply) return null;
  const { answer, proposal, comment, answered_by: by } = reply;
  return (
    <>
      {answer && <small><span className={`badge tiny${answer === "declined" ? " danger" : answer === "accepted" ? " info" : ""}`}>{t(`reply.${answer}`)}</span></small>}
      {by && <small>{t("answer.by", { name: by.name })}</small>}
      {proposal && <small>{t("reply.proposes", { day: longDay(proposal.start, language, zone), span: t("time.spanClock", { from: clock(proposal.start, language, zone), to: clock(proposal.end, language, zone) }) })}</small>}
      {comment && <small>{t("reply.comment", { comment })}</small>}
    </>
  );
}
