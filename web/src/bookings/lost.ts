import type { Problem } from "../api/problem";

/** A changed or cancelled date that the changed series no longer has. */
export type Lost = { id: string; date: string; start: string; end: string; is_cancelled: boolean };

export const lostOf = (problem: Problem): Lost[] => (Array.isArray(problem.extra.occurrences) ? (problem.extra.occurrences as Lost[]) : []);
