import type { Groups } from "./groups";

/** Says a text of the catalogue. */
type Say = (key: string, values: Record<string, unknown>) => string;

/** What a group is called; a title that only repeats the number is not said twice. */
export function nameOf(titles: string[], group: number, t: Say): string {
  const plain = t("groups.unnamed", { number: group });
  const title = titles[group - 1] ?? plain;
  return title === plain ? plain : t("groups.named", { number: group, title });
}

/** Where somebody is. */
export const placeOf = (titles: string[], place: number | undefined, t: Say) => (place === undefined ? t("groups.main", {}) : nameOf(titles, place, t));

/** What a person who does not see the screen should hear of the change. */
export function groupNews(before: Groups, after: Groups, t: Say): string[] {
  const { open, word, ending, note, callers } = after;
  const said: string[] = [];
  if (open && (!before.open || before.open.place !== open.place)) {
    if (open.place !== undefined) said.push(t("groups.told.into", { place: nameOf(open.titles, open.place, t) }));
    else if (before.open) said.push(t("groups.told.back", {}));
    else said.push(t("groups.told.open", {}));
    if (!before.open && open.mayChoose && open.place === undefined) said.push(t("groups.told.choose", {}));
  }
  if (word && word !== before.word) said.push(t("groups.told.word", { text: word.text }));
  if (ending && ending !== before.ending) said.push(t("groups.told.ending", { count: ending.seconds }));
  for (const group of open?.calling ?? []) {
    const name = callers[group];
    if (name !== undefined && callers !== before.callers && !(before.open?.calling.includes(group) && before.callers[group] === name)) said.push(t("groups.calls", { name, place: nameOf(open!.titles, group, t) }));
  }
  if (note && note !== before.note) said.push(t(`groups.note.${note.what}`, {}));
  return said;
}
