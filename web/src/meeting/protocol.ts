import type { Poll, RollLine } from "./polls";

/** Says a text of the catalogue. */
type Say = (key: string, values: Record<string, unknown>) => string;

/** The protocol of a closed roll call as plain text: what was asked, when, the sums, and every name with its vote. */
export function protocolOf({ question, options, sums = [], voted, entitled }: Poll, roll: RollLine[], head: { title: string; opened: string; closed: string }, t: Say): string {
  return [
    t("poll.protocolTitle", {}),
    "",
    `${t("poll.protocolMeeting", {})}: ${head.title}`,
    `${t("poll.question", {})}: ${question}`,
    `${t("poll.protocolOpened", {})}: ${head.opened}`,
    `${t("poll.protocolClosed", {})}: ${head.closed}`,
    t("poll.turnout", { voted, entitled }),
    "",
    ...options.map((option, index) => `${option}: ${sums[index] ?? 0}`),
    "",
    ...roll.map(({ name, choice }) => `${name}: ${choice === undefined ? t("poll.didNotVote", {}) : (options[choice] ?? "")}`),
    "",
  ].join("\r\n");
}
