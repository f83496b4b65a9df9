import { useEffect, useRef } from "react";
import type { RunningParticipant } from "../api/contract";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { Grade } from "./Grade";
import { TrackFigures } from "./TrackFigures";
import { bitrate, gradeOf, milliseconds, percent } from "./quality";
import { pictureSentences } from "./reasons";

/** One participant's connection: the way, the delay, the loss, the rates, the pictures received and the tracks sent. */
export function ParticipantFigures({ person, sought, onRemove }: { person: RunningParticipant; sought: boolean; onRemove: () => void }) {
  const { t, language } = useWords();
  const entry = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (sought) entry.current?.scrollIntoView({ block: "nearest" });
  }, [sought]);
  const losses = [person.loss_up, person.loss_down].filter((loss) => loss != null);
  const loss = losses.length > 0 ? Math.max(...losses) : undefined;
  const figures = [
    [t("running.path"), person.path?.toUpperCase() ?? "–"],
    [t("running.rtt"), milliseconds(person.rtt_ms)],
    [t("running.lossUp"), percent(person.loss_up, language)],
    [t("running.lossDown"), percent(person.loss_down, language)],
    [t("running.up"), bitrate(person.bitrate_up_bps, language)],
    [t("running.down"), bitrate(person.bitrate_down_bps, language)],
  ];
  const pictures = pictureSentences(person.download).map(({ words, counts, bps }) => t(words, { ...counts, rate: bitrate(bps, language) })).join(" ");
  return (
    <li className={sought ? "sought" : undefined} ref={entry}>
      <div className="who">{sought && <span className="mark"><Icon name="search" size={20} />{t("running.code.found")}</span>} <b>{person.name}</b><span className="muted">, {t([`role.${person.role}`, "role.participant"])}</span></div>
      <Grade grade={gradeOf(loss, person.rtt_ms)} />
      <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("panel.removeNamed", { name: person.name })} onClick={onRemove}><Icon name="x" size={20} /></button>
      <dl className="figures">{figures.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      {pictures && <p className="meta pictures">{pictures}</p>}
      {person.upload_limit_bps != null && <p className="meta pictures">{t("running.uploadLimit", { rate: bitrate(person.upload_limit_bps, language) })}</p>}
      {person.tracks.length > 0 && <TrackFigures person={person} />}
    </li>
  );
}
