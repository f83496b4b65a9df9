import { expect, test } from "vitest";
import { type Heard, type Hint, MicrophoneHints, sayingOf } from "./hints";

/** Plays samples every 80 ms and collects what is said, with the time. */
function played(hints: MicrophoneHints, from: number, ms: number, heard: (at: number) => Heard): [Hint, number][] {
  const said: [Hint, number][] = [];
  for (let at = from; at < from + ms; at += 80) {
    const hint = hints.hear(heard(at), at);
    if (hint) said.push([hint, at - from]);
  }
  return said;
}
const speech = (muted: boolean) => (at: number) => ({ level: at % 320 < 240 ? 55 : 20, signal: true, muted });
const quiet = (muted: boolean) => () => ({ level: 5, signal: true, muted });
const dead = () => ({ level: 0, signal: false, muted: false });

test("who speaks while muted hears so within a second", () => {
  const said = played(new MicrophoneHints(), 0, 2000, speech(true));
  expect(said).toHaveLength(1);
  expect(said[0]![0]).toBe("mutedSpeech");
  expect(said[0]![1]).toBeLessThanOrEqual(1000);
});

test("the key to talk with is named to those who have it", () => {
  expect(sayingOf("mutedSpeech", true)).toBe("mutedSpeech");
  expect(sayingOf("mutedSpeech", false)).toBe("mutedSpeechNoKey");
  expect(sayingOf("silent", false)).toBe("silent");
});

test("the hint comes once in 30 seconds at most", () => {
  expect(played(new MicrophoneHints(), 0, 29_000, speech(true))).toHaveLength(1);
  expect(played(new MicrophoneHints(), 0, 61_000, speech(true))).toHaveLength(3);
});

test("a cough, and speech with an open microphone, say nothing", () => {
  const cough = (at: number) => ({ level: at < 100 ? 70 : 5, signal: true, muted: true });
  expect(played(new MicrophoneHints(), 0, 3000, cough)).toEqual([]);
  expect(played(new MicrophoneHints(), 0, 20_000, speech(false))).toEqual([]);
});

test("an open microphone without any signal is called silent after five seconds, once", () => {
  const hints = new MicrophoneHints();
  expect(played(hints, 0, 20_000, dead)).toEqual([["silent", 5040]]);
  expect(played(hints, 20_000, 1000, quiet(false))).toEqual([]);
  expect(played(hints, 21_000, 6000, dead)).toHaveLength(1);
});

test("listening quietly is no silent microphone", () => {
  expect(played(new MicrophoneHints(), 0, 60_000, quiet(false))).toEqual([]);
});

test("a noise without a pause is called noisy, once", () => {
  const said = played(new MicrophoneHints(), 0, 60_000, () => ({ level: 50, signal: true, muted: false }));
  expect(said.map(([hint]) => hint)).toEqual(["noisy"]);
});

test("switching the microphone forgets what was heard before", () => {
  const hints = new MicrophoneHints();
  played(hints, 0, 4500, dead);
  played(hints, 4500, 100, quiet(true));
  expect(played(hints, 4600, 3000, dead)).toEqual([]);
});
