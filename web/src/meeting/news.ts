import type { Reaction } from "./reactions";

/** Something a person who does not see the screen should hear. */
export type News = { kind: "joined" | "left" | "hand" | "waiting" | "sharing"; name: string } | { kind: "chat" | "chatOnly"; name: string; text: string } | { kind: "reaction"; name: string; reaction: Reaction };
export type Sentence = { words: string; values: Record<string, string | number> };

/** How much is told: everything, only what asks for an answer, or nothing. */
export type Verbosity = "all" | "few" | "none";

const crowd = 5;
const few = 2;
const important: News["kind"][] = ["hand", "waiting", "sharing"];

/** What is left of the news for this verbosity. */
export const worthTelling = (item: News, told: Verbosity) => told === "all" || (told === "few" && important.includes(item.kind));

/** Turns what happened in a short while into few sentences: many joins become one number. */
export function sentencesFor(news: News[]): Sentence[] {
  const sentences: Sentence[] = [];
  for (const kind of ["joined", "left", "waiting"] as const) {
    const names = news.filter((item) => item.kind === kind).map((item) => item.name);
    if (names.length > crowd) sentences.push({ words: `news.${kind}Many`, values: { count: names.length } });
    else for (const name of names) sentences.push({ words: `news.${kind}`, values: { name } });
  }
  for (const item of news) {
    if (item.kind === "hand" || item.kind === "sharing") sentences.push({ words: `news.${item.kind}`, values: { name: item.name } });
    if (item.kind === "chat" || item.kind === "chatOnly") sentences.push({ words: `news.${item.kind}`, values: { name: item.name, text: item.text.slice(0, 200) } });
  }
  const reacting = new Map<Reaction, Set<string>>();
  for (const item of news) if (item.kind === "reaction") reacting.set(item.reaction, (reacting.get(item.reaction) ?? new Set()).add(item.name));
  for (const [reaction, all] of reacting) {
    const names = [...all];
    // Many at once are a number: nobody wants to hear every name.
    sentences.push(names.length > few ? { words: `react.many.${reaction}`, values: { count: names.length } } : { words: `react.by.${reaction}`, values: { name: names.join(", ") } });
  }
  return sentences;
}

/** Collects news for a moment before they are told. */
export class Newsroom {
  private news: News[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tell: (sentences: Sentence[]) => void,
    private readonly told: () => Verbosity = () => "all",
    private readonly waitMs = 700,
  ) {}

  report(item: News) {
    if (!worthTelling(item, this.told())) return;
    this.news.push(item);
    this.timer ??= setTimeout(() => this.flush(), this.waitMs);
  }

  close() {
    clearTimeout(this.timer);
    this.news = [];
  }

  private flush() {
    this.timer = undefined;
    const { news } = this;
    this.news = [];
    this.tell(sentencesFor(news));
  }
}
