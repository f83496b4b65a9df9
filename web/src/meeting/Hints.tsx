import { useEffect } from "react";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { sayingOf } from "./hints";
import { useMeeting, useMeetingStore, usePreferences } from "./useMeeting";

const shownMs = 10_000;
/** Where nothing can hover over the page, as on telephones, there is hardly a keyboard either. */
const hasKeyboard = () => window.matchMedia("(any-hover: hover)").matches;

/** Small notes above the controls: about the own microphone, and devices that came or went. They move nothing. */
export function Hints({ onPolls, onHelp }: { onPolls: () => void; onHelp: () => void }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { keysOn } = usePreferences();
  const { hint, notice, talking, deviceNews, inUse, people } = useMeeting();
  const me = people.find((person) => person.me);
  const on = deviceNews?.what === "lost" && (deviceNews.kind === "microphone" ? me?.microphone : me?.camera !== undefined);
  const lost = deviceNews?.what === "lost" ? `${t("devices.lost", { label: deviceNews.label })} ${on ? t("devices.instead", { label: inUse[deviceNews.kind] }) : t(`devices.off.${deviceNews.kind}`)}` : "";
  const found = deviceNews?.what === "found" ? t("devices.found", { label: deviceNews.device.label }) : "";
  const words = hint ? t(`hint.${sayingOf(hint, keysOn && hasKeyboard())}`) : "";

  useEffect(() => void (notice && announce(t(`notice.${notice}`))), [notice, t]);
  useEffect(() => void (words && announce(words)), [words]);
  useEffect(() => void (deviceNews && announce(lost || found)), [deviceNews]); // Once, not again when the words settle.
  useEffect(() => {
    if (hint !== "mutedSpeech") return;
    const timer = setTimeout(store.forgetHint, shownMs);
    return () => clearTimeout(timer);
  }, [hint, store]);

  return (
    <div className="hints">
      {notice && (
        <div className="hint">
          <Icon name={notice === "share_stopped" || notice === "only_presenters_share" ? "monitor-off" : notice === "muted" || notice === "not_called" ? "mic-off" : notice === "consent_first" || notice === "capture_over" ? "circle-dot" : notice === "break_over" || notice === "turn_over" ? "clock" : notice === "poll_open" || notice === "poll_closed" ? "circle-check" : notice === "background_failed" || notice === "noise_failed" || notice === "line_full" ? "triangle-alert" : notice === "lean" ? "grid-2x2" : notice.startsWith("role_") ? "user-check" : "mic"} />
          <p>{t(`notice.${notice}`)}</p>
          {notice === "asked_to_speak" && !me?.microphone && <button type="button" className="stagebutton first" onClick={() => void store.toggleMicrophone()}>{t("hint.turnOn")}</button>}
          {(notice === "poll_open" || notice === "poll_closed") && <button type="button" className="stagebutton first" onClick={() => (onPolls(), store.forgetNotice())}>{t(notice === "poll_open" ? "poll.goVote" : "poll.goResult")}</button>}
          {notice === "lean" && <button type="button" className="stagebutton first" onClick={store.showAll}>{t("hint.showAll")}</button>}
          <button type="button" className="iconbutton" aria-label={t("banner.close")} onClick={store.forgetNotice}><Icon name="x" /></button>
        </div>
      )}
      {talking && <div className="hint"><Icon name="mic" className="live" /><p>{t("hint.talking")}</p></div>}
      {hint && (
        <div className="hint">
          <Icon name={hint === "mutedSpeech" ? "mic-off" : hint === "uplink" ? "wifi-off" : "triangle-alert"} />
          <p>{words}</p>
          {hint === "mutedSpeech" && <button type="button" className="stagebutton first" onClick={() => void store.toggleMicrophone()}>{t("hint.turnOn")}</button>}
          {hint === "slow" && <button type="button" className="stagebutton first" onClick={() => store.goEasy()}>{t("hint.goSmall")}</button>}
          {(hint === "uplink" || hint === "slow") && <button type="button" className="stagebutton" onClick={onHelp}>{t("help.title")}</button>}
          {hint === "uplink" && me?.camera && <button type="button" className="stagebutton first" onClick={() => store.goEasy()}>{t("hint.cameraOff")}</button>}
          <button type="button" className="iconbutton" aria-label={t("banner.close")} onClick={store.forgetHint}><Icon name="x" /></button>
        </div>
      )}
      {deviceNews && (
        <div className="hint">
          <Icon name={deviceNews.what === "lost" ? "unlink" : "plus"} />
          <p>{lost || found}</p>
          {deviceNews.what === "found" && <button type="button" className="stagebutton first" onClick={() => void store.useFound(deviceNews)}>{t("devices.use")}</button>}
          <button type="button" className="iconbutton" aria-label={t("banner.close")} onClick={store.forgetDeviceNews}><Icon name="x" /></button>
        </div>
      )}
    </div>
  );
}
