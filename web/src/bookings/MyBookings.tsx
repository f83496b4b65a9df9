import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { listBookings } from "../api/bookings";
import type { Session } from "../api/contract";
import { useNow } from "../clock/useNow";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { PageHead } from "../shell/PageHead";
import { looksAfter, useActing } from "../shell/acting";
import { dayKey, instantOf, longDay, ownZone } from "../words/dates";
import { useWords } from "../words/useWords";
import { arrange, shiftDay } from "./agenda";
import { ComingDays } from "./ComingDays";
import { DayList } from "./DayList";
import { EmptyAgenda } from "./EmptyAgenda";
import { NextMeeting } from "./NextMeeting";
import { RoomWaits } from "./RoomWaits";
import "./agenda.css";

export default function MyBookings({ session }: { session: Session }) {
  const { t, language, explain } = useWords();
  const now = useNow(15_000);
  const today = dayKey(now);
  const [chosen, setChosen] = useState<string>();
  const day = chosen ?? today;
  const acting = useActing(looksAfter(session.principals));
  const from = instantOf(`${day < today ? day : today}T00:00`, ownZone()).toISOString();
  const to = instantOf(`${shiftDay(day > today ? day : today, 15)}T00:00`, ownZone()).toISOString();
  const bookings = useQuery({
    queryKey: ["bookings", from, to, acting?.id],
    queryFn: () => listBookings(from, to, acting?.id),
    refetchInterval: 60_000,
    placeholderData: (previous) => previous,
  });
  const agenda = arrange(bookings.data ?? [], day, now);
  const count = (bookings.data ?? []).filter((booking) => booking.state === "active" && dayKey(booking.start) === today).length;
  const empty = bookings.data?.length === 0 && chosen === undefined;

  return (
    <>
      <PageHead
        title={t("bookings.title")}
        lead={<>{longDay(now, language)}<span className="desk-only"> · {t("bookings.today", { count })}</span></>}
        tools={<Link className="kern-btn kern-btn--primary" href="/bookings/new"><Icon name="plus" size={20} />{t("bookings.plan")}</Link>}
      />
      {bookings.error && <Notice kind="danger">{explain(bookings.error)}</Notice>}
      {bookings.isPending && !bookings.error && <p className="loading" role="status">{t("page.loading")}</p>}
      <RoomWaits />
      {empty && <EmptyAgenda />}
      {bookings.data && !empty && (
        <div className="desk">
          <div className="stack">
            {agenda.next && <NextMeeting booking={agenda.next} now={now} />}
            <DayList items={agenda.day} day={day} today={today} now={now} onChoose={setChosen} />
          </div>
          <ComingDays days={agenda.coming} />
        </div>
      )}
    </>
  );
}
