import { expect, test, vi } from "vitest";
import { chime } from "./chime";
import { type Instruments, Rehearsal, type RehearsalState } from "./rehearsal";

const track = {} as MediaStreamTrack;

/** Recording and playing end when the test says so. */
function instruments() {
  const ends: Record<string, () => void> = {};
  const until = (what: string) => new Promise<void>((done) => (ends[what] = done));
  const made: Instruments = { record: vi.fn(() => until("record").then(() => new Blob(["voice"]))), play: vi.fn(() => until("play")), tone: () => new Blob(["tone"]) };
  return { ends, made };
}

test("the voice is recorded, then played on the chosen loudspeaker, then forgotten", async () => {
  const { ends, made } = instruments();
  const rehearsal = new Rehearsal(made);
  const seen: RehearsalState[] = [];
  rehearsal.subscribe(() => seen.push(rehearsal.snapshot()));
  const done = rehearsal.tryVoice(track, "s1");
  ends.record!();
  await vi.waitFor(() => expect(made.play).toHaveBeenCalledWith(expect.any(Blob), "s1", expect.anything()));
  ends.play!();
  await done;
  expect(seen).toEqual(["recording", "playing", "idle"]);
});

test("who stops hears nothing any more", async () => {
  const { ends, made } = instruments();
  const rehearsal = new Rehearsal(made);
  const done = rehearsal.tryVoice(track, "");
  rehearsal.stop();
  ends.record!();
  await done;
  expect(made.play).not.toHaveBeenCalled();
  expect(rehearsal.snapshot()).toBe("idle");
});

test("what cannot be played is said", async () => {
  const rehearsal = new Rehearsal({ ...instruments().made, play: () => Promise.reject(new Error("no speaker")) });
  await rehearsal.tryTone("");
  expect(rehearsal.snapshot()).toBe("failed");
});

test("the tone is a WAV file that is not silent and does not clip", () => {
  const file = chime();
  expect(new TextDecoder().decode(file.slice(0, 4))).toBe("RIFF");
  const samples = new Int16Array(file.buffer, 44);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(loudest).toBeGreaterThan(5_000);
  expect(loudest).toBeLessThan(20_000);
  expect(file.length).toBe(44 + samples.length * 2);
});
