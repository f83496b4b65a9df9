/** What is being tried in the lobby: nothing, the loudspeaker, or the own voice. */
export type RehearsalState = "idle" | "tone" | "recording" | "playing" | "failed";

export const recordMs = 5_000;

/** How sound is recorded and played; replaced in tests. */
export type Instruments = {
  record: (track: MediaStreamTrack, ms: number, stop: AbortSignal) => Promise<Blob>;
  play: (sound: Blob, speakerId: string, stop: AbortSignal) => Promise<void>;
  tone: () => Blob;
};

/** Tries loudspeaker and microphone before a meeting. What is recorded stays in the browser and is forgotten after it was played. */
export class Rehearsal {
  private state: RehearsalState = "idle";
  private readonly listeners = new Set<() => void>();
  private stopper = new AbortController();

  constructor(private readonly instruments: Instruments) {}

  readonly snapshot = () => this.state;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Plays a tone on the chosen loudspeaker. */
  tryTone = (speakerId: string) => this.run(async (stop) => {
    this.set("tone");
    await this.instruments.play(this.instruments.tone(), speakerId, stop);
  });

  /** Records the own voice for a few seconds and plays it back. */
  tryVoice = (track: MediaStreamTrack, speakerId: string) => this.run(async (stop) => {
    this.set("recording");
    const voice = await this.instruments.record(track, recordMs, stop);
    if (stop.aborted) return;
    this.set("playing");
    await this.instruments.play(voice, speakerId, stop);
  });

  stop = () => {
    this.stopper.abort();
    this.set("idle");
  };

  private async run(act: (stop: AbortSignal) => Promise<void>) {
    this.stopper.abort();
    const stopper = (this.stopper = new AbortController());
    try {
      await act(stopper.signal);
      if (!stopper.signal.aborted) this.set("idle");
    } catch {
      if (!stopper.signal.aborted) this.set("failed");
    }
  }

  private set(state: RehearsalState) {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
