import type { BookingBody, Checked } from "../api/contract";
import { isProblem } from "../api/problem";
import { type Draft, bodyOf } from "./draft";

export type Outcome = Checked["plan"][number]["outcome"];

/** Only what the answer depends on: who writes a title or a name asks nothing. */
export function questionOf(draft: Draft): BookingBody {
  const { start, end, zone, organiser, rooms, people, guests, recurrence, profile } = bodyOf(draft);
  return { title: "–", start, end, zone, organiser, rooms, people, guests: (guests ?? []).map(() => ({ name: "" })), recurrence, profile };
}

/** How many dates have which outcome, the happy ones first. */
export function tally(plan: Checked["plan"]): { outcome: Outcome; count: number }[] {
  const order: Outcome[] = ["free", "needs_approval", "taken", "against_rules"];
  return order.map((outcome) => ({ outcome, count: plan.filter((date) => date.outcome === outcome).length })).filter(({ count }) => count > 0);
}

/** Refusals worth telling before anything is sent: somebody who is still writing is not told what is missing yet. */
const TOLD = ["room_held", "against_rules", "over_capacity", "time_does_not_exist", "too_long"];

export const isTold = (error: unknown): boolean => isProblem(error, ...TOLD);
