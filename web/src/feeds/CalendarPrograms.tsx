import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { endAppPassword, listAppPasswords, makeAppPassword } from "../api/appPasswords";
import type { AppPassword, MadeAppPassword } from "../api/contract";
import { CopyButton } from "../form/CopyButton";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { shortDate } from "../words/dates";
import { useWords } from "../words/useWords";
import "./feeds.css";

const key = ["app-passwords"];

/** Passwords for calendar programs: made, shown once, ended. */
export function CalendarPrograms() {
  const { t, explain, language } = useWords();
  const queries = useQueryClient();
  const programs = useQuery({ queryKey: key, queryFn: listAppPasswords });
  const [label, setLabel] = useState("");
  const [isEmpty, setEmpty] = useState(false);
  const [made, setMade] = useState<MadeAppPassword>();
  const [failed, setFailed] = useState<unknown>();
  const [ending, setEnding] = useState<AppPassword>();
  const renew = () => queries.invalidateQueries({ queryKey: key });
  const make = async (event: FormEvent) => {
    event.preventDefault();
    setEmpty(label.trim() === "");
    if (label.trim() === "") return;
    setFailed(undefined);
    try {
      setMade(await makeAppPassword(label));
      setLabel("");
      await renew();
    } catch (error) {
      setFailed(error);
    }
  };
  const problem = programs.error ?? failed;
  const used = ({ created_at, used_on }: AppPassword) => {
    const day = shortDate(created_at, language);
    return used_on ? t("programs.used", { day, used: shortDate(used_on, language) }) : t("programs.unused", { day });
  };
  return (
    <section className="card pad stack feeds" aria-labelledby="programs">
      <h2 id="programs">{t("programs.title")}</h2>
      <p className="muted">{t("programs.lead")}</p>
      {problem !== undefined && problem !== null && <Notice kind="danger">{explain(problem)}</Notice>}
      {programs.data && (
        <div className="stack">
          <dl className="access">
            <dt>{t("programs.server")}</dt>
            <dd className="linkbox">{programs.data.server}</dd>
            <dt>{t("programs.user")}</dt>
            <dd className="linkbox">{programs.data.user}</dd>
          </dl>
          <CopyButton className="kern-btn kern-btn--secondary" text={programs.data.server} label={t("programs.copyServer")} />
        </div>
      )}
      {made && (
        <div className="stack">
          <Notice title={t("programs.onceTitle")}>{t("programs.once")}</Notice>
          <p className="linkbox password">{made.password}</p>
          <CopyButton className="kern-btn kern-btn--secondary" text={made.password} label={t("programs.copy")} />
        </div>
      )}
      {programs.data && programs.data.items.length > 0 && <ul className="invited" aria-label={t("programs.title")}>
        {programs.data.items.map((password) => (
          <li key={password.id}>
            <span className="name">{password.label}<small>{used(password)}</small></span>
            <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("programs.endNamed", { name: password.label })} onClick={() => setEnding(password)}><Icon name="x" size={20} /></button>
          </li>
        ))}
      </ul>}
      <form className="stack" noValidate onSubmit={(event) => void make(event)}>
        <Field label={t("programs.label")} hint={t("programs.labelHint")} wrong={isEmpty ? t("programs.labelWrong") : undefined}>
          <input value={label} maxLength={100} autoComplete="off" onChange={(event) => setLabel(event.target.value)} />
        </Field>
        <button type="submit" className="kern-btn kern-btn--secondary"><Icon name="plus" size={20} />{t("programs.make")}</button>
      </form>
      <Confirm title={t("programs.endTitle")} text={t("programs.endText", { name: ending?.label })} action={t("programs.end")} open={ending !== undefined} onClose={() => setEnding(undefined)} onConfirm={async () => { await endAppPassword(ending!.id); if (made?.id === ending!.id) setMade(undefined); await renew(); }} />
    </section>
  );
}
