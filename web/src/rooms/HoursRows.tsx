import { Icon } from "../icons/Icon";
import { Field } from "../form/Field";
import { weekdayName } from "../words/dates";
import { useWords } from "../words/useWords";
import { type Hours, nextHours, workWeek } from "./rules";

/** When a room is open, a row for each span of a weekday; without any it is always open. */
export function HoursRows({ hours, onChange }: { hours: Hours[]; onChange: (hours: Hours[]) => void }) {
  const { t, language } = useWords();
  const change = (place: number, part: Partial<Hours>) => onChange(hours.map((one, index) => (index === place ? { ...one, ...part } : one)));
  return (
    <fieldset className="stack">
      <legend>{t("rules.hours")}</legend>
      {hours.length === 0 && <p className="muted">{t("rules.always")}</p>}
      {hours.map((one, place) => (
        <div className="rule-row" key={place} role="group" aria-label={weekdayName(one.weekday, language)}>
          <Field label={t("rules.day")}>
            <select value={one.weekday} onChange={(event) => change(place, { weekday: Number(event.target.value) })}>
              {[1, 2, 3, 4, 5, 6, 7].map((day) => <option key={day} value={day}>{weekdayName(day, language)}</option>)}
            </select>
          </Field>
          <Field label={t("rules.from")}><input type="time" required value={one.from} onChange={(event) => change(place, { from: event.target.value })} /></Field>
          <Field label={t("rules.until")}><input type="time" required value={one.until} onChange={(event) => change(place, { until: event.target.value })} /></Field>
          <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("rules.removeNamed", { name: weekdayName(one.weekday, language) })} onClick={() => onChange(hours.filter((_, index) => index !== place))}><Icon name="x" size={20} /></button>
        </div>
      ))}
      <div className="row">
        <button type="button" className="kern-btn kern-btn--tertiary small" onClick={() => onChange([...hours, nextHours(hours)])}><Icon name="plus" size={20} />{t("rules.addHours")}</button>
        {hours.length === 0 && <button type="button" className="kern-btn kern-btn--tertiary small" onClick={() => onChange(workWeek())}>{t("rules.workWeek")}</button>}
      </div>
    </fieldset>
  );
}
