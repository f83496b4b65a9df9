import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { type Poll, type RollLine, percents } from "./polls";
import { protocolOf } from "./protocol";
import { useMeetingStore } from "./useMeeting";

/** The sums, and of a roll call every name. The moderation can take the protocol along as a file. */
export function PollResult({ poll, roll = [], complete, title }: { poll: Poll; roll?: RollLine[]; complete: boolean; title: string }) {
  const { t, language } = useWords();
  const store = useMeetingStore();
  const sums = poll.sums ?? [];
  const parts = percents(sums);
  const save = () => {
    const at = (time: string) => `${longDay(time, language)}, ${clock(time, language)}`;
    const text = protocolOf(poll, roll, { title, opened: at(poll.openedAt), closed: at(poll.closedAt!) }, t);
    const link = document.createElement("a");
    // The mark at the beginning tells old editors that umlauts are umlauts.
    link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
    link.download = `${t("poll.protocolFile")}-${poll.openedAt.slice(0, 10)}-${poll.poll}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  return (
    <>
      <ul className="sums">
        {poll.options.map((option, index) => (
          <li key={index}>
            <span>{option}</span> <b>{t("poll.sum", { count: sums[index] ?? 0, percent: parts[index] ?? 0 })}</b>
            <span className="part" aria-hidden="true"><i style={{ width: `${parts[index] ?? 0}%` }} /></span>
          </li>
        ))}
      </ul>
      <p className="muted">{t("poll.turnout", { voted: poll.voted, entitled: poll.entitled })}</p>
      {poll.rollCall && (
        <details className="roll">
          <summary>{t("poll.names")}</summary>
          <ul>
            {roll.map((line, index) => <li key={index}><span>{line.name}</span> <span>{line.choice === undefined ? t("poll.didNotVote") : poll.options[line.choice]}</span></li>)}
          </ul>
        </details>
      )}
      {poll.rollCall && store.moderates && <button type="button" className="stagebutton" disabled={!complete} onClick={save}><Icon name="download" size={20} />{t("poll.save")}</button>}
    </>
  );
}
