import { useNow } from "../clock/useNow";
import { Ridgeline, SignalBars } from "../icons/Icon";
import { elapsed } from "../words/dates";
import { useWords } from "../words/useWords";
import { useMeeting, useMeetingStore, usePreferences } from "./useMeeting";

const bars = { good: 4, medium: 2, bad: 1 } as const;

/** Title, time in the meeting, and how the own connection is. */
export function StageHead({ title }: { title: string }) {
  const { t } = useWords();
  const { preferences } = useMeetingStore();
  const { simple } = usePreferences();
  const { since, people } = useMeeting();
  const now = useNow(1000);
  const quality = people.find((person) => person.me)?.quality ?? "unknown";
  return (
    <header className="stage-head">
      <Ridgeline />
      <h1>{title}</h1>
      {since !== undefined && <span className="elapsed"><span className="visually-hidden">{t("stage.duration")} </span>{elapsed((now.getTime() - since) / 1000)}</span>}
      {simple && <button type="button" className="stagebutton push" onClick={() => preferences.change({ simple: false })}>{t("simple.end")}</button>}
      {quality !== "unknown" && <p className={`quality ${quality}`}><SignalBars bars={bars[quality]} /><span className="quality-words">{t("quality.own", { quality: t(`quality.${quality}`) })}</span></p>}
    </header>
  );
}
