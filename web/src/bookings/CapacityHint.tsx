import type { Capacity } from "../api/contract";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";

/** Most times named; the others are counted. */
const MOST = 3;

type Props = { capacity: Capacity; zone: string; start: string; onMove: (minutes: number) => void; onAudioFirst: () => void };

/** Where the lines have not enough left, and two ways out. */
export function CapacityHint({ capacity, zone, start, onMove, onAudioFirst }: Props) {
  const { t, language } = useWords();
  const { findings, offers, dates } = capacity;
  const refused = findings.some(({ decision }) => decision === "refuse");
  const moved = offers.move_minutes == null ? undefined : later(start, offers.move_minutes);
  return (
    <Notice icon="signal" title={t(refused ? "lines.refused" : "lines.warned")}>
      <ul className="reasons">
        {findings.slice(0, MOST).map((finding) => (
          <li key={`${finding.kind}/${finding.pool}/${finding.start}`}>
            {t(finding.pool ? "lines.findingNamed" : "lines.finding", { pool: finding.pool ?? t(`lines.kind.${finding.kind}`), day: longDay(finding.start, language, zone), from: clock(finding.start, language, zone), to: clock(finding.end, language, zone), percent: finding.percent })}
          </li>
        ))}
      </ul>
      {dates > MOST && <p>{t("lines.more", { count: dates })}</p>}
      {!refused && <p>{t("lines.still")}</p>}
      <div className="acts">
        {moved !== undefined && <button type="button" className="kern-btn kern-btn--secondary small" onClick={() => onMove(offers.move_minutes!)}><Icon name="clock" size={20} />{t("lines.move", { time: moved })}</button>}
        {offers.audio_first && <button type="button" className="kern-btn kern-btn--secondary small" onClick={onAudioFirst}><Icon name="audio-lines" size={20} />{t("lines.audioFirst")}</button>}
      </div>
    </Notice>
  );
}

/** A wall time so many minutes later, within the day. */
export function later(time: string, minutes: number): string {
  const day = 24 * 60;
  const total = (((Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) + minutes) % day) + day) % day;
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}
