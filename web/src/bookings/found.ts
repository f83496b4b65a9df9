import type { TFunction } from "i18next";
import type { FoundTime } from "../api/contract";
import { localOf } from "../words/dates";
import type { Draft } from "./draft";

/** So many days are looked through, the first one included. */
const days = 14;

/** So many calendars are looked at together. */
export const mostPeople = 50;
/** So many times are asked for, shown at most, and shown of one day: a choice of days helps more than a whole morning. */
const asked = 20;
const shown = 8;
const perDay = 2;

/** Some times of each day, the best first. With days to choose from, no day fills the list. */
export function choiceOf(found: FoundTime[], zone: string): FoundTime[] {
  const days = new Map<string, number>();
  const some = found.filter(({ start }) => {
    const day = localOf(start, zone).slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
    return days.get(day)! <= perDay;
  });
  return (days.size > 1 ? some : found).slice(0, shown);
}

/** What to ask: as long as the meeting lasts, with those who are invited, from its day on. */
export function questionOf(draft: Draft, span: { start: Date; end: Date }, site: string | undefined, needsRoom: boolean, today: string) {
  const from = draft.date < today ? today : draft.date;
  const last = new Date(`${from}T12:00:00Z`);
  last.setUTCDate(last.getUTCDate() + days - 1);
  return {
    from,
    until: last.toISOString().slice(0, 10),
    zone: draft.zone,
    minutes: Math.round((span.end.getTime() - span.start.getTime()) / 60_000),
    organiser: draft.organiser,
    people: draft.people.slice(0, mostPeople).map(({ id }) => id),
    guests: draft.guests.length,
    needs_room: needsRoom,
    site: site || undefined,
    limit: asked,
  };
}

/** The same meeting at that time, in that room. Rooms that were chosen for another time give way to it. */
export function withTime(draft: Draft, found: FoundTime): Partial<Draft> {
  const [start, end] = [localOf(found.start, draft.zone), localOf(found.end, draft.zone)];
  const when = { date: start.slice(0, 10), from: start.slice(11, 16), to: end.slice(11, 16) };
  return found.room ? { ...when, rooms: [found.room.id] } : when;
}

/** What speaks for and against a time, in words. `someUnseen`: not everybody's calendar could be looked at. */
export function reasonsFor(found: FoundTime, someUnseen: boolean, t: TFunction): { words: string; good: boolean }[] {
  return found.reasons.map((reason) => {
    switch (reason.code) {
      case "everybody_free":
        return { words: t(someUnseen ? "find.seenFree" : "find.everybodyFree"), good: true };
      case "people_busy":
        return { words: t("find.peopleBusy", { count: reason.people }), good: false };
      case "holiday":
        return { words: t("find.holiday", { day: t(`find.holidays.${reason.holiday}`) }), good: false };
      case "spare_seats":
        return { words: t("find.spareSeats", { count: reason.seats }), good: true };
      case "busy_site":
        return { words: t("find.busySite", { percent: reason.percent }), good: false };
      default:
        return { words: t(`find.${reason.code}`), good: false };
    }
  });
}
