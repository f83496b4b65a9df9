import type { Problem } from "../api/problem";
import type { Reason } from "./reasons";

/** A date of a series whose rooms are taken or may not be had, as the server lists it. */
export type Conflict = {
  date: string;
  start: string;
  end: string;
  taken: { room: { id: string; name: string }; start: string; end: string }[];
  /** Rules of its rooms that it breaks. */
  reasons: Reason[];
  free_rooms: { id: string; name: string; site: string | null; capacity: number }[];
  free_times: { start: string; end: string }[];
};

export type Exception = { date: string; skip?: boolean; start?: string; end?: string; rooms?: string[] };

export const conflictsOf = (problem: Problem): Conflict[] => (Array.isArray(problem.extra.conflicts) ? (problem.extra.conflicts as Conflict[]) : []);

/** What can be done about a conflict: `room:<id>`, `time:<place>` or `skip`. The best comes first. */
export const choicesOf = (conflict: Conflict): string[] => [...conflict.free_rooms.map((room) => `room:${room.id}`), ...conflict.free_times.map((_, place) => `time:${place}`), "skip"];

/** A choice as the server wants it. Only the rooms that are taken, or may not be had, are replaced. */
export function exceptionOf(conflict: Conflict, choice: string, rooms: string[]): Exception {
  const [kind, which = ""] = choice.split(":");
  const time = conflict.free_times[Number(which)];
  if (kind === "room") {
    const taken = [...conflict.taken, ...conflict.reasons].map(({ room }) => room.id);
    return { date: conflict.date, rooms: [...rooms.filter((room) => !taken.includes(room)), which] };
  }
  if (kind === "time" && time) return { date: conflict.date, start: time.start, end: time.end };
  return { date: conflict.date, skip: true };
}

/** New answers replace earlier ones for the same date. */
export const merged = (earlier: Exception[], later: Exception[]): Exception[] => [...earlier.filter((one) => !later.some((other) => other.date === one.date)), ...later];
