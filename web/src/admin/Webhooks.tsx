import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Webhook } from "../api/contract";
import { listWebhooks, resendWebhook } from "../api/meetings";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { PageHead } from "../shell/PageHead";
import { clockSeconds, dayAndMonth } from "../words/dates";
import { useWords } from "../words/useWords";
import "../look/table.css";
import "./webhooks.css";

const STATES = ["", "waiting", "delivered"] as const;
/** What waits is tried again by itself. */
const AGAIN_MS = 10_000;

/** What other programs are told of meetings, and whether they took it. */
export default function Webhooks() {
  const { t, language, explain } = useWords();
  const queries = useQueryClient();
  const [state, setState] = useState<(typeof STATES)[number]>("");
  const [refused, setRefused] = useState<unknown>();
  const pages = useInfiniteQuery({
    queryKey: ["webhooks", state],
    queryFn: ({ pageParam }) => listWebhooks(state || undefined, pageParam),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length < 50 ? undefined : last.at(-1)?.position),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
  const hooks = pages.data?.pages.flat();
  const again = async ({ position, event }: Webhook) => {
    setRefused(undefined);
    try {
      await resendWebhook(position);
      announce(t("webhooks.resent", { event: t(`webhooks.event.${event}`, event) }));
      await queries.invalidateQueries({ queryKey: ["webhooks"] });
    } catch (refusal) {
      setRefused(refusal);
    }
  };
  const at = (instant: string) => `${dayAndMonth(instant, language)} ${clockSeconds(instant, language)}`;
  return (
    <>
      <PageHead title={t("webhooks.title")} lead={t("webhooks.lead")} />
      {(refused ?? pages.error) != null && <Notice kind="danger">{explain(refused ?? pages.error)}</Notice>}
      <div className="stack">
        <Field label={t("webhooks.show")} className="narrowfield"><select value={state} onChange={(event) => setState(event.target.value as typeof state)}>{STATES.map((each) => <option key={each} value={each}>{t(`webhooks.state.${each || "all"}`)}</option>)}</select></Field>
        {hooks?.length === 0 && <Notice>{t(state === "waiting" ? "webhooks.noneWaits" : "webhooks.none")}</Notice>}
        {hooks && hooks.length > 0 && (
          <section className="card">
            <table className="list webhooks" aria-label={t("webhooks.title")}>
              <thead><tr><th scope="col">{t("webhooks.what")}</th><th scope="col">{t("webhooks.at")}</th><th scope="col">{t("webhooks.to")}</th><th scope="col">{t("webhooks.how")}</th><th scope="col"><span className="visually-hidden">{t("table.actions")}</span></th></tr></thead>
              <tbody>
                {hooks.map((hook) => {
                  const event = t(`webhooks.event.${hook.event}`, hook.event);
                  return (
                    <tr key={hook.position}>
                      <th scope="row">{event}<span className="meta">{t("webhooks.number", { sequence: hook.sequence, meeting: hook.meeting_id })}</span></th>
                      <td>{at(hook.created_at)}</td>
                      <td className="breakable">{hook.endpoint}</td>
                      <td>{hook.delivered_at
                        ? <span className="mark"><Icon name="circle-check" size={20} />{t("webhooks.taken", { at: at(hook.delivered_at) })}</span>
                        : <span className={`mark${hook.attempts > 0 ? " late" : ""}`}><Icon name={hook.attempts > 0 ? "triangle-alert" : "hourglass"} size={20} /><span>{t("webhooks.attempts", { count: hook.attempts })}{hook.last_answer && <span className="meta">{t("webhooks.answer", { answer: hook.last_answer })}</span>}</span></span>}</td>
                      <td className="acts"><button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("webhooks.resendNamed", { event, at: at(hook.created_at) })} title={t("webhooks.resend")} onClick={() => void again(hook)}><Icon name="refresh-cw" size={20} /></button></td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
            {pages.hasNextPage && <p className="tfoot"><button type="button" className="kern-btn kern-btn--secondary" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t("webhooks.more")}</button></p>}
          </section>
        )}
      </div>
    </>
  );
}
