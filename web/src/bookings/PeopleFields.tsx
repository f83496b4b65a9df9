import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitedRole as Role } from "../api/contract";
import { Icon } from "../icons/Icon";
import { PersonSearch } from "../people/PersonSearch";
import { findPeople } from "../api/people";
import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import type { Draft } from "./draft";

type Invited = Draft["people"];

/** Colleagues with an account, each with a role. */
export function PeopleFields({ people, me, onChange }: { people: Invited; me: string; onChange: (people: Invited) => void }) {
  const { t } = useWords();
  const [search, setSearch] = useState("");
  const found = useQuery({ queryKey: ["people", search], queryFn: () => findPeople(search), enabled: search.trim().length > 0, placeholderData: (previous) => previous });
  const candidates = found.data?.filter((person) => person.id !== me && !people.some((invited) => invited.id === person.id));
  const setRole = (id: string, role: Role) => onChange(people.map((person) => (person.id === id ? { ...person, role } : person)));
  return (
    <section className="card pad stack" aria-labelledby="invited">
      <h2 id="invited">{t("book.people")}</h2>
      {people.length > 0 && (
        <ul className="invited">
          {people.map((person) => (
            <li key={person.id}>
              <span className="avatar" aria-hidden="true">{initials(person.name)}</span>
              <span className="name">{person.name}</span>
              <span className="field"><span className="select">
                <select aria-label={t("book.roleOf", { name: person.name })} value={person.role} onChange={(event) => setRole(person.id, event.target.value as Role)}>
                  <option value="participant">{t("role.participant")}</option>
                  <option value="moderator">{t("role.moderator")}</option>
                </select>
                <Icon name="chevron-down" size={20} />
              </span></span>
              <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("book.removeNamed", { name: person.name })} onClick={() => onChange(people.filter((each) => each.id !== person.id))}><Icon name="x" size={20} /></button>
            </li>
          ))}
        </ul>
      )}
      <PersonSearch label={t("book.addPerson")} search={search} onSearch={setSearch} found={candidates} onPick={(person) => onChange([...people, { id: person.id, name: person.name, role: "participant" }])} />
    </section>
  );
}
