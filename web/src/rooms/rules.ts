import type { RoomPolicy, RoomPolicyBody } from "../api/contract";

/** One row of opening hours as the form has it. */
export type Hours = { weekday: number; from: string; until: string };
export type Blackout = { from: string; until: string; why?: string };

/** Monday to Friday from eight to six, to begin with. */
export const workWeek = (): Hours[] => [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: "08:00", until: "18:00" }));

/** The weekday after the last one listed, or Monday. */
export const nextHours = (hours: Hours[]): Hours => {
  const last = hours.at(-1);
  return last ? { ...last, weekday: (last.weekday % 7) + 1 } : { weekday: 1, from: "08:00", until: "18:00" };
};

/** An empty field says "no limit". */
export const limit = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** What is sent: the fields of the form, with people by id. */
export const bodyOf = (policy: RoomPolicy, changes: Partial<RoomPolicy>): RoomPolicyBody => {
  const { listed, delegates, version: _, ...rules } = { ...policy, ...changes };
  return { ...rules, listed: (listed ?? []).map(({ id }) => id), delegates: delegates.map(({ id }) => id) };
};
