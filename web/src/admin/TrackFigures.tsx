import { Fragment } from "react";
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
        {person.tracks.map((track) => {
          const sizes = track.layers.length > 1 ? track.layers.map(({ size, bitrate_bps }) => `${t(`running.size.${size}`)} ${bitrate(bitrate_bps, language)}`).join(", ") : undefined;
          const notes = track.muted ? [] : [sizes, track.held !== "no" ? t(`running.held.${track.held}`) : undefined].filter((note) => note !== undefined);
          return (
            <Fragment key={track.sid}>
              <tr>
                <th scope="row">{t([`source.${track.source.toLowerCase()}`, "source.other"])} <span className="muted">{track.codec.replace(/^(audio|video)\//i, "").toUpperCase()}</span></th>
                <td className="n" data-label={t("running.rate")}>{track.muted ? t("running.muted") : bitrate(track.bitrate_bps, language)}</td>
                <td className="n" data-label={t("running.loss")}>{percent(track.muted ? undefined : track.loss, language)}</td>
                <td className="n" data-label={t("running.jitter")}>{milliseconds(track.muted ? undefined : track.jitter_ms)}</td>
              </tr>
              {notes.length > 0 && <tr><td colSpan={4} className="note">{notes.join(". ")}</td></tr>}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}
