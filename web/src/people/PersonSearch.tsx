import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import type { Person } from "../api/contract";
import { useWords } from "../words/useWords";
import "../look/overlay.css";

type Props = { label: string; search: string; onSearch: (search: string) => void; found: Person[]; onPick: (person: Person) => void };

/** Types a name or address, picks from the people the server finds. */
export function PersonSearch({ label, search, onSearch, found, onPick }: Props) {
  const { t } = useWords();
  const pick = (key: unknown) => {
    const person = found.find((each) => each.id === key);
    if (person) onPick(person);
    if (key !== null) onSearch("");
  };
  return (
    <ComboBox className="field" items={found} inputValue={search} onInputChange={onSearch} selectedKey={null} onSelectionChange={pick} menuTrigger="input" allowsEmptyCollection={search.trim() !== ""} defaultFilter={() => true}>
      <Label>{label}</Label>
      <Input className="input" placeholder={t("people.searchHint")} />
      <Popover className="menu wide">
        <ListBox<Person> renderEmptyState={() => <p className="nothing">{t("people.noneFound")}</p>}>
          {(person) => <ListBoxItem id={person.id} textValue={person.name}><span>{person.name}<small>{person.email}</small></span></ListBoxItem>}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
