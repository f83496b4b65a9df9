import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Picture } from "./Picture";
import { Pinned } from "./Pinned";
import { inLarge } from "./pins";
import { Strip } from "./Strip";
import { Microphone } from "./Tile";
import { useFaces } from "./useFaces";
import { useMeeting } from "./useMeeting";

/** Who speaks in large; whoever is pinned stays there instead. The faces above keep their places. */
export function SpeakerView({ people, onMore }: { people: PersonView[]; onMore: () => void }) {
  const { t } = useWords();
  const { speaker } = useMeeting();
  const { pinned, others, hidden, box } = useFaces(people);
  const large = inLarge(people, speaker);
  return (
    <div className="focus" ref={box}>
      <Strip people={others} hidden={hidden} onMore={onMore} />
      <div className="large" role="group" aria-label={t("view.large")}>
        {pinned.length > 0 ? <Pinned people={pinned} /> : large && (
          <figure className="tile" key={large.identity}>
            {large.camera ? <Picture track={large.camera} mirrored={large.me} label={t("view.largePicture", { name: large.name })} /> : <div className="tile-mid" aria-hidden="true"><span className="initials">{initials(large.name)}</span></div>}
            <figcaption className="tag"><Microphone person={large} /><span className="name">{large.name}</span></figcaption>
          </figure>
        )}
      </div>
    </div>
  );
}
