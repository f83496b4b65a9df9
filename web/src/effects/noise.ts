import { RnnoiseWorkletNode, loadRnnoise } from "@sapphi-red/web-noise-suppressor";
import program from "@sapphi-red/web-noise-suppressor/rnnoise.wasm?url";
import fastProgram from "@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url";
import worklet from "@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url";
import type { Track, TrackProcessor } from "livekit-client";

/** Samples a second that the filter was made for. */
export const filterRate = 48_000;

/** Stands between the microphone and the line: takes out what is no voice, on this machine. */
export class NoiseFilter implements TrackProcessor<Track.Kind.Audio> {
  readonly name = "noise";
  processedTrack?: MediaStreamTrack;
  private parts: AudioNode[] = [];

  private constructor(readonly context: AudioContext, private readonly wasmBinary: ArrayBuffer) {}

  static async load(): Promise<NoiseFilter> {
    const context = new AudioContext({ sampleRate: filterRate });
    try {
      const [wasmBinary] = await Promise.all([loadRnnoise({ url: program, simdUrl: fastProgram }), context.audioWorklet.addModule(worklet)]);
      return new NoiseFilter(context, wasmBinary);
    } catch (error) {
      void context.close();
      throw error;
    }
  }

  init = ({ track }: { track: MediaStreamTrack }) => this.restart({ track });

  restart = async ({ track }: { track: MediaStreamTrack }) => {
    await this.destroy();
    await this.context.resume();
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    const filter = new RnnoiseWorkletNode(this.context, { wasmBinary: this.wasmBinary, maxChannels: 1 });
    const end = this.context.createMediaStreamDestination();
    source.connect(filter).connect(end);
    this.parts = [source, filter, end];
    [this.processedTrack] = end.stream.getAudioTracks();
  };

  destroy = async () => {
    this.processedTrack?.stop();
    this.processedTrack = undefined;
    for (const part of this.parts) {
      part.disconnect();
      if (part instanceof RnnoiseWorkletNode) part.destroy();
    }
    this.parts = [];
  };
}
