import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ServerNode } from "../api/contract";
import { drainNode, listNodes } from "../api/meetings";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { useWords } from "../words/useWords";
import { nodeName } from "./quality";

const KEY = ["nodes"];
/** Nodes tell every five seconds how they are. */
const AGAIN_MS = 5_000;

/** All of them, as they last told. */
export const useNodes = () => useQuery({ queryKey: KEY, queryFn: listNodes, refetchInterval: AGAIN_MS });

/** The servers that carry meetings; one is emptied before it is serviced. */
export function Nodes() {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const nodes = useNodes();
  const [leaving, setLeaving] = useState<ServerNode>();
  const [refused, setRefused] = useState<unknown>();
  const set = async (node: string, draining: boolean) => {
    await drainNode(node, draining);
    // It hears of it and tells it anew: shown at once, put right by the next answer.
    queries.setQueryData<ServerNode[]>(KEY, (before) => before?.map((each) => (each.node === node ? { ...each, draining } : each)));
  };
  const resume = (node: string) => {
    setRefused(undefined);
    set(node, false).catch(setRefused);
  };
  if (!nodes.data?.length) return null;
  const heirs = nodes.data.filter((each) => !each.draining && each.node !== leaving?.node).length;
  return (
    <section className="card nodes" aria-labelledby="nodes">
      <div className="cardhead"><h2 id="nodes">{t("nodes.title")}</h2><p className="muted">{t("nodes.lead")}</p></div>
      {refused !== undefined && <div className="pad16"><Notice kind="danger">{explain(refused)}</Notice></div>}
      <ul className="plain">
        {nodes.data.map((each) => {
          const node = nodeName(each.node);
          return (
            <li key={each.node}>
              <span className="what"><b>{node}</b><span className="meta">{t("nodes.meetings", { count: each.meetings })}{each.participants > 0 && `, ${t("running.count", { count: each.participants })}`}</span></span>
              <span className="mark"><Icon name={each.draining ? "hourglass" : "circle-check"} size={20} />{t(each.draining ? (each.meetings > 0 ? "nodes.draining" : "nodes.empty") : "nodes.takes")}</span>
              {each.draining
                ? <button type="button" className="kern-btn kern-btn--secondary small" aria-label={t("nodes.resumeNamed", { node })} onClick={() => resume(each.node)}>{t("nodes.resume")}</button>
                : <button type="button" className="kern-btn kern-btn--secondary small" aria-label={t("nodes.drainNamed", { node })} onClick={() => setLeaving(each)}>{t("nodes.drain")}</button>}
            </li>
          );
        })}
      </ul>
      <Confirm title={t("nodes.confirmTitle", { node: leaving && nodeName(leaving.node) })} text={heirs > 0 ? t("nodes.confirmText", { count: leaving?.meetings ?? 0 }) : t("nodes.confirmAlone")} action={t("nodes.drain")} open={leaving !== undefined} onClose={() => setLeaving(undefined)} onConfirm={async () => { if (leaving) await set(leaving.node, true); }} />
    </section>
  );
}
