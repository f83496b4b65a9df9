import type { RoleToGive } from "./roles";

/** What the server tells one person: somebody who moderates did or asks something, or the line of the site is full. */
export const notices = ["muted", "share_stopped", "asked_to_speak", "only_presenters_share", "turn_over", "line_full"] as const;
/** What somebody is told: by the server, or because a break is over, a question is put or answered, an effect cannot be had, this machine does not keep up. */
export type Notice = (typeof notices)[number] | "not_called" | "break_over" | "poll_open" | "poll_closed" | "consent_first" | "capture_over" | "background_failed" | "noise_failed" | "lean" | `role_${RoleToGive}`;

/** The topic of the server: only it speaks there, and only it hears what is said there. */
export const serverTopic = "rennsteig";

/** The notice in a message of the server; a newer server may say what this page does not know. */
export function noticeFrom(payload: Uint8Array): (typeof notices)[number] | undefined {
  const event = eventIn(payload);
  return notices.find((notice) => notice === event);
}

/** The line of the site has room again. */
export function lineIsFree(payload: Uint8Array): boolean {
  return eventIn(payload) === "line_free";
}

function eventIn(payload: Uint8Array): unknown {
  try {
    return (JSON.parse(new TextDecoder().decode(payload)) as { event?: unknown }).event;
  } catch {
    return undefined;
  }
}
