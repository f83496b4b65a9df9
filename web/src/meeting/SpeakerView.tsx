import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Picture } from "./Picture";
import { byPins, inLarge } from "./pins";
import { Strip } from "./Strip";
import { Microphone } from "./Tile";
import { useMeeting } from "./useMeeting";

/** Who speaks in large; whoever is pinned stays there instead. The faces above keep their places. */
export function SpeakerView({ people, onMore }: { people: PersonView[]; onMore: () => void }) {
  const { t } = useWords();
  const { pins, speaker } = useMeeting();
  const { pinned } = byPins(people, pins);
  const one = inLarge(people, speaker);
  const large = pinned.length > 0 ? pinned : one ? [one] : [];
  return (
    <div className="focus">
      <Strip people={people} onMore={onMore} />
      <div className={`large of-${large.length}`} role="group" aria-label={t("view.large")}>
        {large.map((person) => (
          <figure className="tile" key={person.identity}>
            {person.camera ? <Picture track={person.camera} mirrored={person.me} label={t("view.largePicture", { name: person.name })} /> : <div className="tile-mid" aria-hidden="true"><span className="initials">{initials(person.name)}</span></div>}
            <figcaption className="tag"><Microphone person={person} /><span className="name">{person.name}</span></figcaption>
          </figure>
        ))}
      </div>
    </div>
  );
}
