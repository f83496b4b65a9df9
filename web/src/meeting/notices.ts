import type { RoleToGive } from "./roles";

/** What the server tells one person: somebody who moderates did or asks something. */
export const notices = ["muted", "share_stopped", "asked_to_speak", "only_presenters_share", "turn_over"] as const;
/** What somebody is told: by the server, or because a break is over, a question is put or answered, an effect cannot be had. */
export type Notice = (typeof notices)[number] | "not_called" | "break_over" | "poll_open" | "poll_closed" | "background_failed" | "noise_failed" | `role_${RoleToGive}`;

/** The topic of the server: only it speaks there, and only it hears what is said there. */
export const serverTopic = "rennsteig";

/** The notice in a message of the server; a newer server may say what this page does not know. */
export function noticeFrom(payload: Uint8Array): (typeof notices)[number] | undefined {
  try {
    const { event } = JSON.parse(new TextDecoder().decode(payload)) as { event?: unknown };
    return notices.find((notice) => notice === event);
  } catch {
    return undefined;
  }
}
