import { type MouseEvent, type ReactNode, Suspense, lazy } from "react";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";
import { useWords } from "../words/useWords";
import { Hints } from "./Hints";
import { handsOf, hereOf } from "./people";
import type { PanelTab } from "./Panel";
import { useMeeting, useMeetingStore, useNarrow, usePreferences } from "./useMeeting";

/** What makes a menu of a button is more script than all the rest of the meeting; the buttons are there before it. */
export const menus = () => import("./menus");
const DeviceMenu = lazy(async () => ({ default: (await menus()).DeviceMenu }));
const MoreMenu = lazy(async () => ({ default: (await menus()).MoreMenu }));
const ReactMenu = lazy(async () => ({ default: (await menus()).ReactMenu }));

type Props = { tab: PanelTab | undefined; unread: number; meetingId: string; onTab: (tab: PanelTab | undefined) => void; onShortcuts: () => void; onSettings: () => void; onBreak: () => void; onRules: () => void; onGroups: () => void; onHelp: () => void; onLeave: () => void };

/** The controls at the foot of the stage. */
export function ControlBar({ tab, unread, meetingId, onTab, onShortcuts, onSettings, onBreak, onRules, onGroups, onHelp, onLeave }: Props) {
  const { t } = useWords();
  const store = useMeetingStore();
  const narrow = useNarrow();
  const { people, busy, waiting, agreeing } = useMeeting();
  const captioned = agreeing.captured.captioned_by.length > 0;
  const me = people.find((person) => person.me);
  const microphone = me?.microphone ?? false;
  const camera = me?.camera !== undefined;
  const sharing = me?.screen !== undefined;
  const hand = me?.handAt !== undefined;
  const place = handsOf(hereOf(people)).findIndex((person) => person.me) + 1;
  const off = !store.maySend;
  const mayShare = !off && "mediaDevices" in navigator && "getDisplayMedia" in navigator.mediaDevices;
  const { simple, captions } = usePreferences();
  const toggle = (which: PanelTab) => onTab(tab === which ? undefined : which);
  const devices = (kind: "audioinput" | "videoinput", label: string) => <Suspense fallback={<Soon icon="chevron-up" size={20} label={label} />}><DeviceMenu kind={kind} label={label} /></Suspense>;
  const badge = waiting.length > 0 ? waiting.length : undefined;
  return (
    <footer className="barbox">
      <Hints onPolls={() => onTab("polls")} onHelp={onHelp} />
      <div className={`bar${simple ? " simple" : ""}`} role="group" aria-label={t("bar.label")}>
        <div className="pair">
          <Control icon={microphone ? "mic" : "mic-off"} className={microphone ? "is-on" : "is-off"} words={t(microphone ? "microphone.on" : "microphone.off")} act={t(microphone ? "toggle.turnOff" : "toggle.turnOn")} busy={busy.microphone} off={store.whyNot("microphone") !== undefined} onPress={() => void store.toggleMicrophone()} />
          {!simple && devices("audioinput", t("bar.chooseMicrophone"))}
        </div>
        <div className="pair">
          <Control icon={camera ? "video" : "video-off"} className={camera ? "is-on" : "is-off"} words={t(camera ? "camera.on" : "camera.off")} act={t(camera ? "toggle.turnOff" : "toggle.turnOn")} busy={busy.camera} off={store.whyNot("camera") !== undefined} onPress={() => void store.toggleCamera()} />
          {!simple && devices("videoinput", t("bar.chooseCamera"))}
        </div>
        <span className="bar-line" />
        {!narrow && !simple && mayShare && <Control icon={sharing ? "monitor-off" : "monitor-up"} className={sharing ? "is-on" : ""} words={t(sharing ? "bar.stopSharing" : "bar.share")} busy={busy.screen} off={store.whyNot("screen") !== undefined} onPress={() => void store.toggleScreen()} />}
        <div className="pair">
          <Control icon="hand" className={hand ? "is-on" : ""} words={t(hand ? "bar.lowerHand" : "bar.raiseHand")} act={hand ? t("bar.handPlace", { place }) : undefined} busy={busy.hand} onPress={() => void store.toggleHand()}>{hand && <span className="count quiet" aria-hidden="true">{place}</span>}</Control>
          {!narrow && !simple && <Suspense fallback={<Soon icon="smile" className="wide" label={t("react.label")} />}><ReactMenu /></Suspense>}
        </div>
        {captioned && !narrow && !simple && <Control icon="captions" className={captions ? "is-on" : ""} words={t("captions.title")} pressed={captions} onPress={store.toggleCaptions} />}
        <span className="bar-line" />
        <Control icon="message-square" words={t("panel.chat")} act={unread > 0 ? t("bar.unread", { count: unread }) : undefined} pressed={tab === "chat"} onPress={() => toggle("chat")}>{unread > 0 && <span className="count" aria-hidden="true">{unread}</span>}</Control>
        {!narrow && !simple && <Control icon="users" words={t("panel.people")} act={badge ? t("bar.waiting", { count: badge }) : t("bar.count", { count: people.length })} pressed={tab === "people"} onPress={() => toggle("people")}><span className={`count${badge ? "" : " quiet"}`} aria-hidden="true">{badge ?? people.length}</span></Control>}
        {!simple && <Suspense fallback={<Control icon="ellipsis" words={t("bar.more")} busy onPress={() => {}} />}><MoreMenu narrow={narrow} mayShare={mayShare} sharing={sharing} meetingId={meetingId} badge={narrow ? badge : undefined} onPeople={() => toggle("people")} onPolls={() => onTab("polls")} onNotes={() => onTab("notes")} onCaptions={() => onTab("captions")} onShortcuts={onShortcuts} onSettings={onSettings} onBreak={onBreak} onRules={onRules} onGroups={onGroups} onHelp={onHelp} /></Suspense>}
        <span className="bar-line" />
        <Control icon="log-out" className="leave" words={t("bar.leave")} onPress={onLeave} />
      </div>
    </footer>
  );
}

/** The button of a menu that is still on its way. */
function Soon({ icon, size, label, className = "" }: { icon: IconName; size?: 20; label: string; className?: string }) {
  return <button type="button" className={`pair-more ${className}`} aria-label={label} aria-busy><Icon name={icon} size={size} /></button>;
}

type ControlProps = { icon: IconName; words: string; act?: string; className?: string; busy?: boolean; /** Cannot be used; pressing it says why. */ off?: boolean; pressed?: boolean; onPress: () => void; children?: ReactNode };

function Control({ icon, words, act, className = "", busy, off, pressed, onPress, children }: ControlProps) {
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    // After a click with the mouse the space bar is for talking again, not for this button.
    if (event.detail > 0 && pressed === undefined) event.currentTarget.blur();
    onPress();
  };
  return (
    <button type="button" className={`control ${className}`} aria-pressed={pressed} aria-busy={busy || undefined} aria-disabled={off || undefined} onClick={(event) => press(event)}>
      <Icon name={icon} />
      <span className="words">{words}</span>
      {act && <span className="visually-hidden">, {act}</span>}
      {children}
    </button>
  );
}
