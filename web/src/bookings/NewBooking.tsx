import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { book, readBooking } from "../api/bookings";
import type { Session } from "../api/contract";
import { requestKey } from "../api/requestKey";
import { listWaits } from "../api/waits";
import { Notice } from "../form/Notice";
import { PageHead } from "../shell/PageHead";
import { booksFor, useActing } from "../shell/acting";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { BookingForm } from "./BookingForm";
import { type Draft, bodyOf, emptyDraft, templateDraftOf } from "./draft";
import { rememberLinks } from "./links";
import { useWithoutRoom } from "./useWithoutRoom";
import { offerDraftOf } from "./waits";
import { homeZone } from "./zones";

/** An empty form, one filled in like the booking that `?like=` names, or with the room that `?offer=` names. */
export default function NewBooking({ session }: { session: Session }) {
  const query = new URLSearchParams(useSearch());
  const [like, offer] = [query.get("like"), query.get("offer")];
  return offer === null ? <Plain like={like} session={session} /> : <Offered id={offer} session={session} />;
}

/** A room one waited for. */
function Offered({ id, session }: { id: string; session: Session }) {
  const { t, explain } = useWords();
  const waits = useQuery({ queryKey: ["room-waits"], queryFn: listWaits, refetchOnWindowFocus: false });
  const wait = waits.data?.find((each) => each.id === id && each.offered_until);
  const own = useWithoutRoom(wait);
  if (waits.isPending) return <p className="loading" role="status">{t("page.loading")}</p>;
  if (!waits.data) return <Notice kind="danger">{explain(waits.error)}</Notice>;
  return wait ? <Form notice={own && <Notice icon="calendar-plus" title={t("wait.joinWhy", { title: own.title })}><Link href={own.href}>{t("wait.join", { title: own.title })}</Link></Notice>} start={() => offerDraftOf(wait, new Date(), homeZone)} session={session} /> : <><PageHead title={t("book.heading")} /><Notice title={t("wait.gone")}>{t("wait.goneWhy")}</Notice></>;
}

function Plain({ like, session }: { like: string | null; session: Session }) {
  const { t, explain } = useWords();
  const acting = useActing(booksFor(session.principals));
  const model = useQuery({ queryKey: ["booking", like, undefined], queryFn: () => readBooking(like!), enabled: like !== null });
  if (like === null) return <Form start={() => emptyDraft(new Date(), homeZone, acting?.id)} session={session} />;
  if (model.isPending) return <p className="loading" role="status">{t("page.loading")}</p>;
  if (!model.data) return <Notice kind="danger">{explain(model.error)}</Notice>;
  const booking = model.data.data;
  return <Form start={() => templateDraftOf(booking, new Date())} session={session} like={booking.title} />;
}

function Form({ start: first, session, like, notice }: { start: () => Draft; session: Session; like?: string; notice?: ReactNode }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [start] = useState(first);
  // One form books once, however often it is sent.
  const [key] = useState(requestKey);
  return (
    <>
      <PageHead title={t("book.heading")} lead={like === undefined ? t("book.lead") : t("book.likeLead", { title: like })} />
      {notice}
      <BookingForm
        start={start}
        session={session}
        submitWords={t("book.submit")}
        onSubmit={async (draft) => {
          const { data } = await book(key, bodyOf(draft));
          rememberLinks(data);
          void queries.invalidateQueries({ queryKey: ["bookings"] });
          void queries.invalidateQueries({ queryKey: ["room-waits"] });
          announce(t("book.done", { title: data.title }));
          go(`/bookings/${data.id}`);
        }}
      />
    </>
  );
}
