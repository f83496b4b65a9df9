import { useState } from "react";
import { endMeeting } from "../api/meetings";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";

type Props = { meetingId: string; others: number; onClose: () => void; onLeave: () => void };

/** The moderation chooses: leave alone, or end the meeting for everybody. */
export default function LeaveDialog({ meetingId, others, onClose, onLeave }: Props) {
  const { t, explain } = useWords();
  const [error, setError] = useState<unknown>();
  const end = async () => {
    try {
      await endMeeting(meetingId); // The server closes the meeting for us too.
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("leave.title")} open onClose={onClose} stage>
      <p className="muted">{t("leave.text")}</p>
      <button type="button" className="kern-btn kern-btn--danger-full block" onClick={onLeave} autoFocus>{t("leave.leave")}</button>
      <section className="leave-end">
        <h3>{t("leave.endTitle")}</h3>
        <p className="muted">{t("leave.endText", { count: others + 1 })}</p>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <button type="button" className="kern-btn kern-btn--danger block" onClick={() => void end()}>{t("leave.end")}</button>
      </section>
      <div className="acts"><button type="button" className="kern-btn kern-btn--tertiary" onClick={onClose}>{t("action.cancel")}</button></div>
    </Dialog>
  );
}
