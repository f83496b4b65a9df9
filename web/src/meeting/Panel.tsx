import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { ChatPanel } from "./ChatPanel";
import { PeoplePanel } from "./PeoplePanel";
import { PollPanel } from "./PollPanel";
import { useMeeting } from "./useMeeting";
import "./panel.css";

export type PanelTab = "people" | "chat" | "polls";
type Props = { tab: PanelTab; unread: number; meetingId: string; title: string; onTab: (tab: PanelTab) => void; onClose: () => void };

/** The side panel: who is here, and what they write. */
export default function Panel({ tab, unread, meetingId, title, onTab, onClose }: Props) {
  const { t } = useWords();
  const { people, polls } = useMeeting();
  const withPolls = polls.all.length > 0 || tab === "polls";
  return (
    <aside className="panel" aria-label={t("panel.label")}>
      <Tabs className="panel-tabs" selectedKey={tab} onSelectionChange={(key) => onTab(key as PanelTab)}>
        <div className="panel-head">
          <TabList className="tablist" aria-label={t("panel.label")}>
            <Tab className="tab" id="people">{t("panel.peopleCount", { count: people.length })}</Tab>
            <Tab className="tab" id="chat">{unread > 0 ? t("panel.chatUnread", { count: unread }) : t("panel.chat")}</Tab>
            {withPolls && <Tab className="tab" id="polls">{t("poll.title")}</Tab>}
          </TabList>
          <button type="button" className="iconbutton" aria-label={t("panel.close")} onClick={onClose}><Icon name="x" /></button>
        </div>
        <TabPanel id="people" className="panel-page"><PeoplePanel meetingId={meetingId} /></TabPanel>
        <TabPanel id="chat" className="panel-page"><ChatPanel /></TabPanel>
        {withPolls && <TabPanel id="polls" className="panel-page"><PollPanel meetingId={meetingId} title={title} /></TabPanel>}
      </Tabs>
    </aside>
  );
}
