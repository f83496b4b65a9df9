import { useWords } from "../words/useWords";
import { leanFaces } from "./machine";
import type { PersonView } from "./people";
import { byPins } from "./pins";
import { Tile } from "./Tile";
import { useMeeting, useProfile } from "./useMeeting";

const usually = 4;

/** A few faces in a row: pinned ones first, the others in the order in which they came. */
export function Strip({ people, onMore }: { people: PersonView[]; onMore: () => void }) {
  const { t } = useWords();
  const { pins } = useMeeting();
  const { pinned, others } = byPins(people, pins);
  const inStrip = useProfile() === "lean" ? leanFaces : usually;
  const hidden = people.length - inStrip;
  return (
    <ul className="strip" aria-label={t("panel.people")}>
      {[...pinned, ...others].slice(0, inStrip).map((person) => <Tile key={person.identity} person={person} />)}
      {hidden > 0 && <li><button type="button" className="strip-more" aria-label={t("share.more", { count: hidden })} onClick={onMore}>+{hidden}</button></li>}
    </ul>
  );
}
