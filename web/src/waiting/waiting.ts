import type { WaitingPerson } from "../api/contract";
import type { ServerEvent } from "../api/events";

/** How long the words of a refusal may be, characters. */
export const wordsLimit = 300;

export function waitingStateOf(event: ServerEvent): "waiting" | "admitted" | "rejected" | undefined {
  if (event.name !== "state" || typeof event.data !== "object" || event.data === null) return undefined;
  const { state } = event.data as { state?: unknown };
  return state === "waiting" || state === "admitted" || state === "rejected" ? state : undefined;
}

/** Nobody who could decide is inside; what is not known is passed over. */
export const isUnmoderated = (event: ServerEvent) => waitingStateOf(event) !== undefined && (event.data as { is_moderated?: unknown }).is_moderated === false;

/** What the moderation said with its no, if anything. */
export function wordsOf(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { words } = data as { words?: unknown };
  return typeof words === "string" && words !== "" ? words : undefined;
}

/** Who stands at the door: who waits, or who was turned away. */
export function waitingListOf(event: ServerEvent, list: "items" | "rejected" = "items"): WaitingPerson[] | undefined {
  if (event.name !== "waiting" || typeof event.data !== "object" || event.data === null) return undefined;
  const people = (event.data as Record<string, unknown>)[list];
  return Array.isArray(people) ? (people as WaitingPerson[]) : undefined;
}

/** Whole minutes somebody has been waiting. */
export const minutesWaiting = (person: WaitingPerson, now: Date) => Math.max(0, Math.floor((now.getTime() - new Date(person.requested_at).getTime()) / 60_000));
