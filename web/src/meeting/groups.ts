import type { PersonView } from "./people";

/** Groups that are open, as this person may see them; a place is the number of a group, none is the main room. */
export type OpenGroups = {
  titles: string[];
  /** Everybody goes where they like. */
  mayChoose: boolean;
  mayReturn: boolean;
  /** When they end by themselves: as the server says it, and by the clock of this device. */
  end?: { said: string; at: number };
  place?: number;
  /** The group one may come back into. */
  own?: number;
  /** Which groups ask for help: for the moderation all, else only the own one. */
  calling: number[];
};

export const refusals = ["closed", "no_such_group", "not_allowed", "not_in_a_group", "no_moderator", "not_sent"] as const;
export type Refusal = (typeof refusals)[number];

export type Groups = {
  open?: OpenGroups;
  /** What is heard next is news, and no answer to somebody who just came. */
  live: boolean;
  /** The last word of the moderation to everybody. */
  word?: { text: string };
  /** The end was said to be near. */
  ending?: { seconds: number };
  /** Who called for help, by group. */
  callers: Record<number, string>;
  /** What came of the last step, or that they are over. */
  note?: { what: "over" | Refusal };
};

export const noGroups: Groups = { live: false, callers: {} };

/** How many groups there may be, how long texts are in characters, and the longest time in minutes. */
export const groupLimits = { fewest: 2, most: 20, title: 60, word: 500, minutes: 240 } as const;

type Said = { [key: string]: unknown };

/** How it is with groups after a message of the server; the same if it is about something else. */
export function heardOfGroups(before: Groups, payload: Uint8Array, now: number): Groups {
  const said = read(payload);
  switch (said?.event) {
    case "groups":
      return said.open === true ? opened(before, said, now) : { live: true, callers: {}, word: before.word, ...(before.open && { note: { what: "over" } }) };
    case "groups_ending": {
      const { open } = before;
      if (!open?.end || typeof said.seconds !== "number") return before;
      // A number of seconds from now on is right whatever this device takes for the time.
      return { ...before, ending: { seconds: said.seconds }, open: { ...open, end: { ...open.end, at: now + said.seconds * 1000 } } };
    }
    case "group_word":
      return typeof said.text === "string" ? { ...before, word: { text: said.text } } : before;
    case "group_help":
      return typeof said.group === "number" ? { ...before, callers: { ...before.callers, [said.group]: String(said.name) } } : before;
    case "group_refused":
      return { ...before, note: { what: refusals.find((reason) => reason === said.reason) ?? "not_allowed" } };
    default:
      return before;
  }
}

function opened(before: Groups, said: Said, now: number): Groups {
  const { titles, opened_at: from, ends_at: until, place, own, calling } = said;
  if (!Array.isArray(titles)) return before;
  const endOf = (until: string) => {
    if (before.open?.end?.said === until) return before.open.end;
    // Who hears of it as it begins counts from now, as this device's clock may be wrong; who comes later has to believe the clock.
    const begins = before.live && !before.open;
    return { said: until, at: begins ? now + Date.parse(until) - Date.parse(String(from)) : Date.parse(until) };
  };
  const open: OpenGroups = {
    titles: titles.map(String),
    mayChoose: said.may_choose === true,
    mayReturn: said.may_return === true,
    calling: Array.isArray(calling) ? calling.map(Number) : [],
    ...(typeof until === "string" && { end: endOf(until) }),
    ...(typeof place === "number" && { place }),
    ...(typeof own === "number" && { own }),
  };
  // What was said about earlier groups, or before one went elsewhere, no longer matters.
  const isSame = before.open !== undefined && before.open.place === open.place;
  return { ...before, live: true, open, word: before.open || !before.live ? before.word : undefined, note: isSame ? before.note : undefined };
}

/** What somebody can do now: where to go, and whom to ask. */
export function stepsOf(open: OpenGroups, people: PersonView[], moderates: boolean) {
  const { place, own, calling } = open;
  const isModerated = moderates || people.some(({ role }) => role === "moderator");
  const all = open.titles.map((_, index) => index + 1);
  return {
    mayLeave: place !== undefined && (moderates || open.mayReturn || !isModerated),
    back: place === undefined && own !== undefined && !open.mayChoose && !moderates ? own : undefined,
    // Who moderates goes everywhere from the list of all groups.
    choices: open.mayChoose && !moderates ? all.filter((group) => group !== place) : [],
    mayCall: place !== undefined && !moderates && isModerated && !calling.includes(place),
    isCalling: place !== undefined && !moderates && calling.includes(place),
    /** Groups that a moderator could go to for help. */
    calls: moderates ? calling.filter((group) => group !== place) : [],
  };
}

/** How long it still takes: whole minutes, in the last one seconds. */
export function leftUntil(at: number, now: number): { unit: "minutes" | "seconds"; count: number } {
  const seconds = Math.max(0, Math.ceil((at - now) / 1000));
  return seconds > 60 ? { unit: "minutes", count: Math.ceil(seconds / 60) } : { unit: "seconds", count: seconds };
}

/** The minutes as typed: a number the server takes, nothing if there is no end, or wrong. */
export function minutesFrom(typed: string): number | undefined | "wrong" {
  const text = typed.trim();
  if (text === "") return undefined;
  const minutes = Number(text);
  return /^\d+$/.test(text) && minutes >= 1 && minutes <= groupLimits.minutes ? minutes : "wrong";
}

const read = (payload: Uint8Array): Said | undefined => {
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof said === "object" && said !== null ? (said as Said) : undefined;
  } catch {
    return undefined;
  }
};
