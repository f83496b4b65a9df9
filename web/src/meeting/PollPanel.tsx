import { useState } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { PollCard } from "./PollCard";
import PollDialog from "./PollDialog";
import { useMeeting, useMeetingStore } from "./useMeeting";
import "./poll.css";

/** The question that is open, and what came of the earlier ones. */
export function PollPanel({ meetingId, title }: { meetingId: string; title: string }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { polls } = useMeeting();
  const [asking, setAsking] = useState(false);
  const open = polls.all.some((poll) => !poll.closedAt);
  return (
    <>
      <div className="panel-body">
        {polls.all.length === 0 && <p className="muted">{t(store.moderates ? "poll.emptyModerator" : "poll.empty")}</p>}
        {polls.all.map((poll) => <PollCard key={poll.poll} poll={poll} meetingId={meetingId} title={title} />)}
      </div>
      {store.moderates && (
        <div className="panel-foot">
          <button type="button" className="stagebutton" disabled={open} onClick={() => setAsking(true)}><Icon name="plus" size={20} />{t("poll.new")}</button>
        </div>
      )}
      {asking && <PollDialog meetingId={meetingId} onClose={() => setAsking(false)} />}
    </>
  );
}
