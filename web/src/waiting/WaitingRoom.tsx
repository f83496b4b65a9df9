import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Meeting, Waiting } from "../api/contract";
import { listen } from "../api/events";
import { Problem } from "../api/problem";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Calm } from "../lobby/Calm";
import { CaptureWords } from "../lobby/CaptureWords";
import { type Capture, type Captured, capturesOf, kindOf, refusedFor } from "../lobby/consent";
import type { Preview } from "../lobby/preview";
import type { Ending } from "../lobby/visit";
import { announce } from "../shell/announcer";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { isUnmoderated, waitingStateOf, wordsOf } from "./waiting";
import "./waiting.css";

type Props = { id: string; waiting: Waiting; meeting: Meeting | undefined; preview: Preview; /** From inside the meeting. */ sentBack?: true; onAdmitted: (agreed: Capture[]) => Promise<void>; onGone: (ending: Ending) => void };

/** Waits for the moderation; goes in by itself when let in. */
export function WaitingRoom({ id, waiting, meeting, preview, sentBack, onAdmitted, onGone }: Props) {
  const { t, language, explain } = useWords();
  const { choices } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const [error, setError] = useState<unknown>();
  const [asked, setAsked] = useState<Captured>();
  const [unmoderated, setUnmoderated] = useState(false);
  const acts = useRef({ onAdmitted, onGone, announceAdmitted: () => announce(t("waiting.admitted")) });
  acts.current = { onAdmitted, onGone, announceAdmitted: () => announce(t("waiting.admitted")) };

  useEffect(() => {
    const stop = new AbortController();
    let entering = false;
    const gone = (kind: Ending["kind"], words?: string) => (stop.abort(), acts.current.onGone({ kind, words }));
    const enter = async () => {
      if (entering) return;
      entering = true;
      acts.current.announceAdmitted();
      try {
        await acts.current.onAdmitted([]);
      } catch (refusal) {
        entering = false;
        const captured = refusedFor(refusal);
        if (captured) setAsked(captured);
        else if (refusal instanceof Problem && refusal.code === "rejected") gone("rejected", wordsOf(refusal.extra));
        else setError(refusal);
      }
    };
    void listen(`/meetings/${encodeURIComponent(id)}/waiting/self/events`, {
      headers: { "X-Waiting-Ticket": waiting.ticket },
      signal: stop.signal,
      onEvent: (event) => {
        const state = waitingStateOf(event);
        setUnmoderated(isUnmoderated(event));
        if (state === "admitted") void enter();
        if (state === "rejected") gone("rejected", wordsOf(event.data));
      },
      onRefused: () => gone("ended"),
    });
    return () => stop.abort();
  }, [id, waiting.ticket]);

  const agree = async (captured: Captured) => {
    setError(undefined);
    try {
      await onAdmitted(capturesOf(captured));
    } catch (refusal) {
      const more = refusedFor(refusal);
      if (more) setAsked(more);
      else setError(refusal);
    }
  };
  if (asked) {
    return (
      <Calm key="asked" title={t(`consent.title.${kindOf(capturesOf(asked))}`)} icon={asked.recorded_by.length > 0 ? "circle-dot" : "captions"} lead={t("consent.admitted")}>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <div className="consent-words"><CaptureWords captured={asked} /></div>
        <div className="row wrap">
          <button type="button" className="kern-btn kern-btn--primary" onClick={() => void agree(asked)}>{t("consent.enter")}</button>
          <button type="button" className="kern-btn kern-btn--danger" onClick={() => onGone({ kind: "left" })}>{t("waiting.leave")}</button>
        </div>
      </Calm>
    );
  }
  return (
    <Calm title={t("waiting.title")} lead={<>{t(sentBack ? "waiting.sentBack" : unmoderated ? "waiting.later" : "waiting.lead")}<br />{t("waiting.keepOpen")}</>}>
      <p className="waiting-state" role="status"><span className="pulse" aria-hidden="true" />{t(unmoderated ? "waiting.nobody" : "waiting.state")}</p>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <div className="waiting-meet">
        <strong>{waiting.title}</strong>
        {meeting && <span>{longDay(meeting.start, language)}, {t("time.spanClock", { from: clock(meeting.start, language), to: clock(meeting.end, language) })}</span>}
        {meeting && <span className="muted">{meeting.on_behalf ? `${meeting.booked_by.name}, ${t("booking.onBehalf", { name: meeting.organiser.name })}` : meeting.organiser.name}</span>}
      </div>
      <ul className="waiting-devices">
        {(choices.name || meeting?.guest_name) && <li><Icon name="user" />{meeting?.guest_name || choices.name}</li>}
        <li><Icon name={choices.microphone ? "mic" : "mic-off"} />{t(choices.microphone ? "microphone.on" : "microphone.off")}</li>
        <li><Icon name={choices.camera ? "video" : "video-off"} />{t(choices.camera ? "camera.on" : "camera.off")}</li>
      </ul>
      <div className="row wrap"><button type="button" className="kern-btn kern-btn--danger" onClick={() => onGone({ kind: "left" })}>{t("waiting.leave")}</button></div>
    </Calm>
  );
}
