import { Icon } from "../icons/Icon";
import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Picture } from "./Picture";

/** One participant: picture or initials, name, and whether the microphone is off or the person speaks. */
export function Tile({ person, hand }: { person: PersonView; hand?: number }) {
  const { t } = useWords();
  const shown = person.me ? t("tile.me", { name: person.name }) : person.name;
  const state = person.speaking ? t("tile.speaks") : person.microphone ? "" : t("microphone.off");
  return (
    <li className={`tile${person.speaking ? " speaking" : ""}`}>
      {person.camera ? <Picture track={person.camera} mirrored={person.me} label={t("tile.picture", { name: person.name })} /> : <div className="tile-mid" aria-hidden="true"><span className="initials">{initials(person.name)}</span></div>}
      {hand !== undefined && <span className="chip hand"><Icon name="hand" size={20} /><span className="visually-hidden">{t("tile.hand")} </span>{hand}</span>}
      {person.paused && <span className="chip weak"><Icon name="video-off" size={20} />{t("tile.paused")}</span>}
      {!person.paused && person.quality === "bad" && <span className="chip weak"><Icon name="triangle-alert" size={20} />{t("tile.weak")}</span>}
      <div className="tag">
        {person.speaking ? <Icon name="audio-lines" size={20} className="live" /> : !person.microphone && <Icon name="mic-off" size={20} className="off" />}
        <span className="name">{shown}</span>
        {state && <span className="visually-hidden">, {state}</span>}
      </div>
    </li>
  );
}
