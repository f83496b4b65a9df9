import { type FormEvent, useState } from "react";
import { moderate } from "../api/meetings";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { turnMinutes } from "./rules";
import { useMeeting } from "./useMeeting";

/** What holds for everybody's microphones and screens. */
export default function RulesDialog({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const { rules } = useMeeting();
  const [share, setShare] = useState(rules.share);
  const [called, setCalled] = useState(rules.called);
  const [minutes, setMinutes] = useState(rules.minutes);
  const [error, setError] = useState<unknown>();
  const choices = [...new Set([...turnMinutes, ...(minutes > 0 ? [minutes] : [])])].sort((one, two) => one - two);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await moderate(meetingId, { act: "set_rules", only_presenters_share: share, moderated_microphones: called, turn_minutes: minutes });
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("stageRules.title")} open onClose={onClose} stage>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <fieldset className="choices">
          <legend className="visually-hidden">{t("stageRules.title")}</legend>
          <label className="check"><input type="checkbox" checked={share} autoFocus onChange={(event) => setShare(event.target.checked)} /><span>{t("stageRules.share")}<small>{t("stageRules.shareHint")}</small></span></label>
          <label className="check"><input type="checkbox" checked={called} onChange={(event) => setCalled(event.target.checked)} /><span>{t("stageRules.called")}<small>{t("stageRules.calledHint")}</small></span></label>
        </fieldset>
        <Field label={t("stageRules.minutes")} hint={t(called ? "stageRules.minutesHintCalled" : "stageRules.minutesHint")}>
          <select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            <option value={0}>{t("stageRules.noLimit")}</option>
            {choices.map((each) => <option key={each} value={each}>{t("break.minutes", { count: each })}</option>)}
          </select>
        </Field>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
