import type { PersonView } from "./people";

/** More than four large tiles are none. */
export const mostPins = 4;

/** Pins or unpins somebody. With all places taken the oldest pin makes room only when asked for: here nothing happens. */
export function withPin(pins: readonly string[], identity: string): string[] {
  if (pins.includes(identity)) return pins.filter((each) => each !== identity);
  return pins.length < mostPins ? [...pins, identity] : [...pins];
}

/** Pinned people first, in the order of pinning; the others keep theirs. Whoever left is no longer pinned to the screen. */
export function byPins(people: PersonView[], pins: readonly string[]): { pinned: PersonView[]; others: PersonView[] } {
  const pinned = pins.map((identity) => people.find((person) => person.identity === identity)).filter((person) => person !== undefined);
  return { pinned, others: people.filter((person) => !pins.includes(person.identity)) };
}

/** Who is shown in large when nobody is pinned: who speaks, else who spoke last, else somebody else than oneself. */
export function inLarge(people: PersonView[], speaker: string | undefined): PersonView | undefined {
  return people.find((person) => person.identity === speaker && !person.me) ?? people.find((person) => !person.me) ?? people[0];
}

/** Who speaks now. Whoever is on stays on while speaking, so that two who talk at once do not flicker. */
export function nextSpeaker(current: string | undefined, speaking: readonly string[]): string | undefined {
  if (current !== undefined && speaking.includes(current)) return current;
  return speaking[0] ?? current;
}
