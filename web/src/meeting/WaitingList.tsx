import { useState } from "react";
import { admit, takeBack } from "../api/meetings";
import type { WaitingPerson } from "../api/contract";
import { useNow } from "../clock/useNow";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { minutesWaiting } from "../waiting/waiting";
import { useWords } from "../words/useWords";
import { RejectDialog } from "./RejectDialog";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** The heading above those who wait. */
export const waitingHeading = "waiting";

/** Who waits outside; the moderation lets in or turns away. */
export function WaitingList({ meetingId }: { meetingId: string }) {
  const { t, explain } = useWords();
  const store = useMeetingStore();
  const { waiting, rejected } = useMeeting();
  const now = useNow(30_000);
  const [wrong, setWrong] = useState("");
  const [rejecting, setRejecting] = useState<WaitingPerson>();
  if (waiting.length + rejected.length === 0 && !rejecting) return null;
  const decided = (person: WaitingPerson, words: string) => {
    store.forgetWaiting(person.id);
    setWrong("");
    announce(t(words, { name: person.name }));
  };
  const letIn = async (person: WaitingPerson) => {
    try {
      await admit(meetingId, person.id);
      decided(person, "waitingList.admitted");
    } catch (error) {
      setWrong(explain(error));
    }
  };
  const undo = async (person: WaitingPerson) => {
    try {
      await takeBack(meetingId, person.id);
      setWrong("");
      announce(t("waitingList.takenBack", { name: person.name }));
    } catch (error) {
      setWrong(explain(error));
    }
  };
  return (
    <>
    {waiting.length > 0 && <section className="waiting-card" aria-labelledby={waitingHeading}>
      <div className="section-head">
        <h2 id={waitingHeading} tabIndex={-1}>{t("waitingList.title", { count: waiting.length })}</h2>
        {waiting.length > 1 && <button type="button" className="stagebutton" onClick={() => waiting.forEach((person) => void letIn(person))}>{t("waitingList.admitAll")}</button>}
      </div>
      <ul>
        {waiting.map((person) => (
          <li className="entry" key={person.id}>
            <div><b>{person.name}</b><small>{t("waitingList.since", { trust: t(`trust.${person.trust}`), count: minutesWaiting(person, now) })}</small></div>
            <span className="entry-acts">
              <button type="button" className="iconbutton" aria-label={t("waitingList.rejectNamed", { name: person.name })} onClick={() => setRejecting(person)}><Icon name="x" /></button>
              <button type="button" className="stagebutton first" aria-label={t("waitingList.admitNamed", { name: person.name })} onClick={() => void letIn(person)}>{t("waitingList.admit")}</button>
            </span>
          </li>
        ))}
      </ul>
    </section>}
    {rejected.length > 0 && (
      <section aria-labelledby="rejected">
        <h2 id="rejected" tabIndex={-1}>{t("waitingList.rejectedTitle", { count: rejected.length })}</h2>
        <ul>
          {rejected.map((person) => (
            <li className="entry" key={person.id}>
              <div><b>{person.name}</b><small>{t(`trust.${person.trust}`)}</small></div>
              <span className="entry-acts"><button type="button" className="stagebutton" aria-label={t("waitingList.takeBackNamed", { name: person.name })} onClick={() => void undo(person)}>{t("waitingList.takeBack")}</button></span>
            </li>
          ))}
        </ul>
      </section>
    )}
    {wrong && <p className="wrong" role="alert">{wrong}</p>}
    {rejecting && <RejectDialog person={rejecting} meetingId={meetingId} onClose={() => setRejecting(undefined)} onRejected={() => decided(rejecting, "waitingList.rejected")} />}
    </>
  );
}
