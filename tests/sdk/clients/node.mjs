/** A participant on the unmodified Node SDK; speaks the lines that `program.mjs` describes. */

import { createInterface } from "node:readline";
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  DataPacketKind,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  VideoStream,
  dispose,
} from "@livekit/rtc-node";

const RATE = 48_000;
const SAMPLES = RATE / 100;
const [WIDTH, HEIGHT] = [320, 240];
const AUDIO_FRAMES_PER_PICTURE = 6;
const AUDIO_FRAMES_PER_REPORT = 50;

const say = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);
const seen = {};
const left = [];

async function watch(track, entry) {
  for await (const { frame } of new VideoStream(track)) {
    entry.frames = (entry.frames ?? 0) + 1;
    entry.size = `${frame.width}x${frame.height}`;
  }
}

async function listen(track, entry) {
  for await (const frame of new AudioStream(track, RATE, 1)) {
    const square = frame.data.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0);
    entry.packets = (entry.packets ?? 0) + 1;
    entry.energy = (entry.energy ?? 0) + square / RATE;
  }
}

const room = new Room();
room.on(RoomEvent.TrackSubscribed, (track, _, participant) => {
  const entry = (seen[participant.identity] ??= {});
  void (track.kind === TrackKind.KIND_VIDEO ? watch(track, entry) : listen(track, entry));
});
room.on(RoomEvent.DataReceived, (payload, participant, kind) => {
  const way = kind === DataPacketKind.KIND_RELIABLE ? "reliable" : "lossy";
  (seen[participant?.identity ?? "nobody"] ??= {})[way] = new TextDecoder().decode(payload);
});
room.on(RoomEvent.ParticipantDisconnected, (participant) => left.push(participant.identity));

const orders = createInterface({ input: process.stdin });
let over = false;
orders.once("close", () => (over = true));
const order = JSON.parse(await new Promise((line) => orders.once("line", line)));
await room.connect(order.url, order.token, { autoSubscribe: true, dynacast: false });

const audio = new AudioSource(RATE, 1, 100);
const video = new VideoSource(WIDTH, HEIGHT);
const me = room.localParticipant;
await me.publishTrack(
  LocalAudioTrack.createAudioTrack("microphone", audio),
  new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }),
);
await me.publishTrack(
  LocalVideoTrack.createVideoTrack("camera", video),
  new TrackPublishOptions({ source: TrackSource.SOURCE_CAMERA }),
);
say({ entered: true });

const tone = Int16Array.from({ length: RATE }, (_, at) => Math.sin((at * 2 * Math.PI * 660) / RATE) * 8_000);
const greeting = new TextEncoder().encode(`from ${me.identity}`);
// The audio source takes a frame when there is room for it: that is the beat of everything here.
for (let count = 0; !over; count += 1) {
  const start = (count * SAMPLES) % RATE;
  await audio.captureFrame(new AudioFrame(tone.slice(start, start + SAMPLES), RATE, 1, SAMPLES));
  if (count % AUDIO_FRAMES_PER_PICTURE === 0) {
    const grey = new Uint8Array(WIDTH * HEIGHT * 4).fill(count % 256);
    video.captureFrame(new VideoFrame(grey, WIDTH, HEIGHT, VideoBufferType.RGBA));
  }
  if (count % AUDIO_FRAMES_PER_REPORT === 0) {
    await me.publishData(greeting, { reliable: true });
    await me.publishData(greeting, { reliable: false });
    say({ seen, left });
  }
}
await room.disconnect();
await dispose();
process.exit(0);
