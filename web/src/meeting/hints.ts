import type { Cause } from "./causes";

/** What is worth saying about the own microphone. */
export type Heed = "mutedSpeech" | "silent" | "noisy";
/** What is worth saying about how one comes across. */
export type Hint = Heed | Cause;
/** How it is said: who has no key to talk with is told of none. */
export const sayingOf = (hint: Hint, talksByKey: boolean) => (hint === "mutedSpeech" && !talksByKey ? "mutedSpeechNoKey" : hint);
/** One look at the microphone: how loud (0 to 100), and whether there is any signal at all. */
export type Heard = { level: number; signal: boolean; muted: boolean };

/** Speech is louder than this; so is a noise that disturbs. */
const loud = 38;
const speechMs = 240;
const notAgainMs = 30_000;
const silentMs = 5_000;
const noisyMs = 10_000;

/** Listens along and says at most one thing. Knows neither clock nor microphone: both come in. */
export class MicrophoneHints {
  private loudSince: number | undefined;
  private lastLoud = -Infinity;
  private silentSince: number | undefined;
  private toldMuted = -Infinity;
  private toldSilent = false;
  private toldNoisy = false;
  private muted: boolean | undefined;

  /** The hint that is due now, if any. `now` is in milliseconds and only ever grows. */
  hear({ level, signal, muted }: Heard, now: number): Heed | undefined {
    if (muted !== this.muted) {
      this.loudSince = this.silentSince = undefined;
      this.muted = muted;
    }
    // A gap between syllables is not the end of speech.
    if (level >= loud) {
      this.loudSince ??= now;
      this.lastLoud = now;
    } else if (now - this.lastLoud > 400) this.loudSince = undefined;
    if (signal) {
      this.silentSince = undefined;
      this.toldSilent = false;
    } else this.silentSince ??= now;
    return muted ? this.whileMuted(now) : this.whileOpen(level, now);
  }

  private whileMuted(now: number): Heed | undefined {
    const speaks = this.loudSince !== undefined && this.lastLoud - this.loudSince >= speechMs;
    if (!speaks || now - this.toldMuted < notAgainMs) return undefined;
    this.toldMuted = now;
    return "mutedSpeech";
  }

  private whileOpen(level: number, now: number): Heed | undefined {
    if (!this.toldSilent && this.silentSince !== undefined && now - this.silentSince >= silentMs) {
      this.toldSilent = true;
      return "silent";
    }
    // Speech breathes, machines do not: noise is loud without a pause.
    if (level < loud) this.loudSince = undefined;
    if (!this.toldNoisy && this.loudSince !== undefined && now - this.loudSince >= noisyMs) {
      this.toldNoisy = true;
      return "noisy";
    }
    return undefined;
  }
}
