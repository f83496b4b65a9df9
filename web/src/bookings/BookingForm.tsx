import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Capacity, Session } from "../api/contract";
import { isProblem } from "../api/problem";
import { freeRooms } from "../api/rooms";
import { Check } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { CapacityHint, later } from "./CapacityHint";
import { type Conflict, choicesOf, conflictsIn, conflictsOf, exceptionOf, merged, nameOf } from "./conflicts";
import { type Draft, type Fault, changed, faultsOf, spanOf, withStart } from "./draft";
import FindTime from "./FindTime";
import FindWeekly from "./FindWeekly";
import { GuestFields } from "./GuestFields";
import { LostList } from "./LostList";
import { type Lost, lostOf } from "./lost";
import { PeopleFields } from "./PeopleFields";
import { PlanCheck, inBrief } from "./PlanCheck";
import { questionOf } from "./plan";
import { ProfileField } from "./ProfileField";
import { reasonsOf } from "./reasons";
import { RemindField } from "./RemindField";
import { RepeatFields } from "./RepeatFields";
import { RoomChoice } from "./RoomChoice";
import { useHold } from "./useHold";
import { usePlan } from "./usePlan";
import { isWeekly } from "./weekly";
import { WhenFields } from "./WhenFields";
import "./book.css";

/** `date` asks only for what one date of a series may differ in; `series` is always one. */
type Props = { start: Draft; session: Session; scope?: "date" | "series"; booking?: string; submitWords: string; extra?: ReactNode; onSubmit: (draft: Draft) => Promise<void> };

