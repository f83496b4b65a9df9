import { useState } from "react";
import { Button, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { lockMeeting, moderate, readMeeting } from "../api/meetings";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { chooseLanguage } from "../words/language";
import { useWords } from "../words/useWords";
import { everyReaction, reactions } from "./reactions";
import { useMeeting, useMeetingStore, usePreferences } from "./useMeeting";

type Props = { narrow: boolean; mayShare: boolean; sharing: boolean; meetingId: string; badge?: number; onPeople: () => void; onPolls: () => void; onNotes: () => void; onCaptions: () => void; onShortcuts: () => void; onSettings: () => void; onBreak: () => void; onRules: () => void; onGroups: () => void; onHelp: () => void };

/** What is needed less often, and on phones what the bar has no room for. */
export default function MoreMenu({ narrow, mayShare, sharing, meetingId, badge, onPeople, onPolls, onNotes, onCaptions, onShortcuts, onSettings, onBreak, onRules, onGroups, onHelp }: Props) {
  const { t, language, explain } = useWords();
  const store = useMeetingStore();
  const { preferences } = store;
  const { pause, polls, agreeing } = useMeeting();
  const endBreak = () => void moderate(meetingId, { act: "end_break" }).catch((error: unknown) => announce(explain(error)));
  const { view, captions } = usePreferences();
  const [locked, setLocked] = useState(false);
  // Another moderator may have locked it meanwhile.
  const look = (open: boolean) => {
    if (open && store.moderates) readMeeting(meetingId).then(({ state }) => setLocked(state === "locked"), () => undefined);
  };
  const other = language === "de" ? "en" : "de";
  const lock = async () => {
    try {
      await lockMeeting(meetingId, !locked);
      setLocked(!locked);
      announce(t(locked ? "more.unlocked" : "more.locked"));
    } catch (error) {
      announce(explain(error));
    }
  };
  return (
    <MenuTrigger onOpenChange={look}>
      <Button className="control"><Icon name="ellipsis" /><span className="words">{t("bar.more")}</span>{badge && <span className="count"><span className="visually-hidden">{t("bar.waiting", { count: badge })}</span><span aria-hidden="true">{badge}</span></span>}</Button>
      <Popover placement="top end" data-stage="">
        <Menu className="menu">
          {narrow ? <MenuItem id="people" onAction={onPeople}><Icon name="users" size={20} />{t("panel.people")}</MenuItem> : null}
          {narrow && mayShare ? <MenuItem id="share" onAction={() => void store.toggleScreen()}><Icon name="monitor-up" size={20} />{t(sharing ? "bar.stopSharing" : "bar.share")}</MenuItem> : null}
          {narrow ? <MenuSection className="menu-row" aria-label={t("react.label")}>{everyReaction.map((reaction) => <MenuItem key={reaction} id={reaction} aria-label={t(`react.${reaction}`)} onAction={() => void store.react(reaction)}><Icon name={reactions[reaction]} /></MenuItem>)}</MenuSection> : null}
          {store.moderates ? <MenuItem id="lock" onAction={() => void lock()}><Icon name={locked ? "lock-open" : "lock"} size={20} />{t(locked ? "more.unlock" : "more.lock")}</MenuItem> : null}
          {store.moderates ? <MenuItem id="rules" onAction={onRules}><Icon name="list" size={20} />{t("more.rules")}</MenuItem> : null}
          {store.moderates ? <MenuItem id="break" onAction={pause ? endBreak : onBreak}><Icon name="clock" size={20} />{t(pause ? "break.end" : "break.title")}</MenuItem> : null}
          {store.moderates ? <MenuItem id="groups" onAction={onGroups}><Icon name="door-open" size={20} />{t("more.groups")}</MenuItem> : null}
          {store.moderates || polls.all.length > 0 ? <MenuItem id="polls" onAction={onPolls}><Icon name="circle-check" size={20} />{t("poll.title")}</MenuItem> : null}
          <MenuItem id="notes" onAction={onNotes}><Icon name="scroll-text" size={20} />{t("more.notes")}</MenuItem>
          {agreeing.captured.captioned_by.length > 0 ? <MenuItem id="captions" onAction={store.toggleCaptions}><Icon name="captions" size={20} />{t(captions ? "captions.hide" : "captions.show")}</MenuItem> : null}
          {agreeing.captured.captioned_by.length > 0 ? <MenuItem id="captionlog" onAction={onCaptions}><Icon name="captions" size={20} />{t("captions.log")}</MenuItem> : null}
          <MenuItem id="view" onAction={() => preferences.change({ view: view === "grid" ? "speaker" : "grid" })}><Icon name={view === "grid" ? "user" : "grid-2x2"} size={20} />{t(view === "grid" ? "view.speaker" : "view.grid")}</MenuItem>
          <MenuItem id="settings" onAction={onSettings}><Icon name="settings" size={20} />{t("settings.title")}</MenuItem>
          <MenuItem id="shortcuts" onAction={onShortcuts}><Icon name="keyboard" size={20} />{t("shortcut.title")}</MenuItem>
          <MenuItem id="help" onAction={onHelp}><Icon name="circle-question-mark" size={20} />{t("help.title")}</MenuItem>
          <MenuItem id="language" onAction={() => chooseLanguage(other)}><Icon name="globe" size={20} /><span lang={other}>{other === "en" ? "English" : "Deutsch"}</span></MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
