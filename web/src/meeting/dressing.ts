import { type LocalAudioTrack, type LocalVideoTrack, type Room, Track } from "livekit-client";
import { Effects } from "./effects";
import type { Notice } from "./notices";
import type { Preferences } from "./preferences";

type Parts = { room: Room; wanted: () => Preferences; change: (part: Partial<Preferences>) => void; /** An effect cannot be had. */ failed: (notice: Notice) => void; dressed: () => void };

/** What is made of the own picture and sound before they go out. */
export class Dressing {
  private readonly effects = new Effects();

  constructor(private readonly parts: Parts) {}

  /** Whether it may go out: with the background the person wants, or not at all. */
  async readyCamera(track: LocalVideoTrack): Promise<boolean> {
    try {
      await this.effects.dressCamera(track, this.parts.wanted().background);
      return true;
    } catch {
      track.stop();
      this.parts.failed("background_failed");
      return false;
    }
  }

  async switchCamera(on: boolean) {
    const me = this.parts.room.localParticipant;
    const { background } = this.parts.wanted();
    const track = me.getTrackPublication(Track.Source.Camera)?.videoTrack as LocalVideoTrack | undefined;
    if (!on || (background === "none" && !track)) return me.setCameraEnabled(on);
    try {
      if (track) await this.effects.dressCamera(track, background);
    } catch {
      return this.parts.failed("background_failed");
    }
    if (track || background === "none") return me.setCameraEnabled(true);
    const processor = await this.effects.readyBackground(background).catch(() => this.parts.failed("background_failed"));
    if (processor) await me.setCameraEnabled(true, { processor });
  }

  /** A picture of the person's own, to be shown behind. */
  useOwn(picture: ImageBitmap) {
    this.effects.useOwn(picture);
    this.parts.change({ background: "own" });
  }

  /** Picture and sound as they are set; what cannot be had is not set any more. */
  async dress() {
    const { background, noise } = this.parts.wanted();
    const me = this.parts.room.localParticipant;
    const camera = me.getTrackPublication(Track.Source.Camera)?.videoTrack as LocalVideoTrack | undefined;
    const microphone = me.getTrackPublication(Track.Source.Microphone)?.audioTrack as LocalAudioTrack | undefined;
    const before = camera?.getProcessor() ? undefined : "none";
    const dressed = camera && !camera.isMuted && this.effects.dressCamera(camera, background).catch(() => {
      this.parts.failed("background_failed");
      if (before) this.parts.change({ background: before });
    });
    const cleaned = microphone && !microphone.isMuted && this.effects.dressMicrophone(microphone, noise).catch(() => {
      this.parts.failed("noise_failed");
      this.parts.change({ noise: "usual" });
    });
    await Promise.all([dressed, cleaned]);
    if (dressed || cleaned) this.parts.dressed();
  }

  close() {
    this.effects.close();
  }
}
