/** What is said to screen readers, one message after the other, through one polite region. */
type Listener = () => void;
type Clock = { after: (act: () => void, ms: number) => void };

/** A message stands this long before the next one takes its place, milliseconds: what is replaced sooner may never be read. */
const standsMs = 400;

/** Says everything in the order it came; what comes while a message stands is said together after it. Knows no DOM. */
export class Announcements {
  private message = { text: "", turn: 0 };
  private waiting: string[] = [];
  private stands = false;
  private readonly listeners = new Set<Listener>();

  constructor(private readonly clock: Clock = { after: (act, ms) => void setTimeout(act, ms) }) {}

  say = (text: string) => {
    // The same sentence twice in a moment is one piece of news.
    if (text === "" || this.waiting.includes(text) || (this.stands && this.message.text === text)) return;
    this.waiting.push(text);
    if (!this.stands) this.next();
  };

  /** What is said now; `turn` counts the messages. */
  said = () => this.message;

  listen = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private next() {
    this.stands = this.waiting.length > 0;
    if (!this.stands) return;
    this.message = { text: together(this.waiting), turn: this.message.turn + 1 };
    this.waiting = [];
    this.clock.after(() => this.next(), standsMs);
    for (const listener of this.listeners) listener();
  }
}

/** Sentences one after the other: each has an end, so that they are not read as one. */
const together = (texts: string[]) => texts.map((text, at) => (at < texts.length - 1 && !/[.!?…:]$/.test(text) ? `${text}.` : text)).join(" ");

const announcements = new Announcements();
export const announce = announcements.say;
export const announced = announcements.said;
export const onAnnounced = announcements.listen;
