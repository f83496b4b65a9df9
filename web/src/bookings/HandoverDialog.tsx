import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { offerBooking, withdrawOffers } from "../api/handovers";
import type { Booking, Handover, Person } from "../api/contract";
import { findPeople } from "../api/people";
import { CopyButton } from "../form/CopyButton";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { PersonSearch } from "../people/PersonSearch";
import { announce } from "../shell/announcer";
import { longDay } from "../words/dates";
import { useWords } from "../words/useWords";

/** Offers a booking to a colleague, who becomes the one who invites by taking it. */
export function HandoverDialog({ booking, onClose, onChanged }: { booking: Booking; onClose: () => void; onChanged: () => Promise<unknown> }) {
  const { t, language, explain } = useWords();
  const [search, setSearch] = useState("");
  const [to, setTo] = useState<Person>();
  const [made, setMade] = useState<Handover>();
  const [error, setError] = useState<unknown>();
  const found = useQuery({ queryKey: ["people", search], queryFn: () => findPeople(search), enabled: search.trim() !== "" });
  const tries = async (act: () => Promise<void>) => {
    setError(undefined);
    try {
      await act();
    } catch (refusal) {
      setError(refusal);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to) void tries(async () => setMade(await offerBooking(booking.id, to.id)));
  };
  const withdraw = () =>
    tries(async () => {
      await withdrawOffers(booking.id);
      await onChanged();
      announce(t("handover.withdrawn"));
      onClose();
    });
  return (
    <Dialog title={t("handover.title")} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={submit}>
        <p className="muted">{t(booking.series ? "handover.leadSeries" : "handover.lead")}</p>
        {made ? (
          <Notice title={t("handover.made", { name: made.to.name })}>
            <p>{t("handover.until", { day: longDay(made.expires_at, language) })}</p>
            <CopyButton className="kern-btn kern-btn--secondary small" text={made.link} label={t("handover.copy")} />
          </Notice>
        ) : to ? (
          <p className="row"><b>{to.name}</b><button type="button" className="kern-btn kern-btn--tertiary" onClick={() => setTo(undefined)}>{t("handover.other")}</button></p>
        ) : (
          <PersonSearch label={t("handover.to")} search={search} onSearch={setSearch} found={found.data?.filter((person) => person.id !== booking.organiser.id)} onPick={setTo} />
        )}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--tertiary" onClick={() => void withdraw()}>{t("handover.withdraw")}</button>
          {made ? <button type="button" className="kern-btn kern-btn--primary" onClick={onClose}>{t("action.close")}</button> : <button type="submit" className="kern-btn kern-btn--primary" disabled={!to}>{t("handover.offer")}</button>}
        </div>
      </form>
    </Dialog>
  );
}
