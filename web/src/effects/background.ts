import type { Track, TrackProcessor } from "livekit-client";
import { repainted } from "./frames";
import { type Backdrop, Painter } from "./painter";
import { loadFinder } from "./person";

export type { Backdrop } from "./painter";

/** Stands between the camera and the line: what goes out has another background. */
export class Background implements TrackProcessor<Track.Kind.Video> {
  readonly name = "background";
  processedTrack?: MediaStreamTrack;
  private running: AbortController | undefined;

  private constructor(private readonly painter: Painter) {}

  static async load(): Promise<Background> {
    return new Background(new Painter(await loadFinder()));
  }

  hang(backdrop: Backdrop) {
    this.painter.backdrop = backdrop;
  }

  init = ({ track }: { track: MediaStreamTrack }) => this.restart({ track });

  restart = async ({ track }: { track: MediaStreamTrack }) => {
    await this.destroy();
    this.running = new AbortController();
    this.processedTrack = repainted(track, this.painter.paint, this.running.signal);
  };

  destroy = async () => {
    this.running?.abort();
    this.running = undefined;
    this.processedTrack = undefined;
  };
}
