import { watchLevel } from "../lobby/level";
import { type Hint, MicrophoneHints } from "./hints";

/** Listens to the own microphone for hints. What it hears stays in the browser. */
export class Ears {
  private readonly hints = new MicrophoneHints();
  private listening: { track: MediaStreamTrack; muted: boolean; stop: () => void } | undefined;

  constructor(
    private readonly onHint: (hint: Hint) => void,
    private readonly watch = watchLevel,
    private readonly now = () => performance.now(),
  ) {}

  /** Follows this microphone from now on; none stops listening. */
  follow(track: MediaStreamTrack | undefined, muted: boolean) {
    if (this.listening?.track === track && this.listening?.muted === muted) return;
    this.close();
    if (!track || track.readyState === "ended") return;
    // A muted track carries silence; a copy of it, which is sent nowhere, still hears.
    const heard = muted ? track.clone() : track;
    heard.enabled = true;
    const unwatch = this.watch(heard, (level, signal) => {
      const hint = this.hints.hear({ level, signal, muted }, this.now());
      if (hint) this.onHint(hint);
    });
    const stop = () => {
      unwatch();
      if (heard !== track) heard.stop();
    };
    this.listening = { track, muted, stop };
  }

  close() {
    this.listening?.stop();
    this.listening = undefined;
  }
}
