import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";

const keys = [["M", "shortcut.microphone"], ["V", "shortcut.camera"], ["?", "shortcut.list"]] as const;

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog title={t("shortcut.title")} open={open} onClose={onClose} stage>
      <dl className="keys">{keys.map(([key, words]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(words)}</dd></div>)}</dl>
    </Dialog>
  );
}
