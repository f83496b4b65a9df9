import { useEffect } from "react";
import { moderate } from "../api/meetings";
import { useNow } from "../clock/useNow";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { countdown } from "../words/dates";
import { useWords } from "../words/useWords";
import { useMeeting, useMeetingStore } from "./useMeeting";
import "./groups.css";

/** Whose turn it is to speak and how long still; where microphones are moderated, that one has to be called, unless nobody is there to call. */
export default function FloorStrip({ meetingId }: { meetingId: string }) {
  const { t, explain } = useWords();
  const store = useMeetingStore();
  const { people, rules, turn } = useMeeting();
  const now = useNow(1000).getTime();
  const me = people.find((person) => person.me);
  const speaker = turn && people.find((person) => person.identity === turn.identity);
  const own = speaker?.me === true;
  const name = speaker?.name ?? "";
  const left = turn?.until === undefined ? undefined : Math.ceil((turn.until - now) / 1000);
  const isOver = left !== undefined && left <= 0;
  useEffect(() => {
    // The one who is called hears it as a request, too.
    if (name && !own) announce(t("floor.has", { name }));
  }, [turn?.from, name, own, t]);
  useEffect(() => {
    if (isOver && name && !own && store.moderates) announce(t("floor.overOf", { name }));
  }, [isOver, name, own, store, t]);
  const isBound = !store.moderates && me?.part !== "presenter" && me?.group === undefined;
  const line = speaker || !isBound ? undefined : rules.rests ? "floor.rests" : !rules.called ? undefined : me?.handAt ? "floor.waits" : "floor.moderated";
  useEffect(() => {
    if (line) announce(t(line));
  }, [line, t]);
  const mayTurnOn = own && speaker?.microphone === false;
  const end = () => void moderate(meetingId, { act: "end_turn" }).catch((error: unknown) => announce(explain(error)));
  if (!turn || !speaker) {
    return line && <section className="groupstrip line" aria-label={t("floor.title")}><Icon name={rules.rests ? "mic" : "mic-off"} /><p>{t(line)}</p></section>;
  }
  return (
    <section className={`groupstrip${own ? " calls" : ""}`} aria-label={t("floor.title")}>
      <Icon name="mic" />
      <p>
        <b>{own ? t("floor.own") : t("floor.has", { name })}</b>
        {left !== undefined && <>, <span className="left" role="timer">{isOver ? t("floor.over", { time: countdown(-left) }) : t("floor.left", { time: countdown(left) })}</span></>}
      </p>
      {(store.moderates || mayTurnOn) && (
        <div className="groupacts">
          {mayTurnOn && <button type="button" className="stagebutton first" onClick={() => void store.toggleMicrophone()}>{t("hint.turnOn")}</button>}
          {store.moderates && <button type="button" className="stagebutton" onClick={end}>{t("floor.end")}</button>}
        </div>
      )}
    </section>
  );
}
