import { useState } from "react";
import type { WaitingPerson } from "../api/contract";
import { reject } from "../api/meetings";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { wordsLimit } from "../waiting/waiting";

type Props = { person: WaitingPerson; meetingId: string; onClose: () => void; onRejected: () => void };

/** Turns somebody away, with a few words if the moderation has any. */
export function RejectDialog({ person, meetingId, onClose, onRejected }: Props) {
  const { t, explain } = useWords();
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await reject(meetingId, person.id, words.trim() || undefined);
      onRejected();
      onClose();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("waitingList.rejectTitle", { name: person.name })} open onClose={onClose} stage>
      <form className="stack" noValidate onSubmit={(event) => (event.preventDefault(), void send())}>
        <p className="muted">{t("waitingList.rejectText")}</p>
        <Field label={t("waitingList.words")} hint={t("waitingList.wordsHint")}>
          <textarea rows={3} maxLength={wordsLimit} value={words} autoFocus onChange={(event) => setWords(event.target.value)} />
        </Field>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--danger-full" aria-disabled={busy}>{t("waitingList.reject")}</button>
        </div>
      </form>
    </Dialog>
  );
}
