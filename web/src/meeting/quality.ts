import { type LocalVideoTrack, RemoteTrackPublication, Track, type TrackPublication, VideoPresets, VideoQuality } from "livekit-client";
import type { Preferences } from "./preferences";

/** Whether these pictures come in at all. Sound always does. */
export function comesIn(receive: Preferences["receive"], source: Track.Source): boolean {
  if (source === Track.Source.Camera) return receive === "full" || receive === "small";
  if (source === Track.Source.ScreenShare) return receive !== "sound";
  return true;
}

/** Asks the server for no more of the others than the person wants. */
export function receiveAs(receive: Preferences["receive"], publications: TrackPublication[]) {
  for (const publication of publications) {
    if (!(publication instanceof RemoteTrackPublication)) continue;
    const wanted = comesIn(receive, publication.source);
    if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
    if (wanted && publication.source === Track.Source.Camera) publication.setVideoQuality(receive === "small" ? VideoQuality.LOW : VideoQuality.HIGH);
  }
}

/** Makes the own picture small at the camera already: that saves the uplink and the processor. */
export async function sendAs(send: Preferences["send"], track: LocalVideoTrack | undefined, deviceId: string) {
  if (!track || track.isMuted) return;
  const { resolution } = send === "small" ? VideoPresets.h180 : VideoPresets.h720;
  const { width = resolution.width } = track.getSourceTrackSettings();
  if (width === resolution.width || (send === "full" && width > VideoPresets.h180.width)) return;
  await track.restartTrack({ resolution, ...(deviceId && deviceId !== "default" ? { deviceId: { ideal: deviceId } } : {}) }).catch(() => undefined);
}
