import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeBooking, readBooking } from "../api/bookings";
import type { Session } from "../api/contract";
import { isProblem } from "../api/problem";
import { Notice } from "../form/Notice";
import NotFound from "../shell/NotFound";
import { PageHead } from "../shell/PageHead";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { BookingForm } from "./BookingForm";
import { BookingSheet } from "./BookingSheet";
import { bodyOf, draftOf } from "./draft";
import { rememberLinks } from "./links";

/** One booking: to read, or as a form to change. */
export default function BookingPage({ id, session }: { id: string; session: Session }) {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  const key = ["booking", id];
  const answer = useQuery({ queryKey: key, queryFn: () => readBooking(id) });

  if (answer.isPending) return <p className="loading" role="status">{t("page.loading")}</p>;
  if (isProblem(answer.error, "not_found")) return <NotFound />;
  if (!answer.data) return <Notice kind="danger">{explain(answer.error)}</Notice>;
  const { data: booking, etag } = answer.data;
  const version = etag ?? `"${booking.version}"`;
  const renew = () => Promise.all([queries.invalidateQueries({ queryKey: key }), queries.invalidateQueries({ queryKey: ["bookings"] })]);

  if (!editing) return <BookingSheet booking={booking} version={version} onEdit={() => setEditing(true)} onChanged={renew} />;
  return (
    <>
      <PageHead title={t("book.changeHeading")} lead={booking.title} />
      <BookingForm
        start={draftOf(booking)}
        session={session}
        booking={booking.id}
        submitWords={t("book.save")}
        extra={<button type="button" className="kern-btn kern-btn--tertiary" onClick={() => setEditing(false)}>{t("action.cancel")}</button>}
        onSubmit={async (draft) => {
          const changed = await changeBooking(id, version, bodyOf(draft));
          rememberLinks(changed.data);
          await renew();
          announce(t("book.saved"));
          setEditing(false);
        }}
      />
    </>
  );
}
