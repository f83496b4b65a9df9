import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deletePool, listPools } from "../api/capacity";
import type { Pool } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { useWords } from "../words/useWords";
import { PoolDialog } from "./PoolDialog";

/** What meetings share and how much of it there is, to be set up. */
export function PoolList() {
  const { t, language, explain } = useWords();
  const queries = useQueryClient();
  const pools = useQuery({ queryKey: ["pools"], queryFn: listPools });
  const [editing, setEditing] = useState<Pool | "new">();
  const [deleting, setDeleting] = useState<Pool>();
  const renew = () => Promise.all([queries.invalidateQueries({ queryKey: ["pools"] }), queries.invalidateQueries({ queryKey: ["sites"] }), queries.invalidateQueries({ queryKey: ["forecast"] })]);
  const limits = (pool: Pool) => [pool.limit_mbps == null ? undefined : t("capacity.limit.mbps", { limit: pool.limit_mbps.toLocaleString(language) }), pool.limit_people == null ? undefined : t("capacity.limit.people", { limit: pool.limit_people.toLocaleString(language) })].filter(Boolean).join(", ") || t("capacity.unlimited");
  return (
    <section className="card" aria-labelledby="pools">
      <div className="cardhead"><h2 id="pools">{t("pools.title")}</h2><button type="button" className="kern-btn kern-btn--secondary small push" onClick={() => setEditing("new")}><Icon name="plus" size={20} />{t("pools.add")}</button></div>
      {pools.error && <Notice kind="danger">{explain(pools.error)}</Notice>}
      {pools.data && pools.data.length > 0 && (
        <table className="list" aria-labelledby="pools">
          <thead><tr><th scope="col">{t("pools.name")}</th><th scope="col">{t("pools.kindTitle")}</th><th scope="col">{t("pools.limits")}</th><th scope="col">{t("pools.overrun")}</th><th scope="col"><span className="visually-hidden">{t("pools.actions")}</span></th></tr></thead>
          <tbody>
            {pools.data.map((pool) => (
              <tr key={pool.id}>
                <th scope="row">{pool.name}</th>
                <td>{t(`pools.kind.${pool.kind}`)}</td>
                <td>{limits(pool)}</td>
                <td>{t(`pools.on.${pool.on_overrun}`)}</td>
                <td className="acts">
                  <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("pools.changeNamed", { name: pool.name })} onClick={() => setEditing(pool)}><Icon name="pencil" size={20} /></button>
                  <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("pools.deleteNamed", { name: pool.name })} onClick={() => setDeleting(pool)}><Icon name="trash-2" size={20} /></button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editing && <PoolDialog pool={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} onSaved={renew} />}
      <Confirm title={t("pools.deleteTitle", { name: deleting?.name })} text={t("pools.deleteText")} action={t("pools.delete")} open={deleting !== undefined} onClose={() => setDeleting(undefined)} onConfirm={async () => { await deletePool(deleting!); await renew(); }} />
    </section>
  );
}
