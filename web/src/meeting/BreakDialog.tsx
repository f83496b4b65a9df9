import { useState } from "react";
import { moderate } from "../api/meetings";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { breakMinutes } from "./breaks";

/** How long the break takes. */
export default function BreakDialog({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const [minutes, setMinutes] = useState<number>(breakMinutes[1]);
  const [error, setError] = useState<unknown>();
  const begin = async () => {
    try {
      await moderate(meetingId, { act: "begin_break", minutes });
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("break.title")} open onClose={onClose} stage>
      <form className="stack" onSubmit={(event) => (event.preventDefault(), void begin())}>
        <fieldset className="choices">
          <legend>{t("break.howLong")}</legend>
          {breakMinutes.map((each) => <label className="check round" key={each}><input type="radio" name="minutes" checked={each === minutes} onChange={() => setMinutes(each)} /><span>{t("break.minutes", { count: each })}</span></label>)}
        </fieldset>
        <p className="muted">{t("break.hint")}</p>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("break.begin")}</button>
        </div>
      </form>
    </Dialog>
  );
}
