import { type FormEvent, useState } from "react";
import type { Room, RoomKind } from "../api/contract";
import { addRoom, changeRoom } from "../api/rooms";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";

/** Adds a room or changes one. */
export function RoomDialog({ room, onClose, onSaved }: { room: Room | undefined; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const body = { kind: text("kind") as RoomKind, name: text("name"), site: text("site") || undefined, capacity: Number(text("capacity")), notes: text("notes") || undefined };
    try {
      await (room ? changeRoom(room, body) : addRoom(body));
      await onSaved();
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t(room ? "rooms.changeTitle" : "rooms.addTitle")} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label={t("rooms.name")}><input name="name" required maxLength={120} defaultValue={room?.name} autoFocus /></Field>
        <Field label={t("rooms.kindTitle")}>
          <select name="kind" defaultValue={room?.kind ?? "physical"}><option value="physical">{t("rooms.kind.physical")}</option><option value="virtual">{t("rooms.kind.virtual")}</option></select>
        </Field>
        <Field label={t("rooms.capacity")}><input name="capacity" type="number" min={1} max={100000} required defaultValue={room?.capacity ?? 12} /></Field>
        <Field label={t("rooms.site")}><input name="site" maxLength={120} defaultValue={room?.site ?? ""} /></Field>
        <Field label={t("rooms.notes")} hint={t("rooms.notesHint")}><textarea name="notes" maxLength={1000} defaultValue={room?.notes ?? ""} /></Field>
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
