import type { IconName } from "../icons/shapes";

/** What can be said without a word, with its sign. */
export const reactions = { agree: "thumbs-up", disagree: "thumbs-down", thanks: "heart", smile: "smile" } as const satisfies Record<string, IconName>;
export type Reaction = keyof typeof reactions;
export const everyReaction = Object.keys(reactions) as Reaction[];

export const reactionTopic = "reaction";

/** How long a reaction is shown, milliseconds. */
export const shownMs = 6_000;

export const packed = (reaction: Reaction) => new TextEncoder().encode(reaction);

/** The reaction in a message; a newer page may know others. */
export function reactionFrom(payload: Uint8Array): Reaction | undefined {
  const word = new TextDecoder().decode(payload.subarray(0, 32));
  return Object.hasOwn(reactions, word) ? (word as Reaction) : undefined;
}

/** Who reacts how at the moment. Each is taken away after a while; the next one of the same person replaces it. */
export class Reactions {
  private readonly shown = new Map<string, { reaction: Reaction; timer: ReturnType<typeof setTimeout> }>();

  constructor(private readonly changed: (now: Record<string, Reaction>) => void) {}

  /** Whether this is news: the same once more only stays longer. */
  show(identity: string, reaction: Reaction): boolean {
    const before = this.shown.get(identity);
    clearTimeout(before?.timer);
    const timer = setTimeout(() => this.take(identity), shownMs);
    this.shown.set(identity, { reaction, timer });
    if (before?.reaction === reaction) return false;
    this.tell();
    return true;
  }

  close() {
    for (const { timer } of this.shown.values()) clearTimeout(timer);
    this.shown.clear();
  }

  private take(identity: string) {
    this.shown.delete(identity);
    this.tell();
  }

  private tell() {
    this.changed(Object.fromEntries([...this.shown].map(([identity, { reaction }]) => [identity, reaction])));
  }
}
