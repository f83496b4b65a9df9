import { type FormEvent, useState } from "react";
import { moderate } from "../api/meetings";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { answersOf, limits } from "./polls";

/** What is asked, and how it is voted. */
export default function PollDialog({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const usual = [t("poll.yes"), t("poll.no"), t("poll.abstain")];
  const [question, setQuestion] = useState("");
  const [answers, setAnswers] = useState(usual);
  const [rollCall, setRollCall] = useState(false);
  const [guests, setGuests] = useState(true);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>();
  const options = answersOf(answers);
  const change = (at: number, text: string) => setAnswers(answers.map((each, index) => (index === at ? text : each)));
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (question.trim() === "" || !options) return;
    try {
      await moderate(meetingId, { act: "open_poll", question, options, roll_call: rollCall, with_guests: guests });
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  const choose = (byName: boolean) => {
    setRollCall(byName);
    setGuests(!byName); // A formal vote is the members' own, unless somebody says otherwise.
  };
  return (
    <Dialog title={t("poll.new")} open onClose={onClose} stage>
      <form className="stack" noValidate onSubmit={(event) => void begin(event)}>
        <Field label={t("poll.question")} wrong={tried && question.trim() === "" ? t("poll.questionMissing") : undefined}>
          <input value={question} maxLength={limits.question} autoComplete="off" autoFocus onChange={(event) => setQuestion(event.target.value)} />
        </Field>
        <fieldset className="choices">
          <legend>{t("poll.answers")}</legend>
          {answers.map((answer, index) => (
            <div className="field answer" key={index}>
              <input aria-label={t("poll.answer", { number: index + 1 })} aria-invalid={(tried && !options) || undefined} aria-describedby={tried && !options ? "answers-wrong" : undefined} value={answer} maxLength={limits.option} autoComplete="off" onChange={(event) => change(index, event.target.value)} />
              <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("poll.removeAnswer", { number: index + 1 })} disabled={answers.length <= 2} onClick={() => setAnswers(answers.filter((_, at) => at !== index))}><Icon name="x" /></button>
            </div>
          ))}
          {tried && !options && <span className="wrong" id="answers-wrong"><Icon name="octagon-alert" size={20} />{t("poll.answersWrong")}</span>}
          {answers.length < limits.options && <button type="button" className="kern-btn kern-btn--tertiary" onClick={() => setAnswers([...answers, ""])}><Icon name="plus" size={20} />{t("poll.addAnswer")}</button>}
        </fieldset>
        <fieldset className="choices">
          <legend>{t("poll.how")}</legend>
          <label className="check round"><input type="radio" name="how" checked={!rollCall} onChange={() => choose(false)} /><span>{t("poll.anonymous")}<small>{t("poll.anonymousHint")}</small></span></label>
          <label className="check round"><input type="radio" name="how" checked={rollCall} onChange={() => choose(true)} /><span>{t("poll.rollCall")}<small>{t("poll.rollCallHint")}</small></span></label>
        </fieldset>
        <Check label={t("poll.guests")} checked={guests} onChange={setGuests} />
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("poll.begin")}</button>
        </div>
      </form>
    </Dialog>
  );
}
