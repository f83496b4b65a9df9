import { moderate } from "../api/meetings";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { handsOf } from "./people";
import { PersonMenu } from "./PersonMenu";
import { useMeeting, useMeetingStore } from "./useMeeting";
import { WaitingList } from "./WaitingList";

/** Waiting room, speaker list, and everybody in the meeting. */
export function PeoplePanel({ meetingId }: { meetingId: string }) {
  const { t, language, explain } = useWords();
  const store = useMeetingStore();
  const { people } = useMeeting();
  const others = people.filter((person) => !person.me && person.microphone).length;
  const muteAll = () => void moderate(meetingId, { act: "mute_all" }).then(() => announce(t("moderate.mutedAll")), (error: unknown) => announce(explain(error)));
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
        <div className="section-head">
          <h2 id="present">{t("panel.present", { count: people.length })}</h2>
          {store.moderates && people.length > 1 && <button type="button" className="stagebutton" disabled={others === 0} onClick={muteAll}>{t("moderate.muteAll")}</button>}
        </div>
        <ul className="present">
          {people.map((person) => (
            <li className="entry" key={person.identity}>
              <div><b>{person.me ? t("tile.me", { name: person.name }) : person.name}</b><small>{[t(`role.${person.role}`), person.speaking && t("tile.speaks"), person.quality !== "unknown" && t(person.me ? "quality.own" : "quality.theirs", { quality: t(`quality.${person.quality}`) })].filter(Boolean).join(", ")}</small></div>
              <span className="entry-acts">
                <span className="state" title={t(person.microphone ? "microphone.on" : "microphone.off")}><Icon name={person.microphone ? "mic" : "mic-off"} /><span className="visually-hidden">{t(person.microphone ? "microphone.on" : "microphone.off")}</span></span>
                {store.moderates && !person.me && <PersonMenu person={person} meetingId={meetingId} />}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
