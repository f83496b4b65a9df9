import type { Booking, BookingBody, DateBody, InvitedRole } from "../api/contract";
import { dayKey, instantOf, localOf } from "../words/dates";
import type { Exception } from "./conflicts";
import { type Repeat, isWorkday, once, repeatOf, ruleOf } from "./repeat";

/** A booking while it is being written: exactly what the fields hold. */
export type Draft = {
  title: string;
  description: string;
  date: string;
  from: string;
  to: string;
  zone: string;
  organiser: string | undefined;
  rooms: string[];
  people: { id: string; name: string; role: InvitedRole }[];
  guests: { id?: string; name: string; email: string }[];
  guestsWait: boolean;
  /** Only who organises it and who is invited sees more of it than its time. */
  isPrivate: boolean;
  /** Minutes before each date. */
  remind: number | undefined;
  /** Sound comes first, pictures stay small. */
  audioFirst: boolean;
  repeat: Repeat;
  /** What was decided about dates of a series whose rooms are taken. */
  exceptions: Exception[];
  /** Changed dates that may be lost. */
  giveUp: string[];
};

export type Fault = { field: "title" | "date" | "from" | "to" | "repeat" | "until"; words: string };

/** Starts at the next full half hour, for one hour. */
export function emptyDraft(now: Date, zone: string, organiser: string | undefined): Draft {
  const halfHour = 30 * 60_000;
  const start = new Date(Math.ceil((now.getTime() + 5 * 60_000) / halfHour) * halfHour);
  const end = new Date(start.getTime() + 2 * halfHour);
  return { title: "", description: "", date: localOf(start, zone).slice(0, 10), from: localOf(start, zone).slice(11), to: localOf(end, zone).slice(11), zone, organiser, rooms: [], people: [], guests: [], guestsWait: true, isPrivate: false, remind: undefined, audioFirst: false, repeat: once, exceptions: [], giveUp: [] };
}

export function draftOf(booking: Booking): Draft {
  return {
    title: booking.title,
    description: booking.description ?? "",
    date: booking.start_local.slice(0, 10),
    from: booking.start_local.slice(11, 16),
    to: booking.end_local.slice(11, 16),
    zone: booking.zone,
    organiser: booking.organiser.id,
    rooms: booking.rooms.map((room) => room.id),
    people: booking.people.map(({ person, role }) => ({ id: person.id, name: person.name, role: role === "moderator" ? role : "participant" })),
    guests: booking.guests.map(({ id, name, email }) => ({ id, name, email: email ?? "" })),
    guestsWait: booking.guests_wait,
    isPrivate: booking.is_private,
    remind: booking.remind_minutes,
    audioFirst: booking.profile === "audio_first",
    repeat: once,
    exceptions: [],
    giveUp: [],
  };
}

/** The whole series: its first date and its rule, not what one date differs in. */
export function seriesDraftOf(booking: Booking): Draft {
  const { series } = booking;
  const draft = draftOf(booking);
  if (!series) return draft;
  const date = series.start_local.slice(0, 10);
  return { ...draft, title: series.title, date, from: series.start_local.slice(11, 16), to: series.end_local.slice(11, 16), rooms: series.rooms, repeat: repeatOf(series.rule, date, booking.zone) };
}

/** A new booking like this one: same people, rooms and hours, in a coming week on the same day. */
export function templateDraftOf(booking: Booking, now: Date): Draft {
  const draft = draftOf(booking);
  const next = new Date(`${draft.date}T12:00:00Z`);
  do next.setUTCDate(next.getUTCDate() + 7);
  while (instantOf(`${next.toISOString().slice(0, 10)}T${draft.from}`, draft.zone) <= now);
  // Everybody is invited anew: guests get links of their own.
  return { ...draft, date: next.toISOString().slice(0, 10), guests: draft.guests.map(({ name, email }) => ({ name, email })) };
}

/** The series from one of its dates on; of a number of dates those that are left count. */
export function followingDraftOf(booking: Booking, left: number): Draft {
  const draft = seriesDraftOf(booking);
  const date = booking.series?.date?.slice(0, 10) ?? draft.date;
  return { ...draft, date, repeat: { ...draft.repeat, count: left, rule: draft.repeat.rule?.replace(/COUNT=\d+/, `COUNT=${left}`) } };
}

