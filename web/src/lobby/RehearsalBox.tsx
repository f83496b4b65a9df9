import { useEffect, useState, useSyncExternalStore } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { instruments } from "./instruments";
import type { Preview } from "./preview";
import { Rehearsal } from "./rehearsal";

/** Two buttons: hear the loudspeaker, hear oneself. Nothing of it leaves the device. */
export function RehearsalBox({ preview }: { preview: Preview }) {
  const { t } = useWords();
  const { microphone } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const [rehearsal] = useState(() => new Rehearsal(instruments));
  const state = useSyncExternalStore(rehearsal.subscribe, rehearsal.snapshot);
  const { track } = microphone;
  useEffect(() => rehearsal.stop, [rehearsal, track]);
  const busy = state !== "idle" && state !== "failed";
  return (
    <div className="rehearsal">
      <div className="row wrap">
        <button type="button" className="kern-btn kern-btn--secondary" disabled={busy} onClick={() => void rehearsal.tryTone(preview.chosen("speaker"))}><Icon name="volume-2" size={20} />{t("rehearsal.tone")}</button>
        {busy ? (
          <button type="button" className="kern-btn kern-btn--secondary" onClick={rehearsal.stop}><Icon name="x" size={20} />{t("rehearsal.stop")}</button>
        ) : (
          <button type="button" className="kern-btn kern-btn--secondary" disabled={!track} onClick={() => track && void rehearsal.tryVoice(track, preview.chosen("speaker"))}><Icon name="audio-lines" size={20} />{t("rehearsal.voice")}</button>
        )}
      </div>
      <p className="muted" role="status">{state === "idle" ? t(track ? "rehearsal.stays" : "rehearsal.needsMicrophone") : t(state === "tone" ? "rehearsal.toneNow" : `rehearsal.${state}`)}</p>
    </div>
  );
}
