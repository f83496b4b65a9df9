import { useState } from "react";
import { endDoor, makeDoor } from "../api/rooms";
import type { Room } from "../api/contract";
import { CopyButton } from "../form/CopyButton";
import { Notice } from "../form/Notice";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";

/** The secret of the panel at the door, made here and shown once. */
export function DoorSecret({ room }: { room: Room }) {
  const { t, explain } = useWords();
  const [secret, setSecret] = useState<string>();
  const [error, setError] = useState<unknown>();
  const tries = async (act: () => Promise<void>) => {
    setError(undefined);
    try {
      await act();
    } catch (refusal) {
      setError(refusal);
    }
  };
  const make = () => tries(async () => setSecret((await makeDoor(room.id)).secret));
  const end = () =>
    tries(async () => {
      await endDoor(room.id);
      setSecret(undefined);
      announce(t("door.ended"));
    });
  return (
    <fieldset className="stack">
      <legend>{t("door.title")}</legend>
      <p className="muted">{t("door.lead")}</p>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      {secret && (
        <Notice title={t("door.once")}>
          <p className="linkbox">{secret}</p>
          <CopyButton className="kern-btn kern-btn--secondary small" text={secret} label={t("door.copy")} />
        </Notice>
      )}
      <div className="row wrap">
        <button type="button" className="kern-btn kern-btn--secondary small" onClick={() => void make()}>{t("door.make")}</button>
        <button type="button" className="kern-btn kern-btn--tertiary small" onClick={() => void end()}>{t("door.end")}</button>
      </div>
    </fieldset>
  );
}
