import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Tile } from "./Tile";

type Props = { people: PersonView[]; /** So many more are there. */ hidden: number; onMore: () => void };

/** A few small faces in a row, in the order in which they came. */
export function Strip({ people, hidden, onMore }: Props) {
  const { t } = useWords();
  if (people.length + hidden === 0) return null;
  return (
    <ul className="strip" aria-label={t("panel.people")}>
      {people.map((person) => <Tile key={person.identity} person={person} />)}
      {hidden > 0 && <li><button type="button" className="strip-more" aria-label={t("share.more", { count: hidden })} onClick={onMore}>+{hidden}</button></li>}
    </ul>
  );
}
