import { chime } from "./chime";
import type { Instruments } from "./rehearsal";

const over = (stop: AbortSignal) => new Promise<void>((done) => stop.addEventListener("abort", () => done(), { once: true }));

/** The browser's own recorder and player. */
export const instruments: Instruments = {
  tone: () => new Blob([chime()], { type: "audio/wav" }),

  async record(track, ms, stop) {
    const recorder = new MediaRecorder(new MediaStream([track]));
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    const ended = new Promise<void>((done) => recorder.addEventListener("stop", () => done(), { once: true }));
    recorder.start();
    const timer = setTimeout(() => recorder.state === "recording" && recorder.stop(), ms);
    stop.addEventListener("abort", () => recorder.state === "recording" && recorder.stop(), { once: true });
    await ended;
    clearTimeout(timer);
    return new Blob(pieces, { type: recorder.mimeType });
  },

  async play(sound, speakerId, stop) {
    const address = URL.createObjectURL(sound);
    const player = new Audio(address);
    try {
      if (speakerId && "setSinkId" in player) await player.setSinkId(speakerId);
      const ended = new Promise<void>((done, failed) => {
        player.addEventListener("ended", () => done(), { once: true });
        player.addEventListener("error", () => failed(new Error("cannot be played")), { once: true });
      });
      await player.play();
      await Promise.race([ended, over(stop)]);
    } finally {
      player.pause();
      URL.revokeObjectURL(address);
    }
  },
};
