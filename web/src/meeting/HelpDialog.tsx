import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { helpCode, inGroups } from "./helpCode";
import { useMeeting } from "./useMeeting";

/** What strikes the page about the own line, and the code by which whoever helps finds it. */
export default function HelpDialog({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t } = useWords();
  const { people, hint, connection } = useMeeting();
  const me = people.find((person) => person.me);
  const code = me && helpCode(meetingId, me.identity);
  const noticed = [
    connection === "reconnecting" && t("banner.lost"),
    me && me.quality !== "unknown" && `${t("quality.own", { quality: t(`quality.${me.quality}`) })}.`,
    hint && hint !== "mutedSpeech" && t(`hint.${hint}`),
  ].filter((each) => typeof each === "string");
  return (
    <Dialog title={t("help.title")} open onClose={onClose} stage>
      <div className="stack">
        {code && <p className="helpcode"><span>{t("help.code")}</span><strong aria-label={[...code].join(" ")}>{inGroups(code)}</strong></p>}
        <p>{t("help.lead")}</p>
        <h3>{t("help.noticed")}</h3>
        {noticed.length > 0 ? <ul className="plain">{noticed.map((each) => <li key={each}>{each}</li>)}</ul> : <p className="muted">{t("help.nothing")}</p>}
      </div>
    </Dialog>
  );
}
