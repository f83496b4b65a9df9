import type { Line } from "./line";

/** Why a line could not be tried: media is kept out, the server is busy, or something else. */
export type LineFault = "blocked" | "busy" | "failed";

export type LineState = { at: "idle" } | { at: "connecting" } | { at: "measuring" } | { at: "done"; line: Line } | { at: "fault"; fault: LineFault };

/** Somebody else measures; replaced in tests. Throws a [`LineRefused`], or anything. */
export type Measure = (measuring: () => void, stop: AbortSignal) => Promise<Line>;

/** Says why there is nothing to measure. */
export class LineRefused extends Error {
  constructor(readonly fault: LineFault) {
    super(fault);
  }
}

/** Tries the line before a meeting, when asked. */
export class LineTrial {
  private state: LineState = { at: "idle" };
  private readonly listeners = new Set<() => void>();
  private stopper = new AbortController();

  constructor(private readonly measure: Measure) {}

  readonly snapshot = () => this.state;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  start = async () => {
    this.stopper.abort();
    const stopper = (this.stopper = new AbortController());
    const set = (state: LineState) => stopper.signal.aborted || this.set(state);
    set({ at: "connecting" });
    try {
      set({ at: "done", line: await this.measure(() => set({ at: "measuring" }), stopper.signal) });
    } catch (error) {
      set({ at: "fault", fault: error instanceof LineRefused ? error.fault : "failed" });
    }
  };

  /** Who joins, or gives up, tries nothing any more. */
  stop = () => {
    this.stopper.abort();
    if (this.state.at === "connecting" || this.state.at === "measuring") this.set({ at: "idle" });
  };

  private set(state: LineState) {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
