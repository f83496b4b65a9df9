import { type FormEvent, useEffect, useRef, useState } from "react";
import { moderate } from "../api/meetings";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { nameOf, placeOf } from "./groupNews";
import { type OpenGroups, groupLimits } from "./groups";
import type { PersonView } from "./people";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** So long everybody has to finish when called back with notice. */
const noticeSeconds = 60;

/** With more people than this their list is folded up: what matters to all comes first. */
const fewSeats = 8;

/** Who is in which group; leads people elsewhere, says a word to all, calls everybody back. */
export function GroupsOverview({ open, meetingId, onClose }: { open: OpenGroups; meetingId: string; onClose: () => void }) {
  const { t, language, explain } = useWords();
  const store = useMeetingStore();
  const { people } = useMeeting();
  const [word, setWord] = useState("");
  const [error, setError] = useState<unknown>();
  const lead = useRef<HTMLParagraphElement>(null);
  // Before this there was a form; its button had the focus.
  useEffect(() => lead.current?.focus(), []);
  const act = (body: Parameters<typeof moderate>[1], done: () => void) => {
    setError(undefined);
    return moderate(meetingId, body).then(done, setError);
  };
  const others = people.filter((person) => !person.me).sort((one, two) => one.name.localeCompare(two.name, language));
  const [unfolded, setUnfolded] = useState(others.length <= fewSeats);
  const places = [undefined, ...open.titles.map((_, at) => at + 1)];
  const tell = (event: FormEvent) => {
    event.preventDefault();
    if (word.trim() !== "") void act({ act: "tell_groups", text: word }, () => setWord(""));
  };
  const leadTo = (person: PersonView, group: number | undefined) => act({ act: "move_to_group", identity: person.identity, group }, () => announce(t("groupsOpen.moved", { name: person.name, place: placeOf(open.titles, group, t) })));
  const callBack = (seconds: number) => act({ act: "close_groups", seconds }, () => seconds > 0 && announce(t("groupsOpen.callingBack")));
  const go = (group: number) => (void store.enterGroup(group), onClose());
  return (
    <div className="stack groupsopen">
      <p className="muted" ref={lead} tabIndex={-1}>{t("groupsOpen.lead")}</p>
      <ul className="places">
        {places.map((place) => {
          const there = people.filter((person) => person.group === place);
          return (
            <li key={place ?? 0}>
              <div><b>{placeOf(open.titles, place, t)}</b>{place !== undefined && open.calling.includes(place) && <em>{t("groupsOpen.calls")}</em>}<span>{there.length > 0 ? there.map((person) => (person.me ? t("tile.me", { name: person.name }) : person.name)).join(", ") : t("groupsOpen.nobody")}</span></div>
              {place !== undefined && place !== open.place && <button type="button" className="kern-btn kern-btn--secondary" aria-label={t("groups.goTo", { place: nameOf(open.titles, place, t) })} onClick={() => go(place)}>{t("groups.go")}</button>}
            </li>
          );
        })}
      </ul>
      <form className="toall" onSubmit={tell}>
        <Field label={t("groupsOpen.word")}><input value={word} maxLength={groupLimits.word} autoComplete="off" onChange={(event) => setWord(event.target.value)} /></Field>
        <button type="submit" className="kern-btn kern-btn--secondary">{t("groupsOpen.tell")}</button>
      </form>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <div className="acts">
        <button type="button" className="kern-btn kern-btn--secondary" onClick={() => void callBack(noticeSeconds)}>{t("groupsOpen.callBackSoon")}</button>
        <button type="button" className="kern-btn kern-btn--primary" onClick={() => void callBack(0)}>{t("groupsOpen.callBack")}</button>
      </div>
      {others.length > 0 && (
        <details className="moves" open={unfolded}>
          <summary onClick={(event) => (event.preventDefault(), setUnfolded(!unfolded))}>{t("groupsOpen.move")}</summary>
          {others.map((person) => (
            <Field key={person.identity} label={person.name} className="seat">
              <select value={person.group ?? ""} onChange={(event) => void leadTo(person, Number(event.target.value) || undefined)}>
                {places.map((place) => <option key={place ?? 0} value={place ?? ""}>{placeOf(open.titles, place, t)}</option>)}
              </select>
            </Field>
          ))}
        </details>
      )}
    </div>
  );
}
