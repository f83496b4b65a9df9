import { useState } from "react";
import type { RunningMeeting } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { PageHead } from "../shell/PageHead";
import { clockSeconds } from "../words/dates";
import { useWords } from "../words/useWords";
import { FindByCode } from "./FindByCode";
import { Nodes, useNodes } from "./Nodes";
import { RunningDetail } from "./RunningDetail";
import { RunningTable } from "./RunningTable";
import { gradeOf } from "./quality";
import { useRunning } from "./useRunning";
import "./running.css";

/** The control room: what runs now, and how well. */
export default function Running() {
  const { t, language, explain } = useWords();
  const { data, error, at } = useRunning();
  const [open, setOpen] = useState<string>();
  const [sought, setSought] = useState<string>();
  const look = (meeting: string | undefined, identity?: string) => {
    setOpen(meeting);
    setSought(identity);
  };
  const none = data?.length === 0;
  return (
    <>
      <PageHead title={t("running.title")} lead={none ? t("running.none") : undefined} tools={at && <span className="mark"><Icon name="circle-check" size={20} />{t("running.asOf", { time: clockSeconds(at, language) })}</span>} />
      {error !== undefined && !data && <Notice kind="danger">{explain(error)}</Notice>}
      {data && <Overview meetings={data} />}
      {data && !none && <FindByCode onFound={look} />}
      {none && <NothingRuns />}
      {(data && !none || open) && (
        <div className={`split${open ? " open" : ""}`}>
          <RunningTable meetings={data ?? []} open={open} onOpen={(id) => look(id === open ? undefined : id)} />
          {open && <RunningDetail key={`${open}/${sought}`} id={open} sought={sought} onClose={() => look(undefined)} />}
        </div>
      )}
      <Nodes />
    </>
  );
}

function Overview({ meetings }: { meetings: RunningMeeting[] }) {
  const { t } = useWords();
  const people = meetings.reduce((sum, meeting) => sum + meeting.participants, 0);
  const grades = meetings.map((meeting) => gradeOf(meeting.worst_loss, meeting.worst_rtt_ms));
  const bad = grades.filter((grade) => grade === "bad").length;
  const known = useNodes().data?.length ?? 0;
  const nodes = Math.max(known, new Set(meetings.map((meeting) => meeting.node)).size);
  return (
    <>
      <h2 className="visually-hidden">{t("running.overview")}</h2>
      <dl className="tiles">
        <div className="card tile-card"><dt><Icon name="video" size={20} />{t("running.meetings")}</dt><dd>{meetings.length}</dd></div>
        <div className="card tile-card"><dt><Icon name="users" size={20} />{t("running.participants")}</dt><dd>{people}</dd></div>
        <div className="card tile-card"><dt><Icon name="signal" size={20} />{t("running.badOnes")}</dt><dd>{bad}</dd></div>
        <div className="card tile-card"><dt><Icon name="server" size={20} />{t("running.nodes")}</dt><dd>{nodes}</dd></div>
      </dl>
    </>
  );
}

function NothingRuns() {
  const { t } = useWords();
  return <section className="card pad"><h2>{t("running.quietTitle")}</h2><p className="muted">{t("running.quiet")}</p></section>;
}
