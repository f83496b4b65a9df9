import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Delegation, Session } from "../api/contract";
import { endDelegation, listDelegations } from "../api/people";
import { CalendarFeeds } from "../feeds/CalendarFeeds";
import { CalendarImport } from "../feeds/CalendarImport";
import { CalendarPrograms } from "../feeds/CalendarPrograms";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { sessionKey } from "../session/useSession";
import { PageHead } from "../shell/PageHead";
import { initials } from "../shell/initials";
import { shortDate } from "../words/dates";
import { useWords } from "../words/useWords";
import { DelegationDialog } from "./DelegationDialog";
import "../bookings/book.css";
import "./delegations.css";

/** Who may act for me, and for whom I may act. */
export default function Delegations({ session }: { session: Session }) {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const delegations = useQuery({ queryKey: ["delegations"], queryFn: listDelegations });
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Delegation>();
  const renew = () => Promise.all([queries.invalidateQueries({ queryKey: ["delegations"] }), queries.invalidateQueries({ queryKey: sessionKey })]);
  return (
    <>
      <PageHead title={t("delegations.title")} lead={t("delegations.lead")} tools={<button type="button" className="kern-btn kern-btn--primary" onClick={() => setAdding(true)}><Icon name="plus" size={20} />{t("delegations.add")}</button>} />
      {delegations.error && <Notice kind="danger">{explain(delegations.error)}</Notice>}
      {delegations.data && (
        <div className="pairs">
          <List title={t("delegations.given")} none={t("delegations.givenNone")} items={delegations.data.given} who={(item) => item.delegate.name} onEnd={setEnding} />
          <List title={t("delegations.held")} none={t("delegations.heldNone")} items={delegations.data.held} who={(item) => item.principal.name} />
        </div>
      )}
      <CalendarPrograms />
      <CalendarFeeds />
      <CalendarImport />
      {adding && <DelegationDialog me={session.person.id} onClose={() => setAdding(false)} onSaved={renew} />}
      <Confirm title={t("delegations.endTitle")} text={t("delegations.endText", { name: ending?.delegate.name })} action={t("delegations.end")} open={ending !== undefined} onClose={() => setEnding(undefined)} onConfirm={async () => { await endDelegation(ending!.id); await renew(); }} />
    </>
  );
}

function List({ title, none, items, who, onEnd }: { title: string; none: string; items: Delegation[]; who: (item: Delegation) => string; onEnd?: (item: Delegation) => void }) {
  const { t, language } = useWords();
  return (
    <section className="card pad stack" aria-label={title}>
      <h2>{title}</h2>
      {items.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ul className="invited">
          {items.map((item) => (
            <li key={item.id}>
              <span className="avatar" aria-hidden="true">{initials(who(item))}</span>
              <span className="name">{who(item)}<small>{item.rights.map((right) => t(`right.${right}`)).join(", ")}{item.valid_until && ` · ${t("delegations.until", { day: shortDate(item.valid_until, language) })}`}</small></span>
              {onEnd && <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("delegations.endNamed", { name: who(item) })} onClick={() => onEnd(item)}><Icon name="x" size={20} /></button>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