/** A meeting that ends before it starts goes past midnight. */
export function endDate(draft: Pick<Draft, "date" | "from" | "to">): string {
  if (draft.to >= draft.from) return draft.date;
  const next = new Date(`${draft.date}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

/** Start and end as instants, once the fields are complete. */
export function spanOf(draft: Draft): { start: Date; end: Date } | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(draft.date) || !/^\d\d:\d\d$/.test(draft.from) || !/^\d\d:\d\d$/.test(draft.to) || draft.from === draft.to) return undefined;
  return { start: instantOf(`${draft.date}T${draft.from}`, draft.zone), end: instantOf(`${endDate(draft)}T${draft.to}`, draft.zone) };
}

/** What the reader can see at once; the server judges again. */
export function faultsOf(draft: Draft, now: Date, existing: boolean): Fault[] {
  const faults: Fault[] = [];
  if (draft.title.trim() === "") faults.push({ field: "title", words: "fault.title" });
  const span = spanOf(draft);
  if (draft.date === "") faults.push({ field: "date", words: "fault.date" });
  else if (!existing && draft.date < dayKey(now, draft.zone)) faults.push({ field: "date", words: "fault.past" });
  else if (!existing && span && span.end <= now) faults.push({ field: "to", words: "fault.past" });
  if (draft.repeat.kind !== "none" && draft.repeat.ending === "until" && draft.repeat.until < draft.date) faults.push({ field: "until", words: "fault.until" });
  if (draft.repeat.kind === "workdays" && draft.date !== "" && !isWorkday(draft.date)) faults.push({ field: "repeat", words: "fault.weekend" });
  if (draft.from === "") faults.push({ field: "from", words: "fault.from" });
  if (draft.to === "") faults.push({ field: "to", words: "fault.to" });
  else if (draft.to === draft.from) faults.push({ field: "to", words: "fault.noLength" });
  return faults;
}

export function bodyOf(draft: Draft): BookingBody {
  return {
    title: draft.title.trim(),
    description: draft.description.trim() || undefined,
    start: `${draft.date}T${draft.from}`,
    end: `${endDate(draft)}T${draft.to}`,
    zone: draft.zone,
    organiser: draft.organiser,
    rooms: draft.rooms,
    guests_wait: draft.guestsWait,
    is_private: draft.isPrivate,
    remind_minutes: draft.remind,
    profile: draft.audioFirst ? "audio_first" : "normal",
    people: draft.people.map(({ id, role }) => ({ person: id, role })),
    guests: draft.guests.map(({ id, name, email }) => ({ id, name, email: email || undefined })),
    recurrence: recurrenceOf(draft),
  };
}

function recurrenceOf(draft: Draft): BookingBody["recurrence"] {
  const rule = ruleOf(draft.repeat, draft.date);
  return rule === undefined ? undefined : { rule, exceptions: draft.exceptions, give_up: draft.giveUp };
}

/** One date of a series by itself. */
export function dateBodyOf(draft: Draft): DateBody {
  return { title: draft.title.trim(), start: `${draft.date}T${draft.from}`, end: `${endDate(draft)}T${draft.to}`, rooms: draft.rooms };
}

/** With one more room. */
export const withRoom = (draft: Draft, room: string | null): Draft => (room === null || draft.rooms.includes(room) ? draft : { ...draft, rooms: [...draft.rooms, room] });

/** Changed in part. What was decided about single dates holds for their times and rooms: with others it is asked anew. */
export function changed(draft: Draft, part: Partial<Draft>): Draft {
  const isElsewhen = (["date", "from", "to", "zone", "rooms"] as const).some((field) => part[field] !== undefined && part[field] !== draft[field]);
  return { ...draft, ...(isElsewhen ? { exceptions: [] } : {}), ...part };
}

/** Moving the start moves the end along, so that the length stays. */
export function withStart(draft: Draft, from: string): Draft {
  if (!/^\d\d:\d\d$/.test(from) || !/^\d\d:\d\d$/.test(draft.from) || !/^\d\d:\d\d$/.test(draft.to)) return { ...draft, from };
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const day = 24 * 60;
  const end = (minutes(from) + ((minutes(draft.to) - minutes(draft.from) + day) % day)) % day;
  const two = (number: number) => String(number).padStart(2, "0");
  return { ...draft, from, to: `${two(Math.floor(end / 60))}:${two(end % 60)}` };
}
