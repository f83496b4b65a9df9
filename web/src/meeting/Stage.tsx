import { Suspense, lazy, useCallback, useEffect, useState } from "react";
import type { Admitted } from "../api/contract";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { usePageTitle } from "../shell/usePageTitle";
import { withWords } from "../words/language";
import { useWords } from "../words/useWords";
import { Banners } from "./Banners";
import { ControlBar, menus } from "./ControlBar";
import { Grid } from "./Grid";
import type { PanelTab } from "./Panel";
import { hereOf } from "./people";
import { ShareView } from "./ShareView";
import { SpeakerView } from "./SpeakerView";
import { StageHead } from "./StageHead";
import { useKeys } from "./useKeys";
import { useMeeting, useMeetingStore, useNarrow, usePreferences } from "./useMeeting";

// Nobody needs these to get in. They follow while people are still in the lobby, and not only when they are asked for: by
// then the line may be down, or a newer server without these files may answer. All in one file, which is a fifth smaller.
const aside = withWords("aside", () => import("./aside"));
const BreakDialog = lazy(async () => ({ default: (await aside()).BreakDialog }));
const CaptionLines = lazy(async () => ({ default: (await aside()).CaptionLines }));
const ConsentStrip = lazy(async () => ({ default: (await aside()).ConsentStrip }));
const FloorStrip = lazy(async () => ({ default: (await aside()).FloorStrip }));
const GroupStrip = lazy(async () => ({ default: (await aside()).GroupStrip }));
const GroupsDialog = lazy(async () => ({ default: (await aside()).GroupsDialog }));
const HelpDialog = lazy(async () => ({ default: (await aside()).HelpDialog }));
const LeaveDialog = lazy(async () => ({ default: (await aside()).LeaveDialog }));
const Panel = lazy(async () => ({ default: (await aside()).Panel }));
const RulesDialog = lazy(async () => ({ default: (await aside()).RulesDialog }));
const SettingsDialog = lazy(async () => ({ default: (await aside()).SettingsDialog }));
const ShortcutsDialog = lazy(async () => ({ default: (await aside()).ShortcutsDialog }));

/** Fetches what follows; what fails here is fetched when it is asked for. */
export function fetchLater() {
  for (const load of [menus, aside]) void load().catch(() => {});
}

/** The dark stage: head, people, panel, controls. */
export function Stage({ admitted, onLeave }: { admitted: Admitted; onLeave: () => void }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { people: inMeeting, messages, connection, notice } = useMeeting();
  const { hideSelf, view } = usePreferences();
  const narrow = useNarrow();
  // Who is in another group is neither seen nor heard.
  const everybody = hereOf(inMeeting).filter(({ program, camera, sharing }) => !program || camera || sharing);
  // Hiding oneself leaves nobody out of sight who is alone.
  const people = hideSelf && everybody.length > 1 ? everybody.filter((person) => !person.me) : everybody;
  const [looking, setLooking] = useState<string>();
  const [tab, setTab] = useState<PanelTab>();
  const [seen, setSeen] = useState(0);
  const [leaving, setLeaving] = useState(false);
  const [listing, setListing] = useState(false);
  const [setting, setSetting] = useState(false);
  const [pausing, setPausing] = useState(false);
  const [ruling, setRuling] = useState(false);
  const [grouping, setGrouping] = useState(false);
  const [helping, setHelping] = useState(false);
  const presenters = everybody.filter((person) => person.sharing);
  const presenter = presenters.find((person) => person.identity === looking) ?? presenters.find((person) => !person.me) ?? presenters[0];
  const unread = tab === "chat" ? 0 : messages.filter((message) => !message.own).length - seen;

  const state = connection === "reconnecting" ? t("stage.reconnecting") : t(everybody.find((person) => person.me)?.microphone ? "microphone.on" : "microphone.off");
  usePageTitle(`${unread > 0 ? `(${unread}) ` : ""}${state} – ${admitted.title}`);

  useEffect(() => {
    if (tab === "chat") setSeen(messages.filter((message) => !message.own).length);
  }, [tab, messages]);
  useEffect(() => {
    // Who looks at the questions already needs no note about them; it was announced all the same.
    if (tab === "polls" && (notice === "poll_open" || notice === "poll_closed")) store.forgetNotice();
  }, [tab, notice, store]);
  useKeys({ onChat: () => setTab((now) => (now === "chat" ? undefined : "chat")), onList: () => setListing(true) });
  useEffect(() => {
    if (connection === "connected") fetchLater();
  }, [connection]);
  useEffect(() => {
    if (connection === "connected") announce(t("stage.joined", { title: admitted.title }));
  }, [connection, admitted.title, t]);

  const closeGroups = useCallback(() => setGrouping(false), []);
  // Without the dialog, on a line that is down, the moderation leaves like everybody else.
  const leave = () => (store.moderates ? void aside().then(() => setLeaving(true), onLeave) : onLeave());
  return (
    <div className="stage" data-stage="" data-kern-theme="dark">
      <StageHead title={admitted.title} onHelp={() => setHelping(true)} />
      <Banners>{connection === "connecting" ? null : <Suspense><ConsentStrip onLeave={leave} /><GroupStrip onManage={() => setGrouping(true)} /><FloorStrip meetingId={admitted.meeting_id} /></Suspense>}</Banners>
      <main className={`stage-main${tab ? " with-panel" : ""}`}>
        <div className="pictures">
          {people.length === 0 ? <p className="stage-wait" role="status"><Icon name="refresh-cw" />{t("lobby.entering")}</p> : presenter ? <ShareView presenters={presenters} shown={presenter} people={people} onShow={setLooking} onMore={() => setTab("people")} /> : view === "speaker" ? <SpeakerView people={people} onMore={() => setTab("people")} /> : <Grid people={people} onlyPinned={narrow && tab !== undefined} />}
        </div>
        {connection !== "connecting" && <Suspense><CaptionLines /></Suspense>}
        {tab && <Suspense fallback={<aside className="panel" />}><Panel tab={tab} unread={unread} meetingId={admitted.meeting_id} title={admitted.title} onTab={setTab} onClose={() => setTab(undefined)} /></Suspense>}
      </main>
      <ControlBar tab={tab} unread={unread} meetingId={admitted.meeting_id} onTab={setTab} onShortcuts={() => setListing(true)} onSettings={() => setSetting(true)} onBreak={() => setPausing(true)} onRules={() => setRuling(true)} onGroups={() => setGrouping(true)} onHelp={() => setHelping(true)} onLeave={leave} />
      <Suspense>
        {leaving && <LeaveDialog meetingId={admitted.meeting_id} others={inMeeting.length - 1} onClose={() => setLeaving(false)} onLeave={onLeave} />}
        {pausing && <BreakDialog meetingId={admitted.meeting_id} onClose={() => setPausing(false)} />}
        {ruling && store.moderates && <RulesDialog meetingId={admitted.meeting_id} onClose={() => setRuling(false)} />}
        {grouping && store.moderates && <GroupsDialog meetingId={admitted.meeting_id} onClose={closeGroups} />}
        {helping && <HelpDialog meetingId={admitted.meeting_id} onClose={() => setHelping(false)} />}
        {setting && <SettingsDialog open onClose={() => setSetting(false)} />}
        {listing && <ShortcutsDialog open onClose={() => setListing(false)} />}
      </Suspense>
    </div>
  );
}
