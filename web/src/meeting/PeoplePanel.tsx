import { useState } from "react";
import { removeParticipant } from "../api/meetings";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { type PersonView, handsOf } from "./people";
import { useMeeting, useMeetingStore } from "./useMeeting";
import { WaitingList } from "./WaitingList";

/** Waiting room, speaker list, and everybody in the meeting. */
export function PeoplePanel({ meetingId }: { meetingId: string }) {
  const { t, language } = useWords();
  const store = useMeetingStore();
  const { people } = useMeeting();
  const [removing, setRemoving] = useState<PersonView>();
  const hands = handsOf(people);
  return (
    <div className="panel-body">
      {store.moderates && <WaitingList meetingId={meetingId} />}
      {hands.length > 0 && (
        <section aria-labelledby="hands">
          <h2 id="hands">{t("panel.hands", { count: hands.length })}</h2>
          <ol>{hands.map((person, index) => <li className="entry numbered" key={person.identity}><span className="number">{index + 1}</span><div><b>{person.name}</b><small>{t("panel.handSince", { time: clock(person.handAt!, language) })}</small></div></li>)}</ol>
        </section>
      )}
      <section aria-labelledby="present">
        <h2 id="present">{t("panel.present", { count: people.length })}</h2>
        <ul className="present">
          {people.map((person) => (
            <li className="entry" key={person.identity}>
              <div><b>{person.me ? t("tile.me", { name: person.name }) : person.name}</b><small>{[t(`role.${person.role}`), person.speaking && t("tile.speaks")].filter(Boolean).join(", ")}</small></div>
              <span className="entry-acts">
                <span className="state" title={t(person.microphone ? "microphone.on" : "microphone.off")}><Icon name={person.microphone ? "mic" : "mic-off"} /><span className="visually-hidden">{t(person.microphone ? "microphone.on" : "microphone.off")}</span></span>
                {store.moderates && !person.me && <button type="button" className="iconbutton" aria-label={t("panel.removeNamed", { name: person.name })} onClick={() => setRemoving(person)}><Icon name="x" /></button>}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <Confirm stage title={t("remove.title", { name: removing?.name })} text={t("remove.text")} action={t("remove.action")} open={removing !== undefined} onClose={() => setRemoving(undefined)} onConfirm={() => removeParticipant(meetingId, removing!.identity)} />
    </div>
  );
}
