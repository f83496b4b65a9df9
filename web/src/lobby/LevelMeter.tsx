import { useEffect, useState } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { watchLevel } from "./level";

const bars = 16;
const quiet = 18;

/** How loud the microphone is, as bars and as a number. */
export function LevelMeter({ track }: { track: MediaStreamTrack | undefined }) {
  const { t } = useWords();
  const [level, setLevel] = useState(0);
  const [heardAt, setHeardAt] = useState(0);
  useEffect(() => {
    setLevel(0);
    setHeardAt(0);
    if (!track) return;
    return watchLevel(track, (now) => {
      setLevel(now);
      if (now > quiet) setHeardAt(Date.now());
    });
  }, [track]);
  const hears = Date.now() - heardAt < 2500;
  const words = !track ? t("level.off") : hears ? t("level.good") : t("level.silent");
  return (
    <div className="meter">
      <Icon name={track ? "mic" : "mic-off"} />
      <div className="bars" role="meter" aria-label={t("level.label")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={track ? level : 0} aria-valuetext={words}>
        {Array.from({ length: bars }, (_, index) => <i key={index} className={track && level > (index + 0.5) * (100 / bars) ? "lit" : ""} />)}
      </div>
      <span className="muted" aria-hidden="true">{words}</span>
    </div>
  );
}