/** The one form for a new booking and for changing one. */
export function BookingForm({ start, session, scope, booking, submitWords, extra, onSubmit }: Props) {
  const { t, language, explain } = useWords();
  const [draft, setDraft] = useState(start);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [error, setError] = useState<unknown>();
  // What was taken when it was sent, and what had been asked.
  const [refused, setRefused] = useState<{ question: string; conflicts: Conflict[]; times: number }>({ question: "", conflicts: [], times: 0 });
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [lost, setLost] = useState<Lost[]>([]);
  const [busy, setBusy] = useState(false);
  const [finding, setFinding] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const span = spanOf(draft);
  const free = useQuery({
    queryKey: ["free-rooms", span?.start.toISOString(), span?.end.toISOString(), booking],
    queryFn: () => freeRooms(span!.start.toISOString(), span!.end.toISOString(), booking),
    enabled: span !== undefined,
    placeholderData: (previous) => previous,
  });
  useEffect(() => {
    if (faults.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [faults]);

  // A booking that is changed has its share already: what it would be refused for is told when it is sent.
  const plan = usePlan(draft, booking, span !== undefined && (booking !== undefined || span.start > new Date()));
  const refusedFor = isProblem(error, "pool_full") ? (error.extra.capacity as Capacity | undefined) : undefined;
  const capacity = booking === undefined ? plan.checked?.capacity : refusedFor;
  const heldUntil = useHold(booking === undefined, draft.rooms, span, () => void free.refetch());
  const change = (part: Partial<Draft>) => setDraft((current) => changed(current, part));
  const isRefused = refused.conflicts.length > 0 && refused.question === JSON.stringify(questionOf(draft));
  const conflicts = isRefused ? refused.conflicts : plan.isCurrent && plan.checked ? conflictsIn(plan.checked) : [];
  const choiceOf = (conflict: Conflict) => {
    const [choice, choices] = [chosen[nameOf(conflict)], choicesOf(conflict)];
    return choice !== undefined && choices.includes(choice) ? choice : choices[0];
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft, new Date(), booking !== undefined);
    setFaults(found);
    setError(undefined);
    if (found.length > 0) return;
    setBusy(true);
    const answers = conflicts.filter(({ date }) => date !== null).map((conflict) => exceptionOf(conflict, choiceOf(conflict)!, draft.rooms));
    const asked = { ...draft, isPrivate: draft.isPrivate && mayHide(draft, session), exceptions: merged(draft.exceptions, answers) };
    try {
      await onSubmit(asked);
    } catch (refusal) {
      const listed = scope !== "date" && isProblem(refusal, "dates_taken") ? conflictsOf(refusal) : [];
      // What was decided stands; the others are asked about.
      if (listed.length > 0) setDraft(asked);
      setRefused({ question: JSON.stringify(questionOf(asked)), conflicts: listed, times: refused.times + (listed.length > 0 ? 1 : 0) });
      setLost(isProblem(refusal, "exceptions_lost") ? lostOf(refusal) : []);
      setError(listed.length > 0 || isProblem(refusal, "exceptions_lost") ? undefined : refusal);
      if (isProblem(refusal, "room_taken", "room_held")) void free.refetch();
      setBusy(false);
    }
  };

  const reasons = isProblem(error, "against_rules") ? reasonsOf(error.extra, t, language) : [];
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
      {error !== undefined && !(refusedFor && capacity) && (
        <Notice kind="danger" title={t("book.failed")}>
          {explain(error)}
          {reasons.length > 0 && <ul className="reasons">{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
        </Notice>
      )}
      {lost.length > 0 && <LostList lost={lost} zone={draft.zone} agreed={lost.every(({ id }) => draft.giveUp.includes(id))} onAgree={(agreed) => change({ giveUp: agreed ? lost.map(({ id }) => id) : [] })} />}
      <div aria-live="polite">
        {capacity && (
          <CapacityHint
            capacity={capacity}
            zone={draft.zone}
            start={draft.from}
            onMove={(minutes) => {
              setError(undefined);
              setDraft((current) => ({ ...withStart(current, later(current.from, minutes)), exceptions: [] }));
            }}
            onAudioFirst={() => {
              setError(undefined);
              change({ audioFirst: true });
            }}
          />
        )}
      </div>
      <div className="book">
        <div className="stack">
          <WhenFields draft={draft} session={session} faults={faults} brief={scope === "date"} onChange={change} onFind={scope === undefined && span ? () => setFinding(true) : undefined} />
          {scope !== "date" && <RepeatFields repeat={draft.repeat} date={draft.date} mayEnd={scope !== "series"} faults={faults} onChange={(repeat) => change({ repeat, exceptions: [] })} />}
          {scope !== "date" && <PeopleFields people={draft.people} me={session.person.id} onChange={(people) => change({ people })} />}
          {scope !== "date" && <GuestFields guests={draft.guests} wait={draft.guestsWait} onChange={(guests) => change({ guests })} onWait={(guestsWait) => change({ guestsWait })} />}
          {scope !== "date" && mayHide(draft, session) && (
            <section className="card pad" aria-labelledby="private">
              <h2 id="private">{t("book.visibility")}</h2>
              <Check label={t("book.private")} hint={t("book.privateHint")} checked={draft.isPrivate} onChange={(isPrivate) => change({ isPrivate })} />
            </section>
          )}
          {scope !== "date" && (capacity !== undefined || draft.audioFirst || start.audioFirst) && <ProfileField audioFirst={draft.audioFirst} onChange={(audioFirst) => change({ audioFirst })} />}
          {scope !== "date" && session.sends_mail && <RemindField minutes={draft.remind} onChange={(remind) => change({ remind })} />}
        </div>
        <RoomChoice rooms={free.data ?? []} pending={free.isPending} chosen={draft.rooms} span={span} zone={draft.zone} heldUntil={heldUntil} onChange={(rooms) => change({ rooms })} />
      </div>
      <PlanCheck plan={plan} draft={draft} conflicts={conflicts} choiceOf={choiceOf} refusals={refused.times} onChoose={(conflict, choice) => setChosen({ ...chosen, [nameOf(conflict)]: choice })} onTake={(conflict, choice) => change(takenInstead(conflict, choice, draft.rooms))} />
      <div className="submit">
        <p className="desk-only clip"><b>{draft.title.trim() || t("book.untitled")}</b>{span && <> · {longDay(span.start, language, draft.zone)}, {clock(span.start, language, draft.zone)}</>}{plan.checked && plan.checked.dates > 1 && <> · {inBrief(plan.checked.plan, t)}</>}</p>
        <span className="push" />
        {extra}
        <button className="kern-btn kern-btn--primary" type="submit" disabled={busy}><Icon name="check" size={20} />{submitWords}</button>
      </div>
      {finding && span && isWeekly(draft) && <FindWeekly draft={draft} span={span} onTake={change} onClose={() => setFinding(false)} />}
      {finding && span && !isWeekly(draft) && <FindTime draft={draft} span={span} me={session.person.id} booking={booking} onTake={change} onClose={() => setFinding(false)} />}
    </form>
  );
}

/** Only who organises a booking makes it private: whoever books for others would not see it any more. */
const mayHide = (draft: Draft, session: Session) => draft.organiser === undefined || draft.organiser === session.person.id;

/** What would do instead for a single meeting, as the form's fields say it. */
function takenInstead(conflict: Conflict, choice: string, rooms: string[]): Partial<Draft> {
  const { rooms: others, start, end } = exceptionOf(conflict, choice, rooms);
  return others ? { rooms: others } : { date: start!.slice(0, 10), from: start!.slice(11), to: end!.slice(11) };
}
