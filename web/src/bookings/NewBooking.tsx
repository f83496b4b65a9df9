import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { book } from "../api/bookings";
import type { Session } from "../api/contract";
import { requestKey } from "../api/requestKey";
import { PageHead } from "../shell/PageHead";
import { booksFor, useActing } from "../shell/acting";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { BookingForm } from "./BookingForm";
import { bodyOf, emptyDraft } from "./draft";
import { rememberLinks } from "./links";
import { homeZone } from "./zones";

export default function NewBooking({ session }: { session: Session }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const acting = useActing(booksFor(session.principals));
  const [start] = useState(() => emptyDraft(new Date(), homeZone, acting?.id));
  // One form books once, however often it is sent.
  const [key] = useState(requestKey);
  return (
    <>
      <PageHead title={t("book.heading")} lead={t("book.lead")} />
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
