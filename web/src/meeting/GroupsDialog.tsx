import { useEffect, useRef } from "react";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { GroupsForm } from "./GroupsForm";
import { GroupsOverview } from "./GroupsOverview";
import { useMeeting } from "./useMeeting";
import "./groups.css";

/** The moderation splits the meeting up, and looks after the groups while they are open. */
export default function GroupsDialog({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t } = useWords();
  const { open } = useMeeting().groups;
  const wasOpen = useRef(false);
  useEffect(() => {
    // Over, by the clock or by another moderator: nothing is left to look after.
    if (wasOpen.current && !open) onClose();
    wasOpen.current = open !== undefined;
  }, [open, onClose]);
  return (
    <Dialog title={t("groups.title")} open onClose={onClose} stage>
      {open ? <GroupsOverview open={open} meetingId={meetingId} onClose={onClose} /> : <GroupsForm meetingId={meetingId} onClose={onClose} />}
    </Dialog>
  );
}
