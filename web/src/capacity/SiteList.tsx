import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteSite, listPools, listSites } from "../api/capacity";
import type { Site } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { useWords } from "../words/useWords";
import { SiteDialog } from "./SiteDialog";

/** Where people work and which lines they use, to be set up. */
export function SiteList() {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const sites = useQuery({ queryKey: ["sites"], queryFn: listSites });
  const pools = useQuery({ queryKey: ["pools"], queryFn: listPools });
  const [editing, setEditing] = useState<Site | "new">();
  const [deleting, setDeleting] = useState<Site>();
  const renew = () => Promise.all([queries.invalidateQueries({ queryKey: ["sites"] }), queries.invalidateQueries({ queryKey: ["forecast"] })]);
  const named = (site: Site) => site.pools.map((id) => pools.data?.find((pool) => pool.id === id)?.name).filter(Boolean).join(", ");
  return (
    <section className="card" aria-labelledby="sites">
      <div className="cardhead"><h2 id="sites">{t("sites.title")}</h2><button type="button" className="kern-btn kern-btn--secondary small push" onClick={() => setEditing("new")}><Icon name="plus" size={20} />{t("sites.add")}</button></div>
      {sites.error && <Notice kind="danger">{explain(sites.error)}</Notice>}
      {sites.data && sites.data.length > 0 && (
        <table className="list" aria-labelledby="sites">
          <thead><tr><th scope="col">{t("sites.name")}</th><th scope="col">{t("sites.networks")}</th><th scope="col">{t("sites.pools")}</th><th scope="col"><span className="visually-hidden">{t("pools.actions")}</span></th></tr></thead>
          <tbody>
            {sites.data.map((site) => (
              <tr key={site.id}>
                <th scope="row">{site.name} {site.is_default && <span className="badge tiny">{t("sites.default")}</span>}</th>
                <td className="wrap breakable">{site.networks.join(", ")}</td>
                <td className="wrap">{named(site)}</td>
                <td className="acts">
                  <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("pools.changeNamed", { name: site.name })} onClick={() => setEditing(site)}><Icon name="pencil" size={20} /></button>
                  <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("pools.deleteNamed", { name: site.name })} onClick={() => setDeleting(site)}><Icon name="trash-2" size={20} /></button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editing && <SiteDialog site={editing === "new" ? undefined : editing} pools={pools.data ?? []} onClose={() => setEditing(undefined)} onSaved={renew} />}
      <Confirm title={t("pools.deleteTitle", { name: deleting?.name })} text={t("sites.deleteText")} action={t("sites.delete")} open={deleting !== undefined} onClose={() => setDeleting(undefined)} onConfirm={async () => { await deleteSite(deleting!); await renew(); }} />
    </section>
  );
}
