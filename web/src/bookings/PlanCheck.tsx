import type { TFunction } from "i18next";
import { useEffect, useRef } from "react";
import type { Checked } from "../api/contract";
import { Field } from "../form/Field";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { type Conflict, choicesOf, nameOf } from "./conflicts";
import type { Draft } from "./draft";
import { type Outcome, tally } from "./plan";
import { type Reason, reasonIn, reasonsOf } from "./reasons";
import type { Plan } from "./usePlan";

type Props = {
  plan: Plan;
  draft: Draft;
  conflicts: Conflict[];
  /** What was chosen for which date; the first choice where nothing was. */
  choiceOf: (conflict: Conflict) => string | undefined;
  onChoose: (conflict: Conflict, choice: string) => void;
  /** Takes what would do instead for a single meeting. */
  onTake: (conflict: Conflict, choice: string) => void;
  /** Counts refusals because of these dates: each takes the focus here. */
  refusals: number;
};

const icons: Record<Outcome, IconName> = { free: "check", needs_approval: "hourglass", taken: "octagon-alert", against_rules: "octagon-alert" };

/** What would become of every date, before anything is sent, and what could be had instead. */
export function PlanCheck({ plan: { checked, refusal }, draft, conflicts, choiceOf, onChoose, onTake, refusals }: Props) {
  const { t, language, explain } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (refusals > 0) heading.current?.focus();
  }, [refusals]);
  const dates = checked?.plan ?? [];
  const isSeries = dates.some(({ date }) => date !== null) || conflicts.some(({ date }) => date !== null);
  if (!refusal && !isSeries && (dates.length === 0 || draft.rooms.length === 0)) return null;
  const words = isSeries ? inBrief(dates, t) : dates[0] && t(`plan.single.${dates[0].outcome}`);
  const why = refusal ? reasonsOf((refusal as { extra: Record<string, unknown> }).extra, t, language) : [];
  return (
    <section className="card pad stack plan" aria-labelledby="plan">
      <h2 id="plan" tabIndex={-1} ref={heading}>{t("plan.title")}</h2>
      <div role="status">
        {refusal ? <p className="mark red"><Icon name="octagon-alert" size={20} /><span>{explain(refusal)}</span></p> : <p className={`mark ${tone(dates)}`}><Icon name={icons[worst(dates)]} size={20} /><span>{words}</span></p>}
      </div>
      {why.length > 0 && <ul className="reasons">{why.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
      {!refusal && (checked?.asks ?? []).map((ask) => <Asked key={ask.room.id} ask={ask} isSeries={isSeries} />)}
      {!refusal && conflicts.some(({ date }) => date !== null) && <p>{t("plan.instead")}</p>}
      {!refusal && conflicts.map((conflict) => <Instead key={nameOf(conflict)} conflict={conflict} draft={draft} choice={choiceOf(conflict)} onChoose={(choice) => onChoose(conflict, choice)} onTake={(choice) => onTake(conflict, choice)} />)}
      {!refusal && isSeries && dates.length > 0 && (
        <details>
          <summary>{t("plan.all", { count: dates.length })}</summary>
          <ul className="plandates">
            {dates.map(({ start, outcome }) => (
              <li key={start}>
                <span>{longDay(`${start.slice(0, 16)}:00Z`, language, "UTC")}</span>
                <span className={`mark ${outcome === "free" ? "" : tone([{ outcome }])}`}><Icon name={icons[outcome]} size={16} />{t(`plan.is.${outcome}`)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** A date that cannot be had as it is wanted: what is in the way, and what would do. */
function Instead({ conflict, draft, choice, onChoose, onTake }: { conflict: Conflict; draft: Draft; choice: string | undefined; onChoose: (choice: string) => void; onTake: (choice: string) => void }) {
  const { t, language } = useWords();
  const words = (choice: string) => {
    const [kind, which] = choice.split(":");
    const room = conflict.free_rooms.find(({ id }) => id === which);
    const time = conflict.free_times[Number(which)];
    if (kind === "room" && room) return t("conflict.room", { room: [room.name, room.site].filter(Boolean).join(", "), count: room.capacity });
    if (kind === "time" && time) return t("conflict.time", { from: time.start.slice(11), to: time.end.slice(11) });
    if (kind === "wait") return t("conflict.wait", { room: [...new Set(conflict.taken.map(({ room }) => room.name))].join(", ") });
    return t("conflict.skip");
  };
  const held = conflict.taken.map(({ room, start, end }) => t("plan.takenBy", { room: room.name, from: clock(start, language, draft.zone), to: clock(end, language, draft.zone) }));
  const hint = [...held, ...conflict.reasons.map((reason) => reasonIn(reason, t, language))].join(" ");
  const day = longDay(`${conflict.start}:00Z`, language, "UTC");
  const choices = choicesOf(conflict);
  if (conflict.date !== null) {
    return (
      <Field label={day} hint={hint}>
        <select value={choice} onChange={(event) => onChoose(event.target.value)}>{choices.map((each) => <option key={each} value={each}>{words(each)}</option>)}</select>
      </Field>
    );
  }
  // The nearest of each kind: all others stand in the list of rooms.
  const few = ["room", "time"].flatMap((kind) => choices.filter((each) => each.startsWith(kind)).slice(0, 2));
  return (
    <div className="instead">
      <p className="muted">{hint}</p>
      {few.length > 0 && <div className="row wrap">{few.map((each) => <button key={each} type="button" className="kern-btn kern-btn--secondary small" onClick={() => onTake(each)}><Icon name={each.startsWith("room") ? "door-open" : "clock"} size={20} />{words(each)}</button>)}</div>}
    </div>
  );
}

function Asked({ ask, isSeries }: { ask: Checked["asks"][number]; isSeries: boolean }) {
  const { t, language } = useWords();
  const reasons = [...new Set((ask.reasons as unknown as Reason[]).map((reason) => reasonIn(reason, t, language)))];
  return (
    <div>
      <p>{t(isSeries ? "plan.asksSome" : "plan.asks", { room: ask.room.name })}</p>
      {reasons.length > 0 && <ul className="reasons">{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
    </div>
  );
}

/** How many dates would be had and how many not, in one line. */
export const inBrief = (dates: Checked["plan"], t: TFunction): string => tally(dates).map(({ outcome, count }) => t(`plan.count.${outcome}`, { count })).join(", ");

type Told = { outcome: Outcome }[];

const worst = (dates: Told): Outcome => (["against_rules", "taken", "needs_approval"] as const).find((outcome) => dates.some((date) => date.outcome === outcome)) ?? "free";

function tone(dates: Told): string {
  const outcome = worst(dates);
  return outcome === "free" ? "good" : outcome === "needs_approval" ? "" : "red";
}
