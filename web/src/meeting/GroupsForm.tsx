import { type FormEvent, useState } from "react";
import { moderate } from "../api/meetings";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { useWords } from "../words/useWords";
import { groupLimits, minutesFrom } from "./groups";

const divisions = ["evenly", "by_hand", "choose"] as const;
const numbers = Array.from({ length: groupLimits.most - groupLimits.fewest + 1 }, (_, index) => index + groupLimits.fewest);

/** How many groups, what they are called, who goes where, and for how long. */
export function GroupsForm({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const [count, setCount] = useState<number>(groupLimits.fewest);
  const [titles, setTitles] = useState<string[]>([]);
  const [division, setDivision] = useState<(typeof divisions)[number]>("evenly");
  const [typed, setTyped] = useState("");
  const [mayReturn, setMayReturn] = useState(true);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>();
  const minutes = minutesFrom(typed);
  const plain = (number: number) => t("groups.unnamed", { number });
  const name = (at: number, title: string) => setTitles(Object.assign([...titles], { [at]: title }));
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setError(undefined);
    if (minutes === "wrong") return;
    const named = Array.from({ length: count }, (_, at) => titles[at]?.trim() || plain(at + 1));
    // The dialog goes on with what is open then.
    await moderate(meetingId, { act: "open_groups", titles: named, division, seats: [], minutes, may_return: mayReturn }).catch(setError);
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void begin(event)}>
      <p className="muted">{t("groupForm.lead")}</p>
      <Field label={t("groupForm.count")}>
        <select value={count} onChange={(event) => setCount(Number(event.target.value))} autoFocus>{numbers.map((each) => <option key={each}>{each}</option>)}</select>
      </Field>
      <fieldset className="choices grouptitles">
        <legend>{t("groupForm.titles")}</legend>
        {Array.from({ length: count }, (_, at) => <div className="field" key={at}><input aria-label={t("groupForm.titleOf", { number: at + 1 })} placeholder={plain(at + 1)} value={titles[at] ?? ""} maxLength={groupLimits.title} autoComplete="off" onChange={(event) => name(at, event.target.value)} /></div>)}
      </fieldset>
      <fieldset className="choices">
        <legend>{t("groupForm.division")}</legend>
        {divisions.map((each) => <label className="check round" key={each}><input type="radio" name="division" checked={division === each} onChange={() => setDivision(each)} /><span>{t(`groupForm.${each}`)}<small>{t(`groupForm.${each}Hint`)}</small></span></label>)}
      </fieldset>
      <Field label={t("groupForm.minutes")} hint={t("groupForm.minutesHint")} wrong={tried && minutes === "wrong" ? t("groupForm.minutesWrong", { most: groupLimits.minutes }) : undefined}>
        <input inputMode="numeric" value={typed} maxLength={3} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </Field>
      <Check label={t("groupForm.mayReturn")} checked={mayReturn} onChange={setMayReturn} />
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <div className="acts">
        <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
        <button type="submit" className="kern-btn kern-btn--primary">{t("groupForm.begin")}</button>
      </div>
    </form>
  );
}
