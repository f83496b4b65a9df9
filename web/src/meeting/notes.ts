/** A paragraph as it is shown and written here. */
export type Paragraph = {
  /** Stays the same as long as the page shows it. */
  id: string;
  /** The number the meeting gave it; none yet for what was never sent. */
  block?: number;
  text: string;
  /** What `text` was made from, as the meeting has or had it. */
  base: string;
  /** As the meeting has it now. */
  there: string;
  /** What is on its way. */
  sending?: { key: string; text: string; base?: string; after?: number };
  /** Who else writes in it just now, and until when that is shown. */
  writer?: { name: string; until: number };
  refused?: Refusal;
};

export const refusals = ["not_allowed", "too_long", "full", "unreadable"] as const;
export type Refusal = (typeof refusals)[number];

/** What is known beside the text. */
export type Facts = { attended: number; openedAt: string };

/** Longest paragraph, characters. */
export const longest = 2000;

type Said = { [key: string]: unknown };
type Parts = {
  ask: (words: object) => Promise<unknown>;
  now: () => number;
  later: (act: () => void, ms: number) => void;
  newKey: () => string;
};

/** So long after the last key a change is sent, milliseconds. */
const restMs = 700;
/** So long an answer may take before the change is sent again. */
const answerMs = 5_000;
/** What the server found too fast is sent again after this. */
const againMs = 1_500;
/** So often others are told that one writes, and so long it is shown. */
const writingMs = 4_000;
const shownMs = 6_000;

/**
 * The notes as this page has them. What is typed is sent with the text it was made from; the server brings it together with what
 * others wrote meanwhile. Only where nothing is typed or on its way the page takes over what the server has. Knows no DOM.
 */
export class Notes {
  paragraphs: Paragraph[] = [];
  facts: Facts | undefined;
  /** Who wrote since it was last looked at. */
  news = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private arriving: { block: number; text: string }[] = [];
  private version = 0;
  private told = 0;
  private waits = false;

  constructor(private readonly parts: Parts) {}

  readonly snapshot = () => this.version;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Nothing was answered yet. */
  get isLoading() {
    return this.facts === undefined;
  }

  /** Something is typed that the meeting does not have yet. */
  get isUnsaved() {
    return this.paragraphs.some((each) => each.sending !== undefined || isTyped(each));
  }

  /** Reads everything, also after the line was away: what was on its way then is sent again. */
  read() {
    void this.parts.ask({ ask: "notes" }).catch(() => {});
  }

  type(id: string, text: string) {
    const paragraph = this.find(id);
    if (!paragraph || paragraph.text === text) return;
    paragraph.text = text;
    paragraph.refused = undefined;
    this.changed();
    this.sendSoon();
    const now = this.parts.now();
    if (paragraph.block === undefined || now - this.told < writingMs) return;
    this.told = now;
    void this.parts.ask({ ask: "note_writing", block: paragraph.block }).catch(() => {});
  }

  /** A new paragraph behind this one, or at the end; what it is called here. */
  add(behind?: string, text = ""): string {
    const at = this.paragraphs.findIndex(({ id }) => id === behind);
    const paragraph: Paragraph = { id: this.parts.newKey(), text, base: "", there: "" };
    this.paragraphs.splice(at < 0 ? this.paragraphs.length : at + 1, 0, paragraph);
    this.changed();
    if (text) this.sendSoon();
    return paragraph.id;
  }

  /** Divides a paragraph; the new one gets what stood behind. */
  split(id: string, at: number): string {
    const text = this.find(id)?.text ?? "";
    const behind = this.add(id, text.slice(at).trimStart());
    this.type(id, text.slice(0, at).trimEnd());
    return behind;
  }

  /** Takes an empty paragraph off the page; what the meeting has of it is taken away with the next sending. */
  drop(id: string) {
    const paragraph = this.find(id);
    if (!paragraph) return;
    if (paragraph.block === undefined && !paragraph.sending) this.remove(paragraph);
    else this.type(id, "");
    this.changed();
  }

  hear(payload: Uint8Array) {
    const said = read(payload);
    const block = typeof said?.block === "number" ? said.block : undefined;
    const text = typeof said?.text === "string" ? said.text : "";
    if (said?.event === "notes") this.take(said);
    else if (said?.event === "note" && block !== undefined) this.note(block, text, said);
    else if (said?.event === "note_kept" && block !== undefined) this.kept(String(said.key), block, text, said);
    else if (said?.event === "note_refused") this.refuse(String(said.key), String(said.reason));
    else if (said?.event === "note_writing" && block !== undefined) this.mark(block, String(said.name));
    else return;
    this.changed();
  }

  private take({ page, of, blocks, attended, opened_at: openedAt }: Said) {
    if (page === 0) this.arriving = [];
    for (const each of Array.isArray(blocks) ? (blocks as Said[]) : []) if (typeof each.block === "number") this.arriving.push({ block: each.block, text: String(each.text) });
    if (typeof page !== "number" || page + 1 !== of) return;
    this.facts = { attended: Number(attended), openedAt: String(openedAt) };
    const gone = new Set(this.paragraphs.flatMap(({ block }) => block ?? []));
    let behind: Paragraph | undefined;
    for (const { block, text } of this.arriving) {
      gone.delete(block);
      behind = this.settle(block, text, behind);
    }
    for (const block of gone) this.settle(block, "", undefined);
    for (const paragraph of this.paragraphs) if (paragraph.sending) this.send(paragraph);
    this.flush();
  }

  private note(block: number, text: string, { after, name }: Said) {
    const behind = this.paragraphs.find((each) => each.block === after);
    this.settle(block, text, behind);
    this.news.add(String(name));
  }

