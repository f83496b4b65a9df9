import { type KeyboardEvent, useId, useState } from "react";
import type { Person } from "../api/contract";
import { Field } from "../form/Field";
import { useWords } from "../words/useWords";
import { stepTo } from "./step";
import "../look/overlay.css";
import "./search.css";

type Props = { label: string; search: string; onSearch: (search: string) => void; found: Person[] | undefined; onPick: (person: Person) => void };

/**
 * Types a name or address, picks from the people the server finds. A plain combobox with a list box below it:
 * unlike a popover it hides nothing of the page from screen readers.
 */
export function PersonSearch({ label, search, onSearch, found, onPick }: Props) {
  const { t } = useWords();
  const list = useId();
  const [active, setActive] = useState(-1);
  const [closed, setClosed] = useState(false);
  const open = !closed && search.trim() !== "" && found !== undefined;
  const option = (index: number) => `${list}-${index}`;
  const pick = (person: Person) => {
    onPick(person);
    onSearch("");
    setActive(-1);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = stepTo(event.key, active, found?.length ?? 0);
    if (event.key === "Enter") {
      event.preventDefault(); // Enter picks; it must not send the form around.
      const person = open ? found[active < 0 && found.length === 1 ? 0 : active] : undefined;
      if (person) pick(person);
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      setClosed(true);
    } else if (open && step !== undefined) {
      event.preventDefault();
      setActive(step);
    }
  };
  return (
    <div className="person-search" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setClosed(true)}>
      <Field label={label}>
        <input
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          aria-activedescendant={open && active >= 0 ? option(active) : undefined}
          autoComplete="off"
          placeholder={t("people.searchHint")}
          value={search}
          onKeyDown={onKey}
          onChange={(event) => {
            setClosed(false);
            setActive(-1);
            onSearch(event.target.value);
          }}
        />
      </Field>
      {open && found.length > 0 && (
        <ul className="menu" role="listbox" id={list} aria-label={t("people.found")}>
          {found.map((person, index) => (
            <li key={person.id} id={option(index)} role="option" aria-selected={index === active} onPointerDown={(event) => event.preventDefault()} onClick={() => pick(person)}>
              <span>{person.name}<small>{person.email}</small></span>
            </li>
          ))}
        </ul>
      )}
      {open && found.length === 0 && <p className="menu nothing">{t("people.noneFound")}</p>}
      <span className="visually-hidden" role="status">{open ? t("people.foundCount", { count: found.length }) : ""}</span>
    </div>
  );
}
