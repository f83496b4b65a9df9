import { type FormEvent, useState } from "react";
import { findByHelpCode } from "../api/meetings";
import type { CodeMatch } from "../api/contract";
import { Field } from "../form/Field";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";

/** Who reads out this code, so that one can look at their line. */
export function FindByCode({ onFound }: { onFound: (meeting: string, identity: string) => void }) {
  const { t, explain } = useWords();
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState<string>();
  const [matches, setMatches] = useState<CodeMatch[]>([]);
  const find = async (event: FormEvent) => {
    event.preventDefault();
    setMatches([]);
    setWrong(undefined);
    if (!/^\d{6}$/.test(code.replace(/\s/g, ""))) return setWrong(t("running.code.wrong"));
    try {
      const found = await findByHelpCode(code.replace(/\s/g, ""));
      const [only] = found;
      if (!only) setWrong(t("running.code.nobody"));
      else if (found.length === 1) onFound(only.meeting.meeting_id, only.participant.identity);
      else setMatches(found);
    } catch (error) {
      setWrong(explain(error));
    }
  };
  return (
    <form className="findbycode" onSubmit={(event) => void find(event)}>
      <Field label={t("running.code.label")} hint={t("running.code.hint")} wrong={wrong}>
        <input inputMode="numeric" autoComplete="off" maxLength={12} value={code} onChange={(event) => setCode(event.target.value)} />
      </Field>
      <button type="submit" className="kern-btn kern-btn--secondary"><Icon name="search" size={20} />{t("running.code.find")}</button>
      {matches.length > 0 && (
        <ul className="plain" aria-label={t("running.code.several")}>
          {matches.map(({ meeting, participant }) => <li key={`${meeting.meeting_id}/${participant.identity}`}><button type="button" className="kern-btn kern-btn--tertiary small" onClick={() => onFound(meeting.meeting_id, participant.identity)}>{participant.name}, {meeting.title}</button></li>)}
        </ul>
      )}
    </form>
  );
}
