import type { Session } from "../api/contract";
import { Field } from "../form/Field";
import { Icon } from "../icons/Icon";
import { booksFor } from "../shell/acting";
import { useWords } from "../words/useWords";
import { type Draft, type Fault, withStart } from "./draft";
import { isWeekly } from "./weekly";
import { zones } from "./zones";

type Props = { draft: Draft; session: Session; faults: Fault[]; brief?: boolean; onChange: (part: Partial<Draft>) => void; onFind?: () => void };

/** What, for whom and when. */
export function WhenFields({ draft, session, faults, brief, onChange, onFind }: Props) {
  const { t } = useWords();
  const principals = booksFor(session.principals);
  const wrong = (field: Fault["field"]) => {
    const fault = faults.find((each) => each.field === field);
    return fault && t(fault.words);
  };
  return (
    <section className="card pad" aria-label={t("book.what")}>
      <div className="fields">
        <Field label={t("book.title")} wrong={wrong("title")}><input value={draft.title} maxLength={200} autoComplete="off" onChange={(event) => onChange({ title: event.target.value })} /></Field>
        {!brief && principals.length > 0 && (
          <Field label={t("book.organiser")}>
            <select value={draft.organiser ?? session.person.id} onChange={(event) => onChange({ organiser: event.target.value })}>
              <option value={session.person.id}>{t("book.myself", { name: session.person.name })}</option>
              {principals.map((principal) => <option key={principal.id} value={principal.id}>{t("book.onBehalfOption", { name: principal.name })}</option>)}
            </select>
          </Field>
        )}
        <div className="when">
          <Field label={t("book.date")} wrong={wrong("date")}><input type="date" value={draft.date} onChange={(event) => onChange({ date: event.target.value })} /></Field>
          <Field label={t("book.from")} wrong={wrong("from")}><input type="time" value={draft.from} onChange={(event) => onChange(withStart(draft, event.target.value))} /></Field>
          <Field label={t("book.to")} wrong={wrong("to")}><input type="time" value={draft.to} onChange={(event) => onChange({ to: event.target.value })} /></Field>
        </div>
        {onFind && <div className="findbar"><button type="button" className="kern-btn kern-btn--secondary small" onClick={onFind}><Icon name="calendar-check" size={20} />{t(isWeekly(draft) ? "weekly.open" : "find.open")}</button><span className="muted">{t(isWeekly(draft) ? "weekly.hint" : "find.hint")}</span></div>}
        {!brief && <Field label={t("book.zone")}>
          <select value={draft.zone} onChange={(event) => onChange({ zone: event.target.value })}>{zones(draft.zone).map((zone) => <option key={zone} value={zone}>{zone.replaceAll("_", " ")}</option>)}</select>
        </Field>}
        {!brief && <Field label={t("book.description")}><textarea rows={3} value={draft.description} maxLength={4000} onChange={(event) => onChange({ description: event.target.value })} /></Field>}
      </div>
    </section>
  );
}
