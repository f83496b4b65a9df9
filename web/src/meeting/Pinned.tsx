import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Tile } from "./Tile";

/** People who are pinned, in whole and large enough that hands can be read. */
export function Pinned({ people }: { people: PersonView[] }) {
  const { t } = useWords();
  return (
    <ul className={`pins of-${people.length}`} aria-label={t("tile.pinned")}>
      {people.map((person) => <Tile key={person.identity} person={person} />)}
    </ul>
  );
}
