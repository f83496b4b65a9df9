import { type FormEvent, useState } from "react";
import { addSite, changeSite } from "../api/capacity";
import type { Pool, Site, SiteBody } from "../api/contract";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";

/** Adds a site or changes one. */
export function SiteDialog({ site, pools, onClose, onSaved }: { site: Site | undefined; pools: Pool[]; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const [passed, setPassed] = useState(site?.pools ?? []);
  const [isDefault, setDefault] = useState(site?.is_default ?? false);
  const [error, setError] = useState<unknown>();
  const lines = pools.filter(({ kind }) => kind !== "media_nodes");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const networks = String(form.get("networks")).split(/[\s,;]+/).filter((network) => network !== "");
    const body: SiteBody = { name: String(form.get("name")).trim(), networks, pools: passed, is_default: isDefault };
    try {
      await (site ? changeSite(site, body) : addSite(body));
      await onSaved();
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t(site ? "sites.changeTitle" : "sites.addTitle")} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label={t("sites.name")}><input name="name" required maxLength={100} defaultValue={site?.name} autoFocus /></Field>
        <Field label={t("sites.networks")} hint={t("sites.networksHint")}><textarea name="networks" defaultValue={site?.networks.join("\n") ?? ""} /></Field>
        {lines.length > 0 && (
          <fieldset>
            <legend className="label"><b>{t("sites.poolsTitle")}</b></legend>
            {lines.map(({ id, name }) => <Check key={id} label={name} checked={passed.includes(id)} onChange={(on) => setPassed(on ? [...passed, id] : passed.filter((each) => each !== id))} />)}
          </fieldset>
        )}
        <Check label={t("sites.isDefault")} hint={t("sites.isDefaultHint")} checked={isDefault} onChange={setDefault} />
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
