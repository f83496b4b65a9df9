import { useState } from "react";
import { admit, reject } from "../api/meetings";
import type { WaitingPerson } from "../api/contract";
import { useNow } from "../clock/useNow";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { minutesWaiting } from "../waiting/waiting";
import { useWords } from "../words/useWords";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** Who waits outside; the moderation lets in or turns away. */
export function WaitingList({ meetingId }: { meetingId: string }) {
  const { t, explain } = useWords();
  const store = useMeetingStore();
  const { waiting } = useMeeting();
  const now = useNow(30_000);
  const [wrong, setWrong] = useState("");
  if (waiting.length === 0) return null;
  const decide = async (person: WaitingPerson, letIn: boolean) => {
    try {
      await (letIn ? admit : reject)(meetingId, person.id);
      store.forgetWaiting(person.id);
      setWrong("");
      announce(t(letIn ? "waitingList.admitted" : "waitingList.rejected", { name: person.name }));
    } catch (error) {
      setWrong(explain(error));
    }
  };
  return (
    <section className="waiting-card" aria-labelledby="waiting">
      <div className="section-head">
        <h2 id="waiting">{t("waitingList.title", { count: waiting.length })}</h2>
        {waiting.length > 1 && <button type="button" className="stagebutton" onClick={() => waiting.forEach((person) => void decide(person, true))}>{t("waitingList.admitAll")}</button>}
      </div>
      {wrong && <p className="wrong" role="alert">{wrong}</p>}
      <ul>
        {waiting.map((person) => (
          <li className="entry" key={person.id}>
            <div><b>{person.name}</b><small>{t("waitingList.since", { trust: t(`trust.${person.trust}`), count: minutesWaiting(person, now) })}</small></div>
            <span className="entry-acts">
              <button type="button" className="iconbutton" aria-label={t("waitingList.rejectNamed", { name: person.name })} onClick={() => void decide(person, false)}><Icon name="x" /></button>
              <button type="button" className="stagebutton first" aria-label={t("waitingList.admitNamed", { name: person.name })} onClick={() => void decide(person, true)}>{t("waitingList.admit")}</button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
