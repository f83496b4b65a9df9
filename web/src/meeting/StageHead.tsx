import { useEffect } from "react";
import { useNow } from "../clock/useNow";
import { Icon, Ridgeline, SignalBars } from "../icons/Icon";
import { capturesOf } from "../lobby/consent";
import { announce } from "../shell/announcer";
import { clock, countdown, elapsed } from "../words/dates";
import { useWords } from "../words/useWords";
import { useMeeting, useMeetingStore, usePreferences } from "./useMeeting";

const bars = { good: 4, medium: 2, bad: 1 } as const;

/** Title, time in the meeting, and how the own connection is. */
export function StageHead({ title, onHelp }: { title: string; onHelp: () => void }) {
  const { t, language } = useWords();
  const { preferences } = useMeetingStore();
  const { simple } = usePreferences();
  const { since, people, pause, agreeing } = useMeeting();
  const running = capturesOf(agreeing.captured);
  const now = useNow(1000);
  const quality = people.find((person) => person.me)?.quality ?? "unknown";
  const end = pause && clock(new Date(pause.until), language);
  useEffect(() => void (end && announce(t("break.began", { time: end }))), [end, t]);
  return (
    <header className="stage-head">
      <Ridgeline />
      <h1>{title}</h1>
      {since !== undefined && <span className="elapsed"><span className="visually-hidden">{t("stage.duration")} </span>{elapsed((now.getTime() - since) / 1000)}</span>}
      {running.map((capture) => <p className="capturing" key={capture}><Icon name={capture === "recording" ? "circle-dot" : "captions"} size={20} />{t(`capturing.${capture}`)}</p>)}
      {pause && <p className="break" role="timer"><Icon name="clock" size={20} /><span className="break-words">{t("break.until", { time: end })}</span> <b>{countdown((pause.until - now.getTime()) / 1000)}</b></p>}
      {simple && <button type="button" className="iconbutton push" aria-label={t("help.title")} title={t("help.title")} onClick={onHelp}><Icon name="circle-question-mark" /></button>}
      {simple && <button type="button" className="stagebutton" onClick={() => preferences.change({ simple: false })}>{t("simple.end")}</button>}
      {quality !== "unknown" && <p className={`quality ${quality}`}><SignalBars bars={bars[quality]} /><span className="quality-words">{t("quality.own", { quality: t(`quality.${quality}`) })}</span></p>}
    </header>
  );
}
