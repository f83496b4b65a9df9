import type { LocalAudioTrack, LocalVideoTrack } from "livekit-client";
import type { Background } from "../effects/background";
import type { NoiseFilter } from "../effects/noise";
import type { Preferences } from "./preferences";

type Loaders = { background: () => Promise<Background>; noise: () => Promise<NoiseFilter> };

// Megabytes that only those fetch who want them.
const loaders: Loaders = {
  background: async () => (await import("../effects/background")).Background.load(),
  noise: async () => (await import("../effects/noise")).NoiseFilter.load(),
};

/** What is changed in the own picture and sound before they leave this machine. */
export class Effects {
  private background: Promise<Background> | undefined;
  private noise: Promise<NoiseFilter> | undefined;
  /** A picture the person chose; it stays in this window. */
  private own: ImageBitmap | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly load: Loaders = loaders) {}

  useOwn(picture: ImageBitmap) {
    this.own = picture;
  }

  /** The camera as it is to be sent. Whoever wants a background sends none without it: this fails if it cannot be had. */
  dressCamera = (track: LocalVideoTrack, wanted: Preferences["background"]) =>
    this.inTurn(async () => {
      if (wanted === "none") {
        if (track.getProcessor()) await track.stopProcessor();
        return;
      }
      const background = await this.readyBackground(wanted);
      if (track.getProcessor() !== background) await track.setProcessor(background);
    });

  /** A background to open the camera with, so that no bare picture goes out first. */
  async readyBackground(wanted: Exclude<Preferences["background"], "none">): Promise<Background> {
    this.background ??= this.load.background();
    try {
      const background = await this.background;
      // Without the picture (it is not kept) nothing of the room is shown either.
      background.hang(wanted === "own" ? (this.own ?? "strong") : wanted);
      return background;
    } catch (error) {
      this.background = undefined; // The next try may find the line better.
      throw error;
    }
  }

  /** The microphone as it is to be sent. */
  dressMicrophone = (track: LocalAudioTrack, wanted: Preferences["noise"]) =>
    this.inTurn(async () => {
      if (wanted !== "strong") {
        if (track.getProcessor()) await track.stopProcessor();
      }
      const { noiseSuppression } = track.constraints;
      const browser = wanted === "usual";
      // Two filters in a row make voices dull.
      if ((noiseSuppression ?? true) !== browser) await track.restartTrack({ ...track.constraints, noiseSuppression: browser });
      if (wanted !== "strong") return;
      this.noise ??= this.load.noise();
      try {
        const noise = await this.noise;
        if (track.getProcessor() === noise) return;
        await track.setAudioContext(noise.context);
        await track.setProcessor(noise);
      } catch (error) {
        this.noise = undefined;
        throw error;
      }
    });

  close() {
    void this.noise?.then((noise) => noise.context.close()).catch(() => {});
  }

  /** One change after the other: two quick clicks do not cross. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.queue.then(act);
    this.queue = done.catch(() => {});
    return done;
  }
}
