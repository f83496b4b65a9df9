import { useEffect, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";
import { useWords } from "../words/useWords";
import { CaptionPanel } from "./CaptionPanel";
import { captionsOf } from "./captionsOf";
import { ChatPanel } from "./ChatPanel";
import { NotesPanel } from "./NotesPanel";
import { notesFrom } from "./notes";
import { PeoplePanel } from "./PeoplePanel";
import { PollPanel } from "./PollPanel";
import { useMeeting, useMeetingStore } from "./useMeeting";
import "./panel.css";

export type PanelTab = "people" | "chat" | "polls" | "notes" | "captions";
type Props = { tab: PanelTab; unread: number; meetingId: string; title: string; onTab: (tab: PanelTab) => void; onClose: () => void };

/** The side panel: who is here, and what they write. */
export default function Panel({ tab, unread, meetingId, title, onTab, onClose }: Props) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { people, polls, agreeing } = useMeeting();
  const captioned = agreeing.captured.captioned_by.length > 0 || captionsOf(store).snapshot().length > 0;
  const tabs: { id: PanelTab; icon: IconName; words: string }[] = [
    { id: "people", icon: "users", words: t("panel.peopleCount", { count: people.length }) },
    { id: "chat", icon: "message-square", words: unread > 0 ? t("panel.chatUnread", { count: unread }) : t("panel.chat") },
  ];
  if (polls.all.length > 0 || tab === "polls") tabs.push({ id: "polls", icon: "circle-check", words: t("poll.title") });
  if (notesFrom(store.room.metadata) || tab === "notes") tabs.push({ id: "notes", icon: "scroll-text", words: t("notes.title") });
  if (captioned || tab === "captions") tabs.push({ id: "captions", icon: "captions", words: t("captions.title") });
  // A tab that has only just appeared cannot take the place in the order of Tab yet: it is chosen a moment later.
  const [chosen, setChosen] = useState(tab);
  useEffect(() => setChosen(tab), [tab]);
  const shown = tabs.some(({ id }) => id === chosen) ? chosen : tab;
  // Four names side by side have no room.
  const tight = tabs.length > 3;
  return (
    <aside className="panel" aria-label={t("panel.label")}>
      <Tabs className="panel-tabs" selectedKey={shown} onSelectionChange={(key) => onTab(key as PanelTab)}>
        <div className="panel-head">
          <TabList className="tablist">
            {tabs.map(({ id, icon, words }) => <Tab className="tab" id={id} key={id}>{tight && id !== tab ? <span title={words}><Icon name={icon} /><span className="visually-hidden">{words}</span></span> : words}</Tab>)}
          </TabList>
          <button type="button" className="iconbutton" aria-label={t("panel.close")} onClick={onClose}><Icon name="x" /></button>
        </div>
        <TabPanel id="people" className="panel-page"><PeoplePanel meetingId={meetingId} /></TabPanel>
        <TabPanel id="chat" className="panel-page"><ChatPanel /></TabPanel>
        {tabs.some(({ id }) => id === "polls") && <TabPanel id="polls" className="panel-page"><PollPanel meetingId={meetingId} title={title} /></TabPanel>}
        {tabs.some(({ id }) => id === "notes") && <TabPanel id="notes" className="panel-page"><NotesPanel meetingId={meetingId} title={title} /></TabPanel>}
        {tabs.some(({ id }) => id === "captions") && <TabPanel id="captions" className="panel-page"><CaptionPanel /></TabPanel>}
      </Tabs>
    </aside>
  );
}
