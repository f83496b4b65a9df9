import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { shownMs, shownOf } from "./captions";
import { captionsOf } from "./captionsOf";
import { useMeetingStore, usePreferences } from "./useMeeting";
import "./captions.css";

/** What is said, over the pictures. A screen reader reads it in the history, or is told of it if the person chose so: never both. */
export default function CaptionLines() {
  const { t } = useWords();
  const store = useMeetingStore();
  const captions = captionsOf(store);
  const lines = useSyncExternalStore(captions.subscribe, captions.snapshot);
  const { captions: on, captionsAt, captionsSize, captionsRead } = usePreferences();
  const [now, setNow] = useState(Date.now);
  const told = useRef(new Set<string>());
  useEffect(() => {
    setNow(Date.now());
    const timer = setTimeout(() => setNow(Date.now()), shownMs + 50);
    return () => clearTimeout(timer);
  }, [lines]);
  useEffect(() => {
    for (const { segment, speaker, name, text, final } of lines.slice(-10)) {
      const key = `${speaker} ${segment}`;
      if (!final || told.current.has(key)) continue;
      told.current.add(key);
      if (on && captionsRead) announce(`${name}: ${text}`);
    }
  }, [lines, on, captionsRead]);
  const shown = on ? shownOf(lines, now) : [];
  if (shown.length === 0) return null;
  return (
    <section className={`captions at-${captionsAt} size-${captionsSize}`} aria-label={t("captions.title")}>
      {shown.map(({ segment, speaker, name, text }) => <p key={`${speaker} ${segment}`}><b>{name}:</b> {text}</p>)}
    </section>
  );
}