  /** The meeting has this text now. Where nothing is typed it is shown; a paragraph without text goes. */
  private settle(block: number, text: string, behind: Paragraph | undefined): Paragraph | undefined {
    let paragraph = this.paragraphs.find((each) => each.block === block);
    if (!paragraph) {
      if (text === "") return undefined;
      paragraph = { id: this.parts.newKey(), block, text, base: text, there: text };
      this.paragraphs.splice(behind ? this.paragraphs.indexOf(behind) + 1 : 0, 0, paragraph);
    }
    paragraph.there = text;
    this.adopt(paragraph);
    return paragraph;
  }

  private adopt(paragraph: Paragraph) {
    if (paragraph.sending || isTyped(paragraph)) return;
    paragraph.text = paragraph.base = paragraph.there;
    if (paragraph.block !== undefined && paragraph.text === "") this.remove(paragraph);
  }

  private kept(key: string, block: number, text: string, { after }: Said) {
    const paragraph = this.paragraphs.find(({ sending }) => sending?.key === key);
    if (!paragraph?.sending) return;
    paragraph.base = paragraph.sending.text;
    paragraph.sending = undefined;
    // A new one stands where the meeting put it, and so does one that was gone meanwhile: others may have written at the same place.
    if (paragraph.block !== block) this.place(paragraph, after);
    paragraph.block = block;
    paragraph.there = text;
    this.adopt(paragraph);
    this.flush();
  }

  /** Moves a paragraph behind another one, together with what was typed behind it and is not sent yet. */
  private place(paragraph: Paragraph, after: unknown) {
    const at = this.paragraphs.indexOf(paragraph);
    const end = this.paragraphs.findIndex((each, index) => index > at && each.block !== undefined);
    const moved = this.paragraphs.splice(at, (end < 0 ? this.paragraphs.length : end) - at);
    const behind = this.paragraphs.findIndex((each) => each.block === after);
    this.paragraphs.splice(after === 0 ? 0 : behind < 0 ? this.paragraphs.length : behind + 1, 0, ...moved);
  }

  private refuse(key: string, reason: string) {
    const paragraph = this.paragraphs.find(({ sending }) => sending?.key === key);
    if (!paragraph) return;
    paragraph.sending = undefined;
    if (reason === "too_fast") return this.parts.later(() => this.flush(), againMs);
    paragraph.refused = refusals.find((each) => each === reason) ?? "not_allowed";
  }

  private mark(block: number, name: string) {
    const paragraph = this.paragraphs.find((each) => each.block === block);
    if (!paragraph) return;
    paragraph.writer = { name, until: this.parts.now() + shownMs };
    this.parts.later(() => {
      if (paragraph.writer && paragraph.writer.until <= this.parts.now()) paragraph.writer = undefined;
      this.changed();
    }, shownMs);
  }

  private sendSoon() {
    if (this.waits) return;
    this.waits = true;
    this.parts.later(() => {
      this.waits = false;
      this.flush();
    }, restMs);
  }

  /** Sends what is typed. A new paragraph waits for the one before it, so that the order stays. */
  flush() {
    let before = 0;
    let isHeld = false;
    for (const paragraph of this.paragraphs) {
      const isNew = paragraph.block === undefined;
      const { base, text } = paragraph;
      const mayGo = !paragraph.sending && !paragraph.refused && isTyped(paragraph) && (!isNew || (!isHeld && text.trim() !== ""));
      if (mayGo) {
        paragraph.sending = { key: this.parts.newKey(), text, ...(isNew ? { after: before } : { base }) };
        this.send(paragraph);
      }
      before = paragraph.block ?? before;
      isHeld ||= isNew && paragraph.sending !== undefined;
    }
    this.changed();
  }

  private send(paragraph: Paragraph) {
    const { sending, block } = paragraph;
    if (!sending) return;
    const { key } = sending;
    void this.parts.ask({ ask: "note", block: sending.base === undefined ? undefined : block, ...sending }).catch(() => {});
    this.parts.later(() => paragraph.sending?.key === key && this.send(paragraph), answerMs);
  }

  private remove(paragraph: Paragraph) {
    this.paragraphs = this.paragraphs.filter((each) => each !== paragraph);
  }

  private find(id: string) {
    return this.paragraphs.find((each) => each.id === id);
  }

  private changed() {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

const isTyped = ({ text, base }: Paragraph) => text !== base;

/** Who writes beside the moderation and presenters, by the meeting's metadata; nothing before there are notes. */
export function notesFrom(metadata: string | undefined): { everybody: boolean } | undefined {
  try {
    const { notes } = (JSON.parse(metadata || "{}") ?? {}) as { notes?: { everybody?: unknown } };
    return notes && { everybody: notes.everybody === true };
  } catch {
    return undefined;
  }
}

/** Where the caret belongs after the text around it changed. */
export function caretAfter(before: string, after: string, at: number): number {
  const most = Math.min(before.length, after.length);
  let ahead = 0;
  while (ahead < most && before[ahead] === after[ahead]) ahead += 1;
  let behind = 0;
  while (behind < most - ahead && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind += 1;
  if (at <= ahead) return at;
  return at >= before.length - behind ? at + after.length - before.length : Math.min(at, after.length - behind);
}

/** Text from elsewhere as paragraphs: one for each line, long ones divided between words. */
export function paragraphsOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const pieces: string[] = [];
    let rest = line.replaceAll("\t", " ").trim();
    while (rest.length > longest) {
      const space = rest.lastIndexOf(" ", longest);
      const end = space > 0 ? space : longest;
      pieces.push(rest.slice(0, end));
      rest = rest.slice(end).trimStart();
    }
    return rest ? [...pieces, rest] : pieces;
  });
}

function read(payload: Uint8Array): Said | undefined {
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof said === "object" && said !== null ? (said as Said) : undefined;
  } catch {
    return undefined;
  }
}
