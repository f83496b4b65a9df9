import { Field } from "../form/Field";
import { longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import type { Fault } from "./draft";
import { type Repeat, kinds, nth } from "./repeat";

type Props = { repeat: Repeat; date: string; mayEnd: boolean; faults: Fault[]; onChange: (repeat: Repeat) => void };

/** How often and until when. `mayEnd` says whether the meeting may become a single one. */
export function RepeatFields({ repeat, date, mayEnd, faults, onChange }: Props) {
  const { t, language } = useWords();
  const wrong = (field: Fault["field"]) => {
    const fault = faults.find((each) => each.field === field);
    return fault && t(fault.words);
  };
  const change = (part: Partial<Repeat>) => onChange({ ...repeat, ...part });
  const day = /^\d{4}-\d\d-\d\d$/.test(date) ? longDay(`${date}T12:00:00Z`, language, "UTC").split(",")[0]!.split(" ")[0]! : "";
  const words = (kind: Repeat["kind"]) => t(`repeat.kind.${kind}`, { day, date: Number(date.slice(8, 10)), nth: day && t(`repeat.nth.${nth(date)}`) });
  const offered = [...kinds.filter((kind) => kind !== "none" || mayEnd), ...(repeat.kind === "other" ? (["other"] as const) : [])];
  const counted = !["none", "workdays", "other"].includes(repeat.kind);
  return (
    <section className="card pad" aria-labelledby="repeat">
      <div className="fields">
        <h2 id="repeat">{t("repeat.heading")}</h2>
        <Field className="c3" label={t("repeat.how")} wrong={wrong("repeat")}>
          <select value={repeat.kind} onChange={(event) => change({ kind: event.target.value as Repeat["kind"] })}>{offered.map((kind) => <option key={kind} value={kind}>{words(kind)}</option>)}</select>
        </Field>
        {counted && <Field className="c3" label={t(`repeat.every.${repeat.kind}`)}><input type="number" min={1} max={99} value={repeat.every} onChange={(event) => change({ every: Math.max(1, Number(event.target.value)) })} /></Field>}
        {repeat.kind !== "none" && repeat.kind !== "other" && (
          <>
            <Field className="c3" label={t("repeat.ending")}>
              <select value={repeat.ending} onChange={(event) => change({ ending: event.target.value as Repeat["ending"] })}>
                <option value="count">{t("repeat.afterCount")}</option>
                <option value="until">{t("repeat.onDate")}</option>
                <option value="never">{t("repeat.never")}</option>
              </select>
            </Field>
            {repeat.ending === "count" && <Field className="c3" label={t("repeat.count")}><input type="number" min={1} max={1000} value={repeat.count} onChange={(event) => change({ count: Math.max(1, Number(event.target.value)) })} /></Field>}
            {repeat.ending === "until" && <Field className="c3" label={t("repeat.last")} wrong={wrong("until")}><input type="date" min={date} value={repeat.until} onChange={(event) => change({ until: event.target.value })} /></Field>}
          </>
        )}
      </div>
    </section>
  );
}
