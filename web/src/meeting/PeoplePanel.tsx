import { useState } from "react";
import { moderate } from "../api/meetings";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { Confirm } from "../overlay/Confirm";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { placeOf } from "./groupNews";
import { type PersonView, handsOf, hereOf } from "./people";
import { PersonMenu } from "./PersonMenu";
import { roleWords } from "./roles";
import { SpeakingTime } from "./SpeakingTime";
import { useKeptFocus } from "./useKeptFocus";
import { useMeeting, useMeetingStore } from "./useMeeting";
import { WaitingList, waitingHeading } from "./WaitingList";

/** The heading above everybody in the meeting. */
const presentHeading = "present";

/** Waiting room, speaker list, and everybody in the meeting. */
export function PeoplePanel({ meetingId }: { meetingId: string }) {
  const { t, language, explain } = useWords();
  const store = useMeetingStore();
  const { people, groups } = useMeeting();
  const kept = useKeptFocus([waitingHeading, presentHeading]);
  const here = hereOf(people);
  // Presenters are spared.
  const heard = here.filter((person) => !person.me && person.microphone && person.part !== "presenter").length;
  const [muting, setMuting] = useState(false);
  const muteAll = () => moderate(meetingId, { act: "mute_all" }).then(() => announce(t("moderate.mutedAll")));
  const hands = handsOf(here);
  const giveFloor = async ({ identity, name, part }: PersonView) => {
    try {
      if (part === "listener") await moderate(meetingId, { act: "give_role", identity, role: "participant" });
      await moderate(meetingId, { act: "give_floor", identity });
      announce(t("moderate.floorGiven", { name }));
    } catch (error) {
      announce(explain(error));
    }
  };
  return (
    <>
    <div className="panel-body" ref={kept}>
      {store.moderates && <WaitingList meetingId={meetingId} />}
      {hands.length > 0 && (
        <section aria-labelledby="hands">
          <h2 id="hands" tabIndex={-1}>{t("panel.hands", { count: hands.length })}</h2>
          <ol>
            {hands.map((person, index) => (
              <li className="entry numbered" key={person.identity}>
                <span className="number">{index + 1}</span>
                <div><b>{person.me ? t("tile.me", { name: person.name }) : person.name}</b><small>{t(index === 0 ? "panel.handNext" : "panel.handSince", { time: clock(person.handAt!, language) })}</small></div>
                {store.moderates && index === 0 && !person.me && <button type="button" className="stagebutton" aria-label={t("moderate.giveFloorNamed", { name: person.name })} onClick={() => void giveFloor(person)}>{t("moderate.giveFloor")}</button>}
              </li>
            ))}
          </ol>
        </section>
      )}
      <section aria-labelledby={presentHeading}>
        <h2 id={presentHeading} tabIndex={-1}>{t("panel.present", { count: people.length })}</h2>
        <ul className="present">
          {people.map((person) => (
            <li className="entry" key={person.identity}>
              <div><b>{person.me ? t("tile.me", { name: person.name }) : person.name}</b><small>{[...roleWords(person).map((each) => t(each)), groups.open && placeOf(groups.open.titles, person.group, t), person.speaking && t("tile.speaks"), (person.quality === "medium" || person.quality === "bad") && t(person.me ? "quality.own" : "quality.theirs", { quality: t(`quality.${person.quality}`) })].filter(Boolean).join(", ")}</small></div>
              <span className="entry-acts">
                {store.moderates && <SpeakingTime identity={person.identity} />}
                <span className="state" title={t(person.microphone ? "microphone.on" : "microphone.off")}><Icon name={person.microphone ? "mic" : "mic-off"} /><span className="visually-hidden">{t(person.microphone ? "microphone.on" : "microphone.off")}</span></span>
                {store.moderates && !person.me && <PersonMenu person={person} meetingId={meetingId} />}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
    {store.moderates && people.length > 1 && <div className="panel-foot"><button type="button" className="stagebutton" aria-disabled={heard === 0} onClick={() => setMuting(heard > 0)}>{t("moderate.muteAll")}</button></div>}
    {/* Only they themselves can switch them on again. */}
    <Confirm stage title={t("moderate.muteAllTitle")} text={t("moderate.muteAllText", { count: heard })} action={t("moderate.muteAll")} open={muting} onClose={() => setMuting(false)} onConfirm={muteAll} />
    </>
  );
}
