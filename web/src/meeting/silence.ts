/** How often it is looked whether anything came, milliseconds. */
export const lookMs = 400;
/** No media came for so long: the server is asked for a word, at every look until some does. */
export const quietMs = 300;
/** Nothing came for so long though it was asked for: the line is shown as broken. */
export const silentMs = 1_700;
/** On a line that is known to be slow or to lose much it is later: so much after an answer was due. */
export const overdueMs = 1_300;
/** What had to be sent again comes late: how late is half forgotten after some minute. What came after a whole gap says little about the next. */
const late = { share: 0.995, mostMs: 1_200 };
/** So long a line may be still before its socket is given up: after a shorter gap it goes on by itself. */
export const goneMs = 3_000;
/** Where media comes, the line is there. Its words are asked for and missed later: nobody waits for them, and asking everybody costs the servers. */
export const besideMedia = { quietMs: 2_000, goneMs: 5_000 };
/** Whoever was not asked so often did not fail to answer: a page that slept or had too much to do asks first. */
export const leastAsked = 3;

/** What came last, at times of a clock that only goes forward, milliseconds. */
export type Came = {
  /** Words of the server on the socket in use; nothing while there is none. */
  wordsAt: number | undefined;
  /** Anything on the way that media takes, if that can be seen. */
  mediaAt: number | undefined;
  /** How long an answer lately took, milliseconds. */
  answerMs: number;
};

export type Verdict = {
  /** The server has to be asked for a word. */
  asks: boolean;
  /** Nothing comes over this line. */
  isSilent: boolean;
  /** The socket in use does not come back in time. */
  givesUp: boolean;
};

/**
 * Notices a line on which packets vanish without a word: no close, no error, only silence.
 *
 * It is the gap between two arrivals that counts, never how long an answer takes: on a line that is only slow what was
 * asked for every few tenths of a second also comes every few tenths of a second.
 */
export class Silence {
  /** When anything came, and when words came on the socket in use. */
  private heardAt: number | undefined;
  private wordsAt: number | undefined;
  /** How often it was asked since. */
  private askedOfLine = 0;
  private askedOfSocket = 0;
  private isSilent = false;
  private latestMs = 0;
  private limitMs = silentMs;

  look(now: number, { wordsAt, mediaAt, answerMs }: Came): Verdict {
    const latest = Math.max(wordsAt ?? -Infinity, mediaAt ?? -Infinity, this.heardAt ?? -Infinity);
    if (latest !== this.heardAt && latest !== -Infinity) {
      this.heardAt = latest;
      this.askedOfLine = 0;
      this.isSilent = false;
    }
    if (wordsAt !== this.wordsAt) this.askedOfSocket = 0;
    this.wordsAt = wordsAt;
    this.latestMs = Math.max(Math.min(answerMs, late.mostMs), this.latestMs * late.share);
    const slowMs = Math.max(answerMs, this.latestMs);
    this.limitMs = Math.max(silentMs, slowMs + overdueMs);
    // Without a socket nobody can be asked; what was found stays until something comes.
    if (wordsAt === undefined || this.heardAt === undefined) return { asks: false, isSilent: this.isSilent, givesUp: false };

    const [still, wordless] = [now - this.heardAt, now - wordsAt];
    this.isSilent ||= still >= this.limitMs && this.askedOfLine >= leastAsked;
    const isHung = wordless >= besideMedia.goneMs + slowMs && this.askedOfSocket >= leastAsked;
    const asks = now - (mediaAt ?? -Infinity) >= quietMs || wordless >= besideMedia.quietMs;
    if (asks) {
      this.askedOfLine += 1;
      this.askedOfSocket += 1;
    }
    return { asks, isSilent: this.isSilent, givesUp: isHung || (this.isSilent && still >= goneMs + slowMs) };
  }

  /** When to look again, milliseconds: a limit is met when it is due. */
  nextIn(now: number): number {
    const due = (this.heardAt ?? -Infinity) + this.limitMs - now;
    return due > 0 ? Math.min(lookMs, due) : lookMs;
  }
}
