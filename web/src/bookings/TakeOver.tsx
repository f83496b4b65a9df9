import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { lookAtOffer, takeOver } from "../api/handovers";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { PageHead } from "../shell/PageHead";
import { announce } from "../shell/announcer";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";

/** A booking that a colleague wants to hand over: to look at and to take. */
export default function TakeOver() {
  const { t, language, explain } = useWords();
  const offer = new URLSearchParams(useSearch()).get("offer") ?? "";
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const look = useQuery({ queryKey: ["handover", offer], queryFn: () => lookAtOffer(offer), gcTime: 0 });
  const take = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { data } = await takeOver(offer);
      void queries.invalidateQueries({ queryKey: ["bookings"] });
      announce(t("handover.taken", { title: data.title }));
      go(`/bookings/${data.id}`);
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  const shown = look.data;
  return (
    <>
      <PageHead title={t("handover.pageTitle")} />
      {(error ?? look.error) !== undefined && (error ?? look.error) !== null && <Notice kind="danger" title={t("handover.gone")}>{explain(error ?? look.error)}</Notice>}
      {look.isPending && <p className="loading" role="status">{t("page.loading")}</p>}
      {shown && (
        <section className="card pad stack" aria-labelledby="offer">
          <div>
            <h2 id="offer">{shown.title}</h2>
            <p>{longDay(shown.start, language, shown.zone)}, {t("time.span", { from: clock(shown.start, language, shown.zone), to: clock(shown.end, language, shown.zone) })}</p>
          </div>
          <p>{t(shown.is_series ? "handover.offeredSeries" : "handover.offered", { name: shown.organiser.name })}</p>
          <p className="muted">{t("handover.what")}</p>
          <div className="row wrap"><button type="button" className="kern-btn kern-btn--primary" disabled={busy} onClick={() => void take()}><Icon name="check" size={20} />{t("handover.take")}</button></div>
        </section>
      )}
    </>
  );
}
