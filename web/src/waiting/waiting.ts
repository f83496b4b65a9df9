import type { WaitingPerson } from "../api/contract";
import type { ServerEvent } from "../api/events";

/** How long the words of a refusal may be, characters. */
export const wordsLimit = 300;

export function waitingStateOf(event: ServerEvent): "waiting" | "admitted" | "rejected" | undefined {
  if (event.name !== "state" || typeof event.data !== "object" || event.data === null) return undefined;
  const { state } = event.data as { state?: unknown };
  return state === "waiting" || state === "admitted" || state === "rejected" ? state : undefined;
}

/** What the moderation said with its no, if anything. */
export function wordsOf(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { words } = data as { words?: unknown };
  return typeof words === "string" && words !== "" ? words : undefined;
}

export function waitingListOf(event: ServerEvent): WaitingPerson[] | undefined {
  if (event.name !== "waiting" || typeof event.data !== "object" || event.data === null) return undefined;
  const { items } = event.data as { items?: unknown };
  return Array.isArray(items) ? (items as WaitingPerson[]) : undefined;
}

/** Whole minutes somebody has been waiting. */
export const minutesWaiting = (person: WaitingPerson, now: Date) => Math.max(0, Math.floor((now.getTime() - new Date(person.requested_at).getTime()) / 60_000));
