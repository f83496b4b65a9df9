import { type FormEvent, useEffect, useRef, useState } from "react";
import { moderate } from "../api/meetings";
import { Confirm } from "../overlay/Confirm";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { type Poll, missingFrom } from "./polls";
import { PollResult } from "./PollResult";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** One question: to answer, answered, or closed. */
export function PollCard({ poll, meetingId, title }: { poll: Poll; meetingId: string; title: string }) {
  const { t, language, explain } = useWords();
  const store = useMeetingStore();
  const { polls } = useMeeting();
  const [choice, setChoice] = useState<number>();
  const [wrong, setWrong] = useState("");
  const [ending, setEnding] = useState(false);
  const state = useRef<HTMLParagraphElement>(null);
  const voting = useRef(false);
  const rest = missingFrom(polls, poll);
  useEffect(() => {
    if (rest !== undefined) void store.askRoll(poll.poll, rest);
  }, [store, poll.poll, rest]);
  useEffect(() => {
    // The form with the focus is gone: go on where it was.
    if (poll.hasVoted && voting.current) state.current?.focus();
  }, [poll.hasVoted]);
  const vote = async (event: FormEvent) => {
    event.preventDefault();
    if (choice === undefined) return setWrong(t("poll.choose"));
    setWrong("");
    voting.current = true;
    await store.vote(poll.poll, choice).catch(() => setWrong(t("poll.notSent")));
  };
  const close = () => moderate(meetingId, { act: "close_poll", poll: poll.poll });
  const end = () => (poll.voted < poll.entitled ? setEnding(true) : void close().catch((error: unknown) => setWrong(explain(error))));
  const kind = t(poll.rollCall ? "poll.rollCall" : "poll.anonymous");
  const id = `poll-${poll.poll}`;
  return (
    <article className="poll" aria-labelledby={id}>
      <header>
        <p className="muted">{kind} · {poll.closedAt ? t("poll.closedAt", { time: clock(poll.closedAt, language) }) : t("poll.open")}</p>
        <h2 id={id}>{poll.question}</h2>
      </header>
      {poll.mayVote && (
        <form className="stack" noValidate onSubmit={(event) => void vote(event)}>
          <fieldset className="choices">
            <legend className="visually-hidden">{poll.question}</legend>
            {poll.options.map((option, index) => <label className="check round" key={index}><input type="radio" name={id} checked={choice === index} onChange={() => setChoice(index)} /><span>{option}</span></label>)}
          </fieldset>
          <p className="muted">{t(poll.rollCall ? "poll.finalRollCall" : "poll.finalAnonymous")}</p>
          <button type="submit" className="stagebutton first" disabled={polls.sending === poll.poll}>{t("poll.vote")}</button>
        </form>
      )}
      {!poll.closedAt && poll.hasVoted && <p className="voted" ref={state} tabIndex={-1}>{t("poll.counted")}{poll.choice !== undefined && ` ${t("poll.yours", { answer: poll.options[poll.choice] })}`}</p>}
      {!poll.closedAt && !poll.mayVote && !poll.hasVoted && <p className="muted">{t("poll.notEntitled")}</p>}
      {poll.closedAt ? <PollResult poll={poll} roll={polls.rolls[poll.poll]} complete={rest === undefined} title={title} /> : <p>{t("poll.turnout", { voted: poll.voted, entitled: poll.entitled })}</p>}
      {wrong && <p className="wrong" role="alert">{wrong}</p>}
      {store.moderates && !poll.closedAt && <button type="button" className="stagebutton" onClick={end}>{t("poll.close")}</button>}
      <Confirm title={t("poll.closeTitle")} text={t("poll.closeText", { count: poll.entitled - poll.voted })} action={t("poll.close")} open={ending} stage onClose={() => setEnding(false)} onConfirm={close} />
    </article>
  );
}
