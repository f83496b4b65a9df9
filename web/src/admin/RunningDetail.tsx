import { useEffect, useRef, useState } from "react";
import type { RunningParticipant } from "../api/contract";
import { endMeeting, removeParticipant } from "../api/meetings";
import { isProblem } from "../api/problem";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { useWords } from "../words/useWords";
import { ParticipantFigures } from "./ParticipantFigures";
import { nodeName } from "./quality";
import { useRunningDetail } from "./useRunning";

type Intent = { kind: "end" } | { kind: "remove"; person: RunningParticipant };

/** One running meeting with everybody's connection; the place to help, remove and end. */
export function RunningDetail({ id, sought, onClose }: { id: string; sought?: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const { data, error } = useRunningDetail(id);
  const [intent, setIntent] = useState<Intent>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card panelcard" aria-labelledby="detail">
      <div className="cardhead">
        <div><h2 id="detail" tabIndex={-1} ref={heading}>{data?.title ?? t("running.detail")}</h2>{data && <p className="muted">{t("running.count", { count: data.participants.length })} · {nodeName(data.node)}</p>}</div>
        <button type="button" className="kern-btn kern-btn--tertiary square small push" aria-label={t("running.closeDetail")} onClick={onClose}><Icon name="x" /></button>
      </div>
      {error !== undefined && !data && <div className="pad16"><Notice kind={isProblem(error, "not_found") ? "info" : "danger"}>{isProblem(error, "not_found") ? t("running.over") : explain(error)}</Notice></div>}
      <ul className="participants">{data?.participants.map((person) => <ParticipantFigures key={person.identity} person={person} sought={person.identity === sought} onRemove={() => setIntent({ kind: "remove", person })} />)}</ul>
      <p className="auditnote"><Icon name="scroll-text" size={20} /><span>{t("running.audited")}</span></p>
      {data && <div className="endrow"><button type="button" className="kern-btn kern-btn--danger block" onClick={() => setIntent({ kind: "end" })}><Icon name="phone-off" size={20} />{t("leave.end")}</button></div>}
      <Confirm title={t("running.endTitle")} text={t("running.endText", { title: data?.title, count: data?.participants.length })} action={t("leave.end")} open={intent?.kind === "end"} onClose={() => setIntent(undefined)} onConfirm={async () => { await endMeeting(id); onClose(); }} />
      <Confirm title={t("remove.title", { name: intent?.kind === "remove" ? intent.person.name : "" })} text={t("remove.text")} action={t("remove.action")} open={intent?.kind === "remove"} onClose={() => setIntent(undefined)} onConfirm={async () => { if (intent?.kind === "remove") await removeParticipant(id, intent.person.identity); }} />
    </section>
  );
}
