import type { RunningParticipant } from "../api/contract";
import { useWords } from "../words/useWords";
import { bitrate, milliseconds, percent } from "./quality";

/** What a participant sends: rate, loss and jitter of each track, the sizes of a picture, and why no better one comes. */
export function TrackFigures({ person }: { person: RunningParticipant }) {
  const { t, language } = useWords();
  return (
    <table className="trackfigures" aria-label={t("running.sends", { name: person.name })}>
      <thead><tr><th scope="col">{t("running.track")}</th><th scope="col" className="n">{t("running.rate")}</th><th scope="col" className="n">{t("running.loss")}</th><th scope="col" className="n">{t("running.jitter")}</th></tr></thead>
      <tbody>
        {person.tracks.map((track) => (
          <tr key={track.sid}>
            <th scope="row">
              {t([`source.${track.source.toLowerCase()}`, "source.other"])} <span className="muted">{track.codec.replace(/^(audio|video)\//i, "").toUpperCase()}</span>
              {!track.muted && track.layers.length > 1 && <span className="meta">{track.layers.map(({ size, bitrate_bps }) => `${t(`running.size.${size}`)} ${bitrate(bitrate_bps, language)}`).join(", ")}</span>}
              {!track.muted && track.held !== "no" && <span className="meta">{t(`running.held.${track.held}`)}</span>}
            </th>
            <td className="n">{track.muted ? t("running.muted") : bitrate(track.bitrate_bps, language)}</td>
            <td className="n">{percent(track.muted ? undefined : track.loss, language)}</td>
            <td className="n">{milliseconds(track.muted ? undefined : track.jitter_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
