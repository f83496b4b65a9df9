import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Named, Room, RoomPolicy } from "../api/contract";
import { readRules, setRules } from "../api/rooms";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { BlackoutRows } from "./BlackoutRows";
import { DoorSecret } from "./DoorSecret";
import { HoursRows } from "./HoursRows";
import { NamedPeople } from "./NamedPeople";
import { bodyOf, limit } from "./rules";
import "./rules.css";

/** The rules of a room: who may book it, when and for how long. */
export function RulesDialog({ room, onClose, onSaved }: { room: Room; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const rules = useQuery({ queryKey: ["rooms", room.id, "policy"], queryFn: () => readRules(room.id), gcTime: 0 });
  return (
    <Dialog title={t("rules.title", { name: room.name })} open onClose={onClose}>
      {rules.error && <Notice kind="danger">{explain(rules.error)}</Notice>}
      {rules.data && <RulesForm room={room} start={rules.data.data} etag={rules.data.etag ?? ""} onClose={onClose} onSaved={onSaved} />}
    </Dialog>
  );
}

type Props = { room: Room; start: RoomPolicy; etag: string; onClose: () => void; onSaved: () => Promise<unknown> };

function RulesForm({ room, start, etag, onClose, onSaved }: Props) {
  const { t, explain } = useWords();
  const [rules, setRulesOf] = useState(start);
  const [error, setError] = useState<unknown>();
  const change = (part: Partial<RoomPolicy>) => setRulesOf((current) => ({ ...current, ...part }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await setRules(room.id, etag, bodyOf(rules, {}));
      await onSaved();
      announce(t("rules.saved", { name: room.name }));
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  const number = (name: "booking_window_days" | "minimum_minutes" | "maximum_minutes", most: number) => (
    <input type="number" min={1} max={most} value={rules[name] ?? ""} onChange={(event) => change({ [name]: limit(event.target.value) })} />
  );
  const buffer = (name: "buffer_before_minutes" | "buffer_after_minutes") => (
    <input type="number" min={0} max={240} required value={rules[name]} onChange={(event) => change({ [name]: Number(event.target.value) })} />
  );
  return (
    <form className="stack rules" onSubmit={(event) => void submit(event)}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <p className="muted">{t("rules.lead")}</p>
      <fieldset className="stack">
        <legend>{t("rules.who")}</legend>
        <Field label={t("rules.bookers")}>
          <select value={rules.bookers} onChange={(event) => change({ bookers: event.target.value })}>
            {(["everybody", "listed", "delegates"] as const).map((who) => <option key={who} value={who}>{t(`rules.bookersOf.${who}`)}</option>)}
          </select>
        </Field>
        {rules.bookers === "listed" && <NamedPeople label={t("rules.listed")} people={rules.listed ?? []} onChange={(listed: Named[]) => change({ listed })} />}
        <Field label={t("rules.approval")}>
          <select value={rules.approval} onChange={(event) => change({ approval: event.target.value })}>
            {(["never", "out_of_policy", "always"] as const).map((when) => <option key={when} value={when}>{t(`rules.approvalOf.${when}`)}</option>)}
          </select>
        </Field>
        <NamedPeople label={t("rules.delegates")} hint={t("rules.delegatesHint")} people={rules.delegates} onChange={(delegates: Named[]) => change({ delegates })} />
      </fieldset>
      <fieldset className="stack">
        <legend>{t("rules.howLong")}</legend>
        <div className="pair">
          <Field label={t("rules.minimum")} hint={t("rules.emptyHint")}>{number("minimum_minutes", 1440)}</Field>
          <Field label={t("rules.maximum")} hint={t("rules.emptyHint")}>{number("maximum_minutes", 1440)}</Field>
        </div>
        <Field label={t("rules.window")} hint={t("rules.emptyHint")}>{number("booking_window_days", 3650)}</Field>
        <div className="pair">
          <Field label={t("rules.before")}>{buffer("buffer_before_minutes")}</Field>
          <Field label={t("rules.after")}>{buffer("buffer_after_minutes")}</Field>
        </div>
        <Check label={t("rules.capacity")} hint={t("rules.capacityHint")} checked={rules.enforce_capacity} onChange={(enforce_capacity) => change({ enforce_capacity })} />
      </fieldset>
      {room.kind === "physical" && (
        <fieldset className="stack">
          <legend>{t("rules.noShow")}</legend>
          <Field label={t("rules.release")} hint={t("rules.releaseHint")}><input type="number" min={5} max={120} value={rules.release_after_minutes ?? ""} onChange={(event) => change({ release_after_minutes: limit(event.target.value) })} /></Field>
        </fieldset>
      )}
      {room.kind === "physical" && <DoorSecret room={room} />}
      <HoursRows hours={rules.opening_hours} onChange={(opening_hours) => change({ opening_hours })} />
      <BlackoutRows blackouts={rules.blackouts} holidays={rules.closed_on_holidays} onChange={(blackouts) => change({ blackouts })} onHolidays={(closed_on_holidays) => change({ closed_on_holidays })} />
      <div className="acts">
        <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
        <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
      </div>
    </form>
  );
}
