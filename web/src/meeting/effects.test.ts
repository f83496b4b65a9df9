import type { LocalAudioTrack, LocalVideoTrack } from "livekit-client";
import { expect, test, vi } from "vitest";
import type { Background } from "../effects/background";
import type { NoiseFilter } from "../effects/noise";
import { Effects } from "./effects";

function camera() {
  let processor: unknown;
  const track = { getProcessor: () => processor, setProcessor: vi.fn(async (one: unknown) => void (processor = one)), stopProcessor: vi.fn(async () => void (processor = undefined)) };
  return { track, asTrack: track as unknown as LocalVideoTrack };
}

function microphone(noiseSuppression?: boolean) {
  const { track } = camera();
  const all = { ...track, constraints: { noiseSuppression }, setAudioContext: vi.fn(), restartTrack: vi.fn(async (constraints: { noiseSuppression: boolean }) => void (all.constraints = constraints)) };
  return { track: all, asTrack: all as unknown as LocalAudioTrack };
}

function house() {
  const background = { hang: vi.fn() } as unknown as Background & { hang: ReturnType<typeof vi.fn> };
  const noise = { context: {} } as NoiseFilter;
  const load = { background: vi.fn(() => Promise.resolve(background)), noise: vi.fn(() => Promise.resolve(noise)) };
  return { background, noise, load, effects: new Effects(load) };
}

test("nothing is loaded for those who want no background", async () => {
  const { effects, load } = house();
  const { track, asTrack } = camera();
  await effects.dressCamera(asTrack, "none");
  expect([load.background.mock.calls.length, track.setProcessor.mock.calls.length]).toEqual([0, 0]);
});

test("a background is loaded once, changed without a break, and taken away again", async () => {
  const { effects, load, background } = house();
  const { track, asTrack } = camera();
  await effects.dressCamera(asTrack, "soft");
  await effects.dressCamera(asTrack, "hills");
  expect([load.background.mock.calls.length, track.setProcessor.mock.calls.length]).toEqual([1, 1]);
  expect(background.hang.mock.calls).toEqual([["soft"], ["hills"]]);
  await effects.dressCamera(asTrack, "none");
  expect(track.getProcessor()).toBeUndefined();
});

test("without the person's own picture, which is not kept, the room is made unrecognisable", async () => {
  const { effects, background } = house();
  await effects.readyBackground("own");
  const picture = {} as ImageBitmap;
  effects.useOwn(picture);
  await effects.readyBackground("own");
  expect(background.hang.mock.calls).toEqual([["strong"], [picture]]);
});

test("what could not be loaded is tried again, and the camera stays as it was", async () => {
  const { effects, load } = house();
  const { track, asTrack } = camera();
  load.background.mockRejectedValueOnce(new Error("no line"));
  await expect(effects.dressCamera(asTrack, "soft")).rejects.toThrow("no line");
  expect(track.setProcessor).not.toHaveBeenCalled();
  await effects.dressCamera(asTrack, "soft");
  expect(track.setProcessor).toHaveBeenCalledOnce();
});

test("two quick choices do not cross: the last one counts", async () => {
  const { effects } = house();
  const { track, asTrack } = camera();
  await Promise.all([effects.dressCamera(asTrack, "soft"), effects.dressCamera(asTrack, "none")]);
  expect(track.getProcessor()).toBeUndefined();
});

test("only one filter works at a time, and none for music", async () => {
  const { effects, noise } = house();
  const { track, asTrack } = microphone();
  await effects.dressMicrophone(asTrack, "usual");
  expect(track.restartTrack).not.toHaveBeenCalled();
  await effects.dressMicrophone(asTrack, "strong");
  expect([track.getProcessor() === noise, track.constraints.noiseSuppression]).toEqual([true, false]);
  await effects.dressMicrophone(asTrack, "none");
  expect([track.getProcessor(), track.constraints.noiseSuppression]).toEqual([undefined, false]);
  await effects.dressMicrophone(asTrack, "usual");
  expect([track.getProcessor(), track.constraints.noiseSuppression]).toEqual([undefined, true]);
});
