import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { findPeople } from "../api/people";
import type { Named } from "../api/contract";
import { Icon } from "../icons/Icon";
import { PersonSearch } from "../people/PersonSearch";
import { useWords } from "../words/useWords";

/** A list of people by name: found, added, taken out. */
export function NamedPeople({ label, hint, people, onChange }: { label: string; hint?: string; people: Named[]; onChange: (people: Named[]) => void }) {
  const { t } = useWords();
  const [search, setSearch] = useState("");
  const found = useQuery({ queryKey: ["people", search], queryFn: () => findPeople(search), enabled: search.trim().length > 0, placeholderData: (previous) => previous });
  const candidates = found.data?.filter((person) => !people.some(({ id }) => id === person.id));
  return (
    <div className="named" role="group" aria-label={label}>
      <PersonSearch label={label} search={search} onSearch={setSearch} found={candidates} onPick={({ id, name }) => onChange([...people, { id, name }])} />
      {hint && <p className="muted">{hint}</p>}
      {people.length > 0 && (
        <ul>
          {people.map(({ id, name }) => (
            <li key={id}>
              <span>{name}</span>
              <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("rules.removeNamed", { name })} onClick={() => onChange(people.filter((each) => each.id !== id))}><Icon name="x" size={20} /></button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
