import type { Checked } from "../api/contract";
import type { Problem } from "../api/problem";
import type { Reason } from "./reasons";

/** A date whose rooms are taken or may not be had, as the server lists it. */
export type Conflict = {
  /** Names the date within its series; none of a single meeting. */
  date: string | null;
  start: string;
  end: string;
  taken: { room: { id: string; name: string }; start: string; end: string }[];
  /** Rules of its rooms that it breaks. */
  reasons: Reason[];
  free_rooms: { id: string; name: string; site: string | null; capacity: number }[];
  free_times: { start: string; end: string }[];
};

export type Exception = { date: string; skip?: boolean; start?: string; end?: string; rooms?: string[]; wait_for?: string[] };

export const conflictsOf = (problem: Problem): Conflict[] => (Array.isArray(problem.extra.conflicts) ? (problem.extra.conflicts as Conflict[]) : []);
export const conflictsIn = (checked: Checked): Conflict[] => checked.conflicts as unknown as Conflict[];

/** A date by its name, also that of a single meeting. */
export const nameOf = (conflict: Conflict): string => conflict.date ?? conflict.start;

const without = (rooms: string[], conflict: Conflict) => rooms.filter((room) => ![...conflict.taken, ...conflict.reasons].some((each) => each.room.id === room));

/** Rooms that others have then: one can wait for them, unless their rules stand against it anyway. */
const awaited = (conflict: Conflict): string[] => [...new Set(conflict.taken.map(({ room }) => room.id))].filter((id) => !conflict.reasons.some(({ room }) => room.id === id));

/** What can be done about a conflict: `room:<id>`, `time:<place>`, `wait` or `skip`. The best comes first; a single meeting has other ways to wait, and none to be left out. */
export function choicesOf(conflict: Conflict): string[] {
  const elsewhere = [...conflict.free_rooms.map((room) => `room:${room.id}`), ...conflict.free_times.map((_, place) => `time:${place}`)];
  if (conflict.date === null) return elsewhere;
  return [...elsewhere, ...(awaited(conflict).length > 0 ? ["wait"] : []), "skip"];
}

/** A choice as the server wants it. Only the rooms that are taken, or may not be had, are replaced. */
export function exceptionOf(conflict: Conflict, choice: string, rooms: string[]): Exception {
  const [kind, which = ""] = choice.split(":");
  const [date, time] = [nameOf(conflict), conflict.free_times[Number(which)]];
  if (kind === "room") return { date, rooms: [...without(rooms, conflict), which] };
  if (kind === "time" && time) return { date, start: time.start, end: time.end };
  if (kind === "wait") return { date, rooms: without(rooms, conflict), wait_for: awaited(conflict) };
  return { date, skip: true };
}

/** New answers replace earlier ones for the same date. */
export const merged = (earlier: Exception[], later: Exception[]): Exception[] => [...earlier.filter((one) => !later.some((other) => other.date === one.date)), ...later];
