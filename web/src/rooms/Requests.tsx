import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { RoomRequest } from "../api/contract";
import { approveRequest, listRequests, refuseRequest } from "../api/rooms";
import { type Reason, reasonIn } from "../bookings/reasons";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Dialog } from "../overlay/Dialog";
import { announce } from "../shell/announcer";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import "./requests.css";

/** What nobody told the page is seen so late. */
const AGAIN_MS = 60_000;

/** Bookings that ask for a room its reader looks after; nothing at all for everybody else. */
export function Requests() {
  const { t, language, explain } = useWords();
  const queries = useQueryClient();
  const requests = useQuery({ queryKey: ["room-requests"], queryFn: listRequests, refetchInterval: AGAIN_MS });
  const [refusing, setRefusing] = useState<RoomRequest>();
  const [error, setError] = useState<unknown>();
  const renew = () => queries.invalidateQueries({ queryKey: ["room-requests"] });
  const approve = async (request: RoomRequest) => {
    setError(undefined);
    try {
      await approveRequest(request);
      announce(t("requests.approved", { room: request.room.name }));
    } catch (refusal) {
      setError(refusal);
    }
    await renew();
  };
  // Somebody else may decide while this one still writes why not.
  if (!requests.data || (requests.data.length === 0 && !refusing)) return null;
  return (
    <section className="card requests" aria-labelledby="requests">
      <div className="cardhead"><h2 id="requests">{t("requests.title")}</h2></div>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <ul>
        {requests.data.map((request) => (
          <li key={request.booking_id + request.room.id}>
            <div>
              <p><b>{request.room.name}</b> · {request.title}</p>
              <p className="muted">
                {longDay(request.start, language, request.zone)}, {t("time.spanClock", { from: clock(request.start, language, request.zone), to: clock(request.end, language, request.zone) })}
                {request.dates > 1 && ` · ${t("requests.dates", { count: request.dates })}`} · {t("requests.people", { count: request.people })}
              </p>
              <p className="muted">{t("requests.by", { name: request.asked_by.name })}{request.asked_by.id !== request.organiser.id && ` ${t("booking.onBehalf", { name: request.organiser.name })}`}</p>
              {request.reasons.length > 0 && <ul className="reasons">{[...new Set((request.reasons as unknown as Reason[]).map((reason) => reasonIn(reason, t, language)))].map((reason) => <li key={reason}>{reason}</li>)}</ul>}
            </div>
            <div className="row">
              <button type="button" className="kern-btn kern-btn--secondary small" aria-label={t("requests.refuseNamed", { room: request.room.name, title: request.title })} onClick={() => setRefusing(request)}>{t("requests.refuse")}</button>
              <button type="button" className="kern-btn kern-btn--primary small" aria-label={t("requests.approveNamed", { room: request.room.name, title: request.title })} onClick={() => void approve(request)}><Icon name="check" size={20} />{t("requests.approve")}</button>
            </div>
          </li>
        ))}
      </ul>
      {refusing && <RefuseDialog request={refusing} onClose={() => setRefusing(undefined)} onDone={renew} />}
    </section>
  );
}

function RefuseDialog({ request, onClose, onDone }: { request: RoomRequest; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = String(new FormData(event.currentTarget).get("words")).trim();
    try {
      await refuseRequest(request, words);
      announce(t("requests.refused", { room: request.room.name }));
      onClose();
      await onDone();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("requests.refuseTitle", { room: request.room.name })} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p>{t("requests.refuseText")}</p>
        <Field label={t("requests.words")} hint={t("requests.wordsHint")}><input name="words" maxLength={500} autoFocus /></Field>
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--danger">{t("requests.refuseRoom")}</button>
        </div>
      </form>
    </Dialog>
  );
}
