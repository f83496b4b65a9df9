import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Person } from "../api/contract";
import { changePerson, findPeople } from "../api/people";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { PageHead } from "../shell/PageHead";
import { useWords } from "../words/useWords";
import { PersonDialog } from "./PersonDialog";
import "../look/table.css";

/** Accounts, for administrators. */
export default function People({ me }: { me: string }) {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const [search, setSearch] = useState("");
  const [editing, setEditing] = useState<Person | "new">();
  const [closing, setClosing] = useState<Person>();
  const people = useQuery({ queryKey: ["people", "all", search], queryFn: () => findPeople(search, 100), placeholderData: (previous) => previous });
  const renew = () => queries.invalidateQueries({ queryKey: ["people"] });
  return (
    <>
      <PageHead title={t("people.title")} lead={t("people.lead")} tools={<button type="button" className="kern-btn kern-btn--primary" onClick={() => setEditing("new")}><Icon name="plus" size={20} />{t("people.add")}</button>} />
      {people.error && <Notice kind="danger">{explain(people.error)}</Notice>}
      <div className="stack">
        <Field label={t("people.search")} className="narrowfield"><input type="search" value={search} onChange={(event) => setSearch(event.target.value)} /></Field>
        {people.data?.length === 0 && <Notice>{t("people.noneFound")}</Notice>}
        {people.data && people.data.length > 0 && (
          <section className="card">
            <table className="list" aria-label={t("people.title")}>
              <thead><tr><th scope="col">{t("people.name")}</th><th scope="col">{t("people.email")}</th><th scope="col">{t("people.roles")}</th><th scope="col"><span className="visually-hidden">{t("table.actions")}</span></th></tr></thead>
              <tbody>
                {people.data.map((person) => (
                  <tr key={person.id}>
                    <th scope="row">{person.name} {person.disabled_at && <span className="badge tiny">{t("people.closed")}</span>}</th>
                    <td className="wrap breakable">{person.email}</td>
                    <td>{(person.roles ?? []).map((role) => t(`systemRole.${role}`)).join(", ")}</td>
                    <td className="acts">
                      <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("people.changeNamed", { name: person.name })} onClick={() => setEditing(person)}><Icon name="pencil" size={20} /></button>
                      {person.id !== me && !person.disabled_at && <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("people.closeNamed", { name: person.name })} onClick={() => setClosing(person)}><Icon name="lock" size={20} /></button>}
                      {person.disabled_at && <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("people.reopenNamed", { name: person.name })} onClick={() => void changePerson(person.id, { disabled: false }).then(renew)}><Icon name="lock-open" size={20} /></button>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
      {editing && <PersonDialog person={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} onSaved={renew} />}
      <Confirm title={t("people.closeTitle", { name: closing?.name })} text={t("people.closeText")} action={t("people.close")} open={closing !== undefined} onClose={() => setClosing(undefined)} onConfirm={async () => { await changePerson(closing!.id, { disabled: true }); await renew(); }} />
    </>
  );
}
