/** A question to the meeting, as this person may see it. */
export type Poll = {
  poll: number;
  question: string;
  options: string[];
  /** Everybody reads who voted for what, once it is closed. */
  rollCall: boolean;
  voted: number;
  entitled: number;
  mayVote: boolean;
  hasVoted: boolean;
  /** One's own answer; only known of a roll call. */
  choice?: number;
  openedAt: string;
  closedAt?: string;
  /** How many votes each answer has; not before it is closed. */
  sums?: number[];
};

/** A line of a closed roll call; without a choice that person did not vote. */
export type RollLine = { name: string; choice?: number };

/** The newest question first. */
export type Polls = { all: Poll[]; rolls: Record<number, RollLine[]>; /** The vote that is on its way. */ sending?: number };

export const noPolls: Polls = { all: [], rolls: {} };

/** How many answers a question may have, and how long the texts may be, characters. */
export const limits = { options: 10, question: 300, option: 100 } as const;

type Said = { [key: string]: unknown };

/** How the polls are after a message of the server; the same if it is about something else. */
export function heard(now: Polls, payload: Uint8Array): Polls {
  const said = read(payload);
  if (said?.event === "poll") {
    const poll = pollFrom(said);
    if (!poll) return now;
    const others = now.all.filter((each) => each.poll !== poll.poll);
    return { ...now, all: [poll, ...others].sort((one, two) => two.poll - one.poll), sending: now.sending === poll.poll ? undefined : now.sending };
  }
  if (said?.event === "poll_roll") {
    const { poll, first, lines } = said;
    if (typeof poll !== "number" || typeof first !== "number" || !Array.isArray(lines)) return now;
    const before = now.rolls[poll] ?? [];
    // A piece that does not continue what is there belongs to an earlier question for it.
    return first === before.length ? { ...now, rolls: { ...now.rolls, [poll]: [...before, ...lines.map(lineFrom)] } } : now;
  }
  return now;
}

/** From which line on the rest of a roll is missing, if it is. */
export const missingFrom = ({ rolls }: Polls, { poll, entitled, rollCall, closedAt }: Poll): number | undefined => {
  const known = rolls[poll]?.length ?? 0;
  return rollCall && closedAt && known < entitled ? known : undefined;
};

/** What news the change brings, if any: a question to answer, or a result. */
export function pollNews(before: Polls, after: Polls): "poll_open" | "poll_closed" | undefined {
  const [latest] = after.all;
  const known = before.all.find((each) => each.poll === latest?.poll);
  if (latest && !latest.closedAt && latest.mayVote && !known) return "poll_open";
  return latest?.closedAt && known && !known.closedAt ? "poll_closed" : undefined;
}

/** Each answer's part of all votes in whole percent; without votes nothing. */
export function percents(sums: number[]): number[] {
  const all = sums.reduce((sum, each) => sum + each, 0);
  return sums.map((each) => (all === 0 ? 0 : Math.round((each * 100) / all)));
}

/** The answers as they are sent: without empty ones. Fewer than two, or two alike, are no choice. */
export function answersOf(typed: string[]): string[] | undefined {
  const answers = typed.map((each) => each.trim()).filter((each) => each !== "");
  const different = new Set(answers.map((each) => each.toLowerCase()));
  return answers.length >= 2 && different.size === answers.length ? answers : undefined;
}

const read = (payload: Uint8Array): Said | undefined => {
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof said === "object" && said !== null ? (said as Said) : undefined;
  } catch {
    return undefined;
  }
};

function pollFrom(said: Said): Poll | undefined {
  const { poll, question, options, voted, entitled, opened_at: openedAt, closed_at: closedAt, sums, choice } = said;
  if (typeof poll !== "number" || typeof question !== "string" || !Array.isArray(options) || typeof openedAt !== "string") return undefined;
  return {
    poll,
    question,
    options: options.map(String),
    rollCall: said.roll_call === true,
    voted: Number(voted),
    entitled: Number(entitled),
    mayVote: said.may_vote === true,
    hasVoted: said.has_voted === true,
    openedAt,
    ...(typeof choice === "number" && { choice }),
    ...(typeof closedAt === "string" && { closedAt }),
    ...(Array.isArray(sums) && { sums: sums.map(Number) }),
  };
}

const lineFrom = (line: { name?: unknown; choice?: unknown }): RollLine => ({ name: String(line.name), ...(typeof line.choice === "number" && { choice: line.choice }) });
