import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { book, readBooking } from "../api/bookings";
import type { Session } from "../api/contract";
import { requestKey } from "../api/requestKey";
import { Notice } from "../form/Notice";
import { PageHead } from "../shell/PageHead";
import { booksFor, useActing } from "../shell/acting";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { BookingForm } from "./BookingForm";
import { type Draft, bodyOf, emptyDraft, templateDraftOf } from "./draft";
import { rememberLinks } from "./links";
import { homeZone } from "./zones";

/** An empty form, or one filled in like the booking that `?like=` names. */
export default function NewBooking({ session }: { session: Session }) {
  const { t, explain } = useWords();
  const like = new URLSearchParams(useSearch()).get("like");
  const acting = useActing(booksFor(session.principals));
  const model = useQuery({ queryKey: ["booking", like, undefined], queryFn: () => readBooking(like!), enabled: like !== null });
  if (like === null) return <Form start={() => emptyDraft(new Date(), homeZone, acting?.id)} session={session} />;
  if (model.isPending) return <p className="loading" role="status">{t("page.loading")}</p>;
  if (!model.data) return <Notice kind="danger">{explain(model.error)}</Notice>;
  const booking = model.data.data;
  return <Form start={() => templateDraftOf(booking, new Date())} session={session} like={booking.title} />;
}

function Form({ start: first, session, like }: { start: () => Draft; session: Session; like?: string }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [start] = useState(first);
  // One form books once, however often it is sent.
  const [key] = useState(requestKey);
  return (
    <>
      <PageHead title={t("book.heading")} lead={like === undefined ? t("book.lead") : t("book.likeLead", { title: like })} />
      <BookingForm
        start={start}
        session={session}
        submitWords={t("book.submit")}
        onSubmit={async (draft) => {
          const { data } = await book(key, bodyOf(draft));
          rememberLinks(data);
          void queries.invalidateQueries({ queryKey: ["bookings"] });
          announce(t("book.done", { title: data.title }));
          go(`/bookings/${data.id}`);
        }}
      />
    </>
  );
}
