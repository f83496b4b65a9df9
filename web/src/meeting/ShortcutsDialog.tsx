import { type KeyboardEvent, useState } from "react";
import { announce } from "../shell/announcer";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { Check } from "./SettingsDialog";
import { type Shortcut, isUsableKey, shortcuts, usualKeys, withKey } from "./shortcuts";
import { useMeetingStore, usePreferences } from "./useMeeting";

/** Which keys do what; each can be changed, and all can be switched off. */
export default function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { change } = useMeetingStore().preferences;
  const { keys, keysOn } = usePreferences();
  const [asking, setAsking] = useState<Shortcut>();
  const take = (event: KeyboardEvent, shortcut: Shortcut) => {
    if (asking !== shortcut || event.key === "Tab" || event.key === "Shift") return;
    event.preventDefault();
    event.stopPropagation();
    setAsking(undefined);
    if (event.key === "Escape") return;
    const cleared = event.key === "Backspace" || event.key === "Delete";
    if (!cleared && (!isUsableKey(event.key) || event.ctrlKey || event.metaKey || event.altKey)) return announce(t("shortcut.unfit"));
    change({ keys: withKey(keys, shortcut, cleared ? "" : event.key) });
    announce(cleared ? t("shortcut.none") : t("shortcut.changed", { key: event.key.toUpperCase() }));
  };
  return (
    <Dialog title={t("shortcut.title")} open={open} onClose={onClose} stage>
      <Check name="keysOn" on={keysOn} onChange={(on) => change({ keysOn: on })} hint />
      <dl className="keys">
        <div><dt><kbd>{t("shortcut.space")}</kbd></dt><dd>{t("shortcut.talk")}</dd></div>
        {shortcuts.map((shortcut) => (
          <div key={shortcut}>
            <dt>{asking === shortcut ? <span className="muted">…</span> : keys[shortcut] ? <kbd>{keys[shortcut].toUpperCase()}</kbd> : <span className="muted">{t("shortcut.noKey")}</span>}</dt>
            <dd>
              <span>{t(`shortcut.${shortcut}`)}</span>
              <button type="button" className="kern-btn kern-btn--tertiary small" aria-label={t("shortcut.changeNamed", { act: t(`shortcut.${shortcut}`) })} onClick={() => setAsking(shortcut)} onKeyDown={(event) => take(event, shortcut)} onBlur={() => setAsking((now) => (now === shortcut ? undefined : now))}>
                {asking === shortcut ? t("shortcut.press") : t("shortcut.change")}
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <div className="acts"><button type="button" className="kern-btn kern-btn--secondary" onClick={() => change({ keys: usualKeys })}>{t("shortcut.usual")}</button></div>
    </Dialog>
  );
}
