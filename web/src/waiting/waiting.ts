import type { WaitingPerson } from "../api/contract";
import type { ServerEvent } from "../api/events";

export function waitingStateOf(event: ServerEvent): "waiting" | "admitted" | "rejected" | undefined {
  if (event.name !== "state" || typeof event.data !== "object" || event.data === null) return undefined;
  const { state } = event.data as { state?: unknown };
  return state === "waiting" || state === "admitted" || state === "rejected" ? state : undefined;
}

export function waitingListOf(event: ServerEvent): WaitingPerson[] | undefined {
  if (event.name !== "waiting" || typeof event.data !== "object" || event.data === null) return undefined;
  const { items } = event.data as { items?: unknown };
  return Array.isArray(items) ? (items as WaitingPerson[]) : undefined;
}

/** Whole minutes somebody has been waiting. */
export const minutesWaiting = (person: WaitingPerson, now: Date) => Math.max(0, Math.floor((now.getTime() - new Date(person.requested_at).getTime()) / 60_000));
