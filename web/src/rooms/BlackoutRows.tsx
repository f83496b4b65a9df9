import { Check, Field } from "../form/Field";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import type { Blackout } from "./rules";

type Props = { blackouts: Blackout[]; holidays: boolean; onChange: (blackouts: Blackout[]) => void; onHolidays: (closed: boolean) => void };

/** Days on which a room cannot be booked. */
export function BlackoutRows({ blackouts, holidays, onChange, onHolidays }: Props) {
  const { t } = useWords();
  const change = (place: number, part: Partial<Blackout>) => onChange(blackouts.map((one, index) => (index === place ? { ...one, ...part } : one)));
  return (
    <fieldset className="stack">
      <legend>{t("rules.closed")}</legend>
      <Check label={t("rules.holidays")} checked={holidays} onChange={onHolidays} />
      {blackouts.map((one, place) => (
        <div className="rule-row" key={place} role="group" aria-label={t("rules.blackout", { number: place + 1 })}>
          <Field label={t("rules.firstDay")}><input type="date" required value={one.from} onChange={(event) => change(place, { from: event.target.value })} /></Field>
          <Field label={t("rules.lastDay")}><input type="date" required min={one.from} value={one.until} onChange={(event) => change(place, { until: event.target.value })} /></Field>
          <Field label={t("rules.why")}><input maxLength={200} value={one.why ?? ""} onChange={(event) => change(place, { why: event.target.value })} /></Field>
          <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("rules.removeNamed", { name: t("rules.blackout", { number: place + 1 }) })} onClick={() => onChange(blackouts.filter((_, index) => index !== place))}><Icon name="x" size={20} /></button>
        </div>
      ))}
      <div className="row">
        <button type="button" className="kern-btn kern-btn--tertiary small" onClick={() => onChange([...blackouts, { from: "", until: "", why: "" }])}><Icon name="plus" size={20} />{t("rules.addBlackout")}</button>
      </div>
    </fieldset>
  );
}
