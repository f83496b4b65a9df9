import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { ChatPanel } from "./ChatPanel";
import { PeoplePanel } from "./PeoplePanel";
import { useMeeting } from "./useMeeting";
import "./panel.css";

export type PanelTab = "people" | "chat";
type Props = { tab: PanelTab; unread: number; meetingId: string; onTab: (tab: PanelTab) => void; onClose: () => void };

/** The side panel: who is here, and what they write. */
export default function Panel({ tab, unread, meetingId, onTab, onClose }: Props) {
  const { t } = useWords();
  const { people } = useMeeting();
  return (
    <aside className="panel" aria-label={t("panel.label")}>
      <Tabs className="panel-tabs" selectedKey={tab} onSelectionChange={(key) => onTab(key as PanelTab)}>
        <div className="panel-head">
          <TabList className="tablist" aria-label={t("panel.label")}>
            <Tab className="tab" id="people">{t("panel.peopleCount", { count: people.length })}</Tab>
            <Tab className="tab" id="chat">{unread > 0 ? t("panel.chatUnread", { count: unread }) : t("panel.chat")}</Tab>
          </TabList>
          <button type="button" className="iconbutton" aria-label={t("panel.close")} onClick={onClose}><Icon name="x" /></button>
        </div>
        <TabPanel id="people" className="panel-page"><PeoplePanel meetingId={meetingId} /></TabPanel>
        <TabPanel id="chat" className="panel-page"><ChatPanel /></TabPanel>
      </Tabs>
    </aside>
  );
}
