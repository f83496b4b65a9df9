import type { RunningMeeting } from "../api/contract";
import { Icon } from "../icons/Icon";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { Grade } from "./Grade";
import { bitrate, gradeOf, milliseconds, nodeName, percent, sum } from "./quality";
import "../look/table.css";

/** One row per meeting; the title opens the details beside it. */
export function RunningTable({ meetings, open, onOpen }: { meetings: RunningMeeting[]; open: string | undefined; onOpen: (id: string) => void }) {
  const { t, language } = useWords();
  return (
    <section className="card" aria-label={t("running.meetings")}>
      <table className="list running" aria-label={t("running.title")}>
        <thead><tr><th scope="col">{t("running.meeting")}</th><th scope="col" className="n">{t("running.participants")}</th><th scope="col">{t("running.quality")}</th><th scope="col" className="n">{t("running.rtt")}</th><th scope="col" className="n">{t("running.loss")}</th><th scope="col" className="n">{t("running.rate")}</th><th scope="col">{t("running.node")}</th><th scope="col">{t("running.since")}</th></tr></thead>
        <tbody>
          {meetings.map((meeting) => (
            <tr key={meeting.meeting_id} className={meeting.meeting_id === open ? "is-open" : ""}>
              <th scope="row"><button type="button" aria-expanded={meeting.meeting_id === open} onClick={() => onOpen(meeting.meeting_id)}>{meeting.title}</button><span className="meta">{meeting.organiser.name}</span></th>
              <td className="n" data-label={t("running.participants")}>{meeting.participants}</td>
              <td><Grade grade={gradeOf(meeting.worst_loss, meeting.worst_rtt_ms)} /></td>
              <td className="n" data-label={t("running.rtt")}>{milliseconds(meeting.worst_rtt_ms)}</td>
              <td className="n" data-label={t("running.loss")}>{percent(meeting.worst_loss, language)}</td>
              <td className="n" data-label={t("running.rate")}>{bitrate(sum(meeting.bitrate_up_bps, meeting.bitrate_down_bps), language)}</td>
              <td data-label={t("running.node")}>{nodeName(meeting.node)}{meeting.load !== "calm" && <span className="meta busy"><Icon name="triangle-alert" size={20} />{t(`running.load.${meeting.load}`)}</span>}</td>
              <td data-label={t("running.since")}>{clock(meeting.started_at, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="meta tfoot">{t("running.orderStays", { count: meetings.length })}</p>
    </section>
  );
}
