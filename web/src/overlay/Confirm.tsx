import { useState } from "react";
import { Notice } from "../form/Notice";
import { useWords } from "../words/useWords";
import { Dialog } from "./Dialog";

type Props = { title: string; text: string; action: string; open: boolean; stage?: boolean; onClose: () => void; onConfirm: () => Promise<unknown> };

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, action, open, stage, onClose, onConfirm }: Props) {
  const { t, explain } = useWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} open={open} onClose={onClose} stage={stage} alert>
      <p className="muted">{text}</p>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      {/* A button that cannot be pressed loses the focus, and nobody would know where it is. */}
      <div className="acts">
        <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose} autoFocus>{t("action.cancel")}</button>
        <button type="button" className="kern-btn kern-btn--danger-full" aria-disabled={busy} onClick={() => void confirm()}>{action}</button>
      </div>
    </Dialog>
  );
}
