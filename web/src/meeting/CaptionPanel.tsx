import { useEffect, useRef, useSyncExternalStore } from "react";
import { CopyButton } from "../form/CopyButton";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { textOf } from "./captions";
import { captionsOf } from "./captionsOf";
import { Check } from "./SettingsDialog";
import { useMeetingStore, usePreferences } from "./useMeeting";
import "./captions.css";

/** Everything that was said as text since the page was opened. */
export function CaptionPanel() {
  const { t, language } = useWords();
  const store = useMeetingStore();
  const { preferences } = store;
  const { captions: on, captionsSize } = usePreferences();
  const captions = captionsOf(store);
  const lines = useSyncExternalStore(captions.subscribe, captions.snapshot);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    // Who reads further up is not pulled away.
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    follows.current = scrollHeight - scrollTop - clientHeight < 40;
  };
  const time = (at: number) => clock(new Date(at), language);
  return (
    <>
      <div className={`panel-body captionlog size-${captionsSize}`} ref={box} tabIndex={0} role="log" aria-label={t("captions.log")} aria-live="off" onScroll={onScroll}>
        {lines.length === 0 && <p className="muted">{t("captionlog.empty")}</p>}
        {lines.map(({ segment, speaker, name, text, at, final }) => (
          <article className={final ? "caption" : "caption guessed"} key={`${speaker} ${segment}`}>
            <header><b>{name}</b><time dateTime={new Date(at).toISOString()}>{time(at)}</time></header>
            <p>{text}</p>
          </article>
        ))}
      </div>
      <div className="captionfoot">
        <Check name="captions" on={on} onChange={(captions) => preferences.change({ captions })} />
        <p className="muted">{t("captionlog.gone")}</p>
        {lines.length > 0 && <CopyButton className="stagebutton" label={t("captionlog.copy")} text={textOf(lines, time)} />}
      </div>
    </>
  );
}
