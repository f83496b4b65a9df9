import { type RemoteParticipant, RemoteTrackPublication, Track, VideoQuality } from "livekit-client";
import { expect, test } from "vitest";
import type { Preferences } from "./preferences";
import { receiveFrom } from "./quality";

/** A camera of the client's own kind, as far as it is asked for. */
function camera() {
  const asked: { subscribed?: boolean; quality?: VideoQuality; fps?: number } = {};
  const publication = Object.create(RemoteTrackPublication.prototype, {
    source: { value: Track.Source.Camera },
    track: { value: {} },
    isDesired: { get: () => asked.subscribed ?? true },
    setSubscribed: { value: (wanted: boolean) => (asked.subscribed = wanted) },
    setVideoQuality: { value: (quality: VideoQuality) => (asked.quality = quality) },
    setVideoFPS: { value: (fps: number) => (asked.fps = fps) },
  }) as RemoteTrackPublication;
  return { asked, publication };
}

/** What is asked of two people of whom the second is pinned. */
function asked(receive: Preferences["receive"], pins = ["signs"]) {
  const cameras = { speaks: camera(), signs: camera() };
  const people = Object.entries(cameras).map(([identity, { publication }]) => ({ identity, trackPublications: new Map([["c", publication]]) }) as unknown as RemoteParticipant);
  receiveFrom(people, receive, pins);
  return [cameras.speaks.asked, cameras.signs.asked];
}

test("with small pictures whoever is pinned is received as before", () => {
  expect(asked("small")).toEqual([{ quality: VideoQuality.LOW }, { quality: VideoQuality.HIGH, fps: 20 }]);
  expect(asked("small", [])).toEqual([{ quality: VideoQuality.LOW }, { quality: VideoQuality.LOW }]);
  expect(asked("full")).toEqual([{ quality: VideoQuality.HIGH }, { quality: VideoQuality.HIGH, fps: 20 }]);
});

test("whoever is no longer pinned may lose pictures on a narrow line again", () => {
  const { asked, publication } = camera();
  const one = [{ identity: "signs", trackPublications: new Map([["c", publication]]) }] as unknown as RemoteParticipant[];
  receiveFrom(one, "full", ["signs"]);
  expect(asked.fps).toBe(20);
  receiveFrom(one, "full", []);
  expect(asked.fps).toBe(0);
});

test("who wants no pictures at all gets none, pinned or not", () => {
  for (const receive of ["screens", "sound"] as const) expect(asked(receive)).toEqual([{ subscribed: false }, { subscribed: false }]);
});
