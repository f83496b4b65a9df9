import { type FormEvent, useState } from "react";
import { addPool, changePool } from "../api/capacity";
import type { Pool, PoolBody } from "../api/contract";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";

const KINDS: Pool["kind"][] = ["uplink", "media_nodes", "vpn_gateway"];
const DECISIONS: Pool["on_overrun"][] = ["warn", "refuse"];

/** Adds a pool or changes one. */
export function PoolDialog({ pool, onClose, onSaved }: { pool: Pool | undefined; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { t, explain } = useWords();
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const number = (name: string) => (text(name) === "" ? undefined : Number(text(name)));
    const body: PoolBody = { kind: text("kind") as Pool["kind"], name: text("name"), limit_mbps: number("mbps"), limit_people: number("people"), on_overrun: text("overrun") as Pool["on_overrun"] };
    try {
      await (pool ? changePool(pool, body) : addPool(body));
      await onSaved();
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t(pool ? "pools.changeTitle" : "pools.addTitle")} open onClose={onClose}>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label={t("pools.name")} hint={t("pools.nameHint")}><input name="name" required maxLength={100} defaultValue={pool?.name} autoFocus /></Field>
        <Field label={t("pools.kindTitle")}><select name="kind" defaultValue={pool?.kind ?? "uplink"}>{KINDS.map((kind) => <option key={kind} value={kind}>{t(`pools.kind.${kind}`)}</option>)}</select></Field>
        <Field label={t("pools.mbps")} hint={t("pools.limitHint")}><input name="mbps" type="number" min={1} max={10_000_000} defaultValue={pool?.limit_mbps ?? ""} /></Field>
        <Field label={t("pools.people")} hint={t("pools.limitHint")}><input name="people" type="number" min={1} max={1_000_000} defaultValue={pool?.limit_people ?? ""} /></Field>
        <Field label={t("pools.overrun")}><select name="overrun" defaultValue={pool?.on_overrun ?? "warn"}>{DECISIONS.map((each) => <option key={each} value={each}>{t(`pools.on.${each}`)}</option>)}</select></Field>
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
