import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Person, SystemRole } from "../api/contract";
import { listSites } from "../api/capacity";
import { addPerson, changePerson } from "../api/people";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";

const roles: SystemRole[] = ["administrator", "room_manager"];

/** Adds an account or changes one. */
export function PersonDialog({ person, onClose, onSaved }: { person: Person | undefined; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const [held, setHeld] = useState<SystemRole[]>(person?.roles ?? []);
  const sites = useQuery({ queryKey: ["sites"], queryFn: listSites });
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const password = String(form.get("password") ?? "");
    // Without sites there is nothing to choose, and what is stored stays.
    const site = sites.data?.length ? { site: text("site") || null } : {};
    try {
      if (person) await changePerson(person.id, { name: text("name"), roles: held, locale: text("locale"), ...site, ...(password ? { password } : {}) });
      else await addPerson({ name: text("name"), email: text("email"), password, roles: held, locale: text("locale"), ...site });
      await onSaved();
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t(person ? "people.changeTitle" : "people.addTitle")} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label={t("people.name")}><input name="name" required maxLength={120} autoComplete="off" defaultValue={person?.name} autoFocus /></Field>
        {!person && <Field label={t("people.email")}><input name="email" type="email" required maxLength={254} autoComplete="off" /></Field>}
        <Field label={t(person ? "people.newPassword" : "people.password")} hint={t(person ? "people.newPasswordHint" : "setUp.passwordHint")}><input name="password" type="password" minLength={12} maxLength={128} required={!person} autoComplete="new-password" /></Field>
        <Field label={t("people.language")}><select name="locale" defaultValue={person?.locale ?? "de"}><option value="de">Deutsch</option><option value="en">English</option></select></Field>
        {sites.data && sites.data.length > 0 && <Field label={t("people.site")} hint={t("people.siteHint")}><select name="site" defaultValue={person?.site ?? ""}><option value="">{t("people.noSite")}</option>{sites.data.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select></Field>}
        <fieldset>
          <legend className="label"><b>{t("people.roles")}</b></legend>
          {roles.map((role) => <Check key={role} label={t(`systemRole.${role}`)} hint={t(`systemRole.${role}Hint`)} checked={held.includes(role)} onChange={(on) => setHeld(on ? [...held, role] : held.filter((each) => each !== role))} />)}
        </fieldset>
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
