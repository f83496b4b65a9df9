import { type LocalVideoTrack, type RemoteParticipant, RemoteTrackPublication, Track, type TrackPublication, VideoPresets, VideoQuality } from "livekit-client";
import type { Preferences } from "./preferences";

/** Whether these pictures come in at all. Sound always does. */
export function comesIn(receive: Preferences["receive"], source: Track.Source): boolean {
  if (source === Track.Source.Camera) return receive === "full" || receive === "small";
  if (source === Track.Source.ScreenShare) return receive !== "sound";
  return true;
}

/** Whoever asks for so many pictures a second loses resolution on a narrow line, never pictures: hands that jump cannot be read. */
const guardedFps = 20;
/** Of whom that is asked. The client says so only of a picture that is there. */
const guarded = new WeakSet<TrackPublication>();

/** Asks the server for no more of somebody than the person wants. Whoever is pinned is looked at closely, hands and all: that picture is not made small. */
export function receiveAs(receive: Preferences["receive"], publications: Iterable<TrackPublication>, pinned: boolean) {
  for (const publication of publications) {
    if (!(publication instanceof RemoteTrackPublication)) continue;
    const wanted = comesIn(receive, publication.source);
    if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
    if (!wanted || publication.source !== Track.Source.Camera) continue;
    publication.setVideoQuality(receive === "small" && !pinned ? VideoQuality.LOW : VideoQuality.HIGH);
    if (pinned === guarded.has(publication)) continue;
    publication.setVideoFPS(pinned ? guardedFps : 0);
    if (pinned && publication.track) guarded.add(publication);
    else guarded.delete(publication);
  }
}

/** The same of everybody. */
export function receiveFrom(people: Iterable<RemoteParticipant>, receive: Preferences["receive"], pins: readonly string[]) {
  for (const { identity, trackPublications } of people) receiveAs(receive, trackPublications.values(), pins.includes(identity));
}

/** Makes the own picture small at the camera already: that saves the uplink and the processor. */
export async function sendAs(send: Preferences["send"], track: LocalVideoTrack | undefined, deviceId: string) {
  if (!track || track.isMuted) return;
  const { resolution } = send === "small" ? VideoPresets.h180 : VideoPresets.h720;
  const { width = resolution.width } = track.getSourceTrackSettings();
  if (width === resolution.width || (send === "full" && width > VideoPresets.h180.width)) return;
  await track.restartTrack({ resolution, ...(deviceId && deviceId !== "default" ? { deviceId: { ideal: deviceId } } : {}) }).catch(() => undefined);
}
