import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Session } from "../api/contract";
import { isProblem } from "../api/problem";
import { freeRooms } from "../api/rooms";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { type Draft, type Fault, faultsOf, spanOf } from "./draft";
import { GuestFields } from "./GuestFields";
import { PeopleFields } from "./PeopleFields";
import { RoomChoice } from "./RoomChoice";
import { WhenFields } from "./WhenFields";
import "./book.css";

type Props = { start: Draft; session: Session; booking?: string; submitWords: string; extra?: ReactNode; onSubmit: (draft: Draft) => Promise<void> };

/** The one form for a new booking and for changing one. */
export function BookingForm({ start, session, booking, submitWords, extra, onSubmit }: Props) {
  const { t, language, explain } = useWords();
  const [draft, setDraft] = useState(start);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const span = spanOf(draft);
  const free = useQuery({
    queryKey: ["free-rooms", span?.start.toISOString(), span?.end.toISOString(), booking],
    queryFn: () => freeRooms(span!.start.toISOString(), span!.end.toISOString(), booking),
    enabled: span !== undefined,
    placeholderData: (previous) => previous,
  });
  useEffect(() => {
    if (faults.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [faults]);

  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft, new Date(), booking !== undefined);
    setFaults(found);
    setError(undefined);
    if (found.length > 0) return;
    setBusy(true);
    try {
      await onSubmit(draft);
    } catch (refusal) {
      setError(refusal);
      if (isProblem(refusal, "room_taken")) void free.refetch();
      setBusy(false);
    }
  };

  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
      {error !== undefined && <Notice kind="danger" title={t("book.failed")}>{explain(error)}</Notice>}
      <div className="book">
        <div className="stack">
          <WhenFields draft={draft} session={session} faults={faults} onChange={change} onStart={setDraft} />
          <PeopleFields people={draft.people} me={session.person.id} onChange={(people) => change({ people })} />
          <GuestFields guests={draft.guests} wait={draft.guestsWait} onChange={(guests) => change({ guests })} onWait={(guestsWait) => change({ guestsWait })} />
        </div>
        <RoomChoice rooms={free.data ?? []} pending={free.isPending} chosen={draft.rooms} span={span} zone={draft.zone} onChange={(rooms) => change({ rooms })} />
      </div>
      <div className="submit">
        <p className="desk-only clip"><b>{draft.title.trim() || t("book.untitled")}</b>{span && <> · {longDay(span.start, language, draft.zone)}, {clock(span.start, language, draft.zone)}</>}</p>
        <span className="push" />
        {extra}
        <button className="kern-btn kern-btn--primary" type="submit" disabled={busy}><Icon name="check" size={20} />{submitWords}</button>
      </div>
    </form>
  );
}
