import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Person } from "../api/contract";
import { addDelegation, findPeople } from "../api/people";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { PersonSearch } from "../people/PersonSearch";
import { useWords } from "../words/useWords";

const rights = ["book", "see_all", "see_busy", "answer", "manage"];

/** Lets somebody act for me. */
export function DelegationDialog({ me, onClose, onSaved }: { me: string; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const [search, setSearch] = useState("");
  const [delegate, setDelegate] = useState<Person>();
  const [held, setHeld] = useState(["book", "see_all"]);
  const [until, setUntil] = useState("");
  const [error, setError] = useState<unknown>();
  const found = useQuery({ queryKey: ["people", search], queryFn: () => findPeople(search), enabled: search.trim() !== "" });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!delegate) return;
    try {
      await addDelegation({ delegate: delegate.id, rights: held, valid_until: until ? new Date(`${until}T23:59:59`).toISOString() : undefined });
      await onSaved();
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("delegations.addTitle")} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {delegate ? (
          <p className="row"><b>{delegate.name}</b><button type="button" className="kern-btn kern-btn--tertiary" onClick={() => setDelegate(undefined)}>{t("delegations.other")}</button></p>
        ) : (
          <PersonSearch label={t("delegations.who")} search={search} onSearch={setSearch} found={found.data?.filter((person) => person.id !== me)} onPick={setDelegate} />
        )}
        <fieldset>
          <legend><b>{t("delegations.rights")}</b></legend>
          {rights.map((right) => <Check key={right} label={t(`right.${right}`)} checked={held.includes(right)} onChange={(on) => setHeld(on ? [...held, right] : held.filter((each) => each !== right))} />)}
        </fieldset>
        <Field label={t("delegations.untilLabel")} hint={t("delegations.untilHint")}><input type="date" value={until} onChange={(event) => setUntil(event.target.value)} /></Field>
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary" disabled={!delegate || held.length === 0}>{t("delegations.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
