import type { TFunction } from "i18next";
import type { FindWeekly, WeeklyTime } from "../api/contract";
import type { Draft } from "./draft";

/** What the server looks through: weeks of a series, quarters of an hour of one date. */
const mostWeeks = 156;
const quarter = 15;
const longest = 600;
/** So many times are asked for, shown at most, and shown of one day of the week: a choice of days helps more. */
const asked = 20;
const shown = 6;
const perDay = 2;
const week = 7 * 24 * 60 * 60_000;

/** Every week: only then is there a best time of the week. */
export const isWeekly = ({ repeat }: Draft) => repeat.kind === "weekly" && repeat.every === 1 && repeat.ending !== "never";

/** So many dates the series has. */
export function weeksOf({ date, repeat }: Draft): number {
  const until = Math.floor((Date.parse(repeat.until) - Date.parse(date)) / week) + 1;
  const weeks = repeat.ending === "until" ? until : repeat.count;
  return Math.min(mostWeeks, Math.max(1, Number.isFinite(weeks) ? weeks : 1));
}

/** What to ask: as long, as often and for as many as the form says, from its day on. */
export function weeklyQuestionOf(draft: Draft, span: { start: Date; end: Date }, today: string): FindWeekly {
  const minutes = Math.ceil((span.end.getTime() - span.start.getTime()) / 60_000 / quarter) * quarter;
  return {
    from: draft.date < today ? today : draft.date,
    weeks: weeksOf(draft),
    zone: draft.zone,
    minutes: Math.min(longest, minutes),
    // Who invites sits there as well.
    people: 1 + draft.people.length + draft.guests.length,
    limit: asked,
  };
}

/** Some times of each day of the week, the best first. With days to choose from, no day fills the list. */
export function weeklyChoiceOf(found: WeeklyTime[]): WeeklyTime[] {
  const days = new Map<number, number>();
  const some = found.filter(({ start }) => {
    const day = new Date(`${start}:00Z`).getUTCDay();
    days.set(day, (days.get(day) ?? 0) + 1);
    return days.get(day)! <= perDay;
  });
  return (days.size > 1 ? some : found).slice(0, shown);
}

/** The series at that time, in that room: without holidays, and where the room is taken in another, or not at all. */
export function withWeekly(draft: Draft, found: WeeklyTime): Partial<Draft> {
  const [date, from] = [found.start.slice(0, 10), found.start.slice(11, 16)];
  const taken = found.conflicts.map(({ date, free_rooms: [other] }) => ({ date: `${date}T${from}`, ...(other ? { rooms: [other.id] } : { skip: true }) }));
  const free = found.holidays.map((day) => ({ date: `${day}T${from}`, skip: true }));
  return {
    date,
    from,
    to: found.end.slice(11, 16),
    rooms: [found.room.id],
    repeat: { ...draft.repeat, ending: "count", count: found.dates + found.holidays.length },
    exceptions: [...taken, ...free].sort((one, other) => one.date.localeCompare(other.date)),
  };
}

/** What speaks for and against it, in words. What cannot be had is said by itself. */
export function weeklyReasonsFor({ reasons }: WeeklyTime, t: TFunction): { words: string; good: boolean }[] {
  return reasons.flatMap((reason): { words: string; good: boolean }[] => {
    switch (reason.code) {
      case "all_dates_free":
        return [{ words: t("weekly.allFree"), good: true }];
      case "dates_taken":
        return [];
      case "holidays":
        return [{ words: t("weekly.holidays", { count: reason.dates }), good: true }];
      case "spare_seats":
        return [{ words: t("find.spareSeats", { count: reason.seats }), good: true }];
      default:
        return [{ words: t(`find.${reason.code}`), good: false }];
    }
  });
}
