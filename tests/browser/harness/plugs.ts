/** Microphones that a scenario plays, and devices that it unplugs. Both run in the page, before the app. */

import type { BrowserContext, Page } from "@playwright/test";

interface Plugs {
  __tone?: GainNode;
  __gone: Set<string>;
}

/** From now on every microphone of these pages is a tone; silent until `playTone`. */
export async function giveToneMicrophone(context: BrowserContext) {
  await context.addInitScript(() => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await real(wish);
      if (!wish?.audio) return stream;
      const sound = new AudioContext();
      const tone = new OscillatorNode(sound, { frequency: 440 });
      const volume = new GainNode(sound, { gain: 0 });
      const outlet = new MediaStreamAudioDestinationNode(sound);
      tone.connect(volume).connect(outlet);
      tone.start();
      (window as unknown as Plugs).__tone = volume;
      for (const track of stream.getAudioTracks()) {
        track.stop();
        stream.removeTrack(track);
      }
      for (const track of outlet.stream.getAudioTracks()) stream.addTrack(track);
      return stream;
    };
  });
}

/** How loud the tone is, from 0 (exact silence) to 1. */
export const playTone = (page: Page, volume: number) =>
  page.evaluate((gain) => {
    (window as unknown as Plugs).__tone!.gain.value = gain;
  }, volume);

/** Lets devices of these pages be unplugged later. */
export async function giveLooseDevices(context: BrowserContext) {
  await context.addInitScript(() => {
    const gone = new Set<string>();
    (window as unknown as Plugs).__gone = gone;
    const { mediaDevices } = navigator;
    const list = mediaDevices.enumerateDevices.bind(mediaDevices);
    mediaDevices.enumerateDevices = async () => (await list()).filter((device) => !gone.has(device.label));
  });
}

/** The device with this name is pulled out while it may be in use. */
export const unplug = (page: Page, label: string) =>
  page.evaluate((name) => {
    const { __gone, __watch } = window as unknown as Plugs & { __watch: { connections: RTCPeerConnection[] } };
    __gone.add(name);
    for (const { track } of __watch.connections.flatMap((connection) => connection.getSenders())) {
      if (track?.label !== name) continue;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  }, label);

/** A device that was pulled out is back. */
export const plugIn = (page: Page, label: string) =>
  page.evaluate((name) => {
    (window as unknown as Plugs).__gone.delete(name);
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  }, label);

/** The names of the devices whose sound or picture is being sent. */
export const sending = (page: Page) =>
  page.evaluate(() => {
    const { connections } = (window as unknown as { __watch: { connections: RTCPeerConnection[] } }).__watch;
    const tracks = connections.flatMap((connection) => connection.getSenders()).map(({ track }) => track);
    return tracks.filter((track) => track?.readyState === "live").map((track) => track!.label);
  });
