import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { listWaits, waitForRoom } from "../api/waits";
import type { FreeRoom } from "../api/contract";
import { isProblem } from "../api/problem";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { waitsFor } from "./waits";

/** Waits for a room that others have at this time. */
export function WaitButton({ room, span }: { room: FreeRoom; span: { start: Date; end: Date } }) {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const waits = useQuery({ queryKey: ["room-waits"], queryFn: listWaits });
  const [error, setError] = useState<unknown>();
  const [asked, setAsked] = useState(false);
  const mark = useRef<HTMLSpanElement>(null);
  const isListed = waitsFor(waits.data ?? [], room.id, span);
  // The button that had the focus is gone.
  useEffect(() => {
    if (asked && isListed) mark.current?.focus();
  }, [asked, isListed]);
  if (isListed) return <span className="mark" ref={mark} tabIndex={-1}><Icon name="hourglass" size={16} />{t("wait.listed")}</span>;
  const wait = async () => {
    setError(undefined);
    try {
      setAsked(true);
      await waitForRoom(room.id, span.start.toISOString(), span.end.toISOString());
      announce(t("wait.done", { room: room.name }));
    } catch (refusal) {
      if (!isProblem(refusal, "already_exists")) setError(refusal);
    }
    await queries.invalidateQueries({ queryKey: ["room-waits"] });
  };
  return (
    <div className="waiting">
      <button type="button" className="kern-btn kern-btn--tertiary small" aria-label={t("wait.askNamed", { room: room.name })} onClick={() => void wait()}><Icon name="hourglass" size={20} />{t("wait.ask")}</button>
      {error !== undefined && <p role="alert">{explain(error)}</p>}
    </div>
  );
}
