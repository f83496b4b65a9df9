import { Field } from "../form/Field";
import { useWords } from "../words/useWords";
import { reminderWords, reminders } from "./remind";

type Props = { minutes: number | undefined; onChange: (minutes: number | undefined) => void };

/** Whether those invited get a letter before each date, and how long before. */
export function RemindField({ minutes, onChange }: Props) {
  const { t } = useWords();
  const words = (value: number) => {
    const [unit, count] = reminderWords(value);
    return t(`remind.${unit}`, { count });
  };
  return (
    <section className="card pad stack" aria-labelledby="remind">
      <div><h2 id="remind">{t("remind.heading")}</h2><p className="muted">{t("remind.hint")}</p></div>
      <div className="fields">
        <Field className="c3" label={t("remind.how")}>
          <select value={minutes ?? ""} onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}>
            <option value="">{t("remind.none")}</option>
            {reminders(minutes).map((value) => <option key={value} value={value}>{words(value)}</option>)}
          </select>
        </Field>
      </div>
    </section>
  );
}
