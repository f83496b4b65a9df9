import { Icon } from "../icons/Icon";
import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Picture } from "./Picture";
import { mostPins } from "./pins";
import { reactions as signs } from "./reactions";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** Always one sign of the same width: a name that jumps aside when somebody speaks disturbs. */
export function Microphone({ person }: { person: PersonView }) {
  return <Icon name={person.speaking ? "audio-lines" : person.microphone ? "mic" : "mic-off"} size={20} className={person.speaking ? "live" : "off"} />;
}

type Props = { person: PersonView; hand?: number; pinnable?: boolean };

/** One participant: picture or initials, name, and whether the microphone is off or the person speaks. */
export function Tile({ person, hand, pinnable = true }: Props) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { pins, reactions } = useMeeting();
  const reaction = reactions[person.identity];
  const pinned = pins.includes(person.identity);
  const shown = person.me ? t("tile.me", { name: person.name }) : person.name;
  const state = person.speaking ? t("tile.speaks") : person.microphone ? "" : t("microphone.off");
  return (
    <li className={`tile${person.speaking ? " speaking" : ""}${pinned ? " pinned" : ""}`}>
      {person.camera ? <Picture track={person.camera} mirrored={person.me} label={t("tile.picture", { name: person.name })} /> : <div className="tile-mid" aria-hidden="true"><span className="initials">{initials(person.name)}</span></div>}
      <div className="tile-top">
        {pinnable && (pinned || pins.length < mostPins) && (
          <button type="button" className={`chip pin${pinned ? " on" : ""}`} aria-pressed={pinned} data-person={person.identity} onClick={() => store.pin(person.identity)}>
            <Icon name="pin" size={20} /><span aria-hidden="true" className="pin-words">{t(pinned ? "tile.pinned" : "tile.pin")}</span><span className="visually-hidden">{t("tile.pinNamed", { name: person.name })}</span>
          </button>
        )}
        {person.paused ? <span className="chip weak"><Icon name="video-off" size={20} /><span className="chip-words">{t("tile.paused")}</span></span> : person.quality === "bad" && <span className="chip weak"><Icon name="triangle-alert" size={20} /><span className="chip-words">{t(person.me ? "tile.weakOwn" : "tile.weak")}</span></span>}
        {hand !== undefined && <span className="chip hand"><Icon name="hand" size={20} /><span className="visually-hidden">{t("tile.hand")} </span>{hand}</span>}
      </div>
      {reaction && <span className="chip reaction"><Icon name={signs[reaction]} size={24} /><span className="chip-words">{t(`react.${reaction}`)}</span></span>}
      <div className="tag">
        <Microphone person={person} />
        <span className="name">{shown}</span>
        {state && <span className="visually-hidden">, {state}</span>}
      </div>
    </li>
  );
}
