import type { Admitted, JoinAnswer, Meeting, Waiting } from "../api/contract";
import { Problem } from "../api/problem";
import type { Capture } from "./consent";

/** How a visit ended, from the visitor's point of view. */
export type EndingKind = "left" | "removed" | "ended" | "cancelled" | "rejected" | "elsewhere" | "lost" | "failed" | "blocked" | "busy" | "full";
/** With the words of the moderation that turned somebody away, if it had any. */
export type Ending = { kind: EndingKind; title?: string; words?: string };

/** Where on the way from the link to the meeting somebody stands. */
export type Stage = { at: "lobby" } | { at: "waiting"; waiting: Waiting; agreed: Capture[]; /** Was inside before. */ sentBack?: true } | { at: "meeting"; admitted: Admitted; agreed: Capture[] } | { at: "left"; ending: Ending; /** Of who was turned away. */ waiting?: Waiting; agreed?: Capture[] };

/** What somebody agreed to is known to this page alone, and only as long as it is open. */
export const afterJoin = (answer: JoinAnswer, agreed: Capture[]): Stage => (answer.state === "admitted" ? { at: "meeting", admitted: answer, agreed } : { at: "waiting", waiting: answer, agreed });

/** Whoever is sent away may have been sent back to the waiting room: the door says so. Otherwise it is over. */
export const afterRemoval = (answer: JoinAnswer | undefined, agreed: Capture[], ending: Ending): Stage => (answer?.state === "waiting" ? { at: "waiting", waiting: answer, agreed, sentBack: true } : { at: "left", ending });

/** A meeting also ends because it was cancelled: then nobody ended it for all. */
export const afterEnd = (meeting: Pick<Meeting, "state"> | undefined, ending: Ending): Ending => (meeting?.state === "cancelled" ? { ...ending, kind: "cancelled" } : ending);

/** The name field is for people whose name the server does not know. */
export const needsName = (meeting: Meeting, signedIn: boolean) => !signedIn && !meeting.guest_name;

/** Refusals that end the visit, against those that leave the lobby standing. */
export function isFinal(error: unknown): boolean {
  return error instanceof Problem && ["ended", "cancelled", "removed", "rejected", "link_invalid", "not_found"].includes(error.code);
}

/** Who waits in the waiting room first. */
export const waitsFirst = (meeting: Meeting) => meeting.guests_wait && meeting.my_role !== "moderator" && meeting.my_role !== "participant";
