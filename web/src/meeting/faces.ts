import { leanFaces } from "./machine";
import type { PersonView } from "./people";
import { byPins } from "./pins";

/** So many faces stand beside a shared screen or who speaks. */
const usually = 4;
/** And so many where there is little room: in a narrow window, or beside people who are pinned. */
const few = 2;

export type Faces = { pinned: PersonView[]; others: PersonView[]; /** So many more are there and not shown. */ hidden: number };
type Room = { narrow: boolean; lean: boolean };

/** Who is seen beside something large. Whoever is pinned always is; only the others give way when there is little room. */
export function facesFor(people: PersonView[], pins: readonly string[], { narrow, lean }: Room): Faces {
  const { pinned, others } = byPins(people, pins);
  const most = lean ? Math.max(0, leanFaces - pinned.length) : narrow || pinned.length > 0 ? few : usually;
  return { pinned, others: others.slice(0, most), hidden: Math.max(0, others.length - most) };
}
