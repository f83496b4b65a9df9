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
import { actsOf } from "./node_acts.mjs";

const RATE = 48_000;
const SAMPLES = RATE / 100;
// `sealed`: nobody on the way can read it, and pictures come in several sizes.
const sealed = process.argv.includes("sealed");
const [width, height] = sealed ? [960, 540] : [320, 240];
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
room.on(RoomEvent.DataReceived, (payload, participant, kind, topic) => {
  if (topic === "private") return;
  const way = kind === DataPacketKind.KIND_RELIABLE ? "reliable" : "lossy";
  (seen[participant?.identity ?? "nobody"] ??= {})[way] = new TextDecoder().decode(payload);
});
room.on(RoomEvent.ParticipantDisconnected, (participant) => left.push(participant.identity));

const audio = new AudioSource(RATE, 1, 100);
const video = new VideoSource(width, height);
async function publish() {
  await room.localParticipant.publishTrack(
    LocalAudioTrack.createAudioTrack("microphone", audio),
    new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }),
  );
  await room.localParticipant.publishTrack(
    LocalVideoTrack.createVideoTrack("camera", video),
    new TrackPublishOptions({ source: TrackSource.SOURCE_CAMERA, simulcast: sealed }),
  );
}

const acts = actsOf(room, publish);
const orders = createInterface({ input: process.stdin });
let over = false;
orders.once("close", () => (over = true));
const order = JSON.parse(await new Promise((line) => orders.once("line", line)));
const sharedKey = new TextEncoder().encode("known to those inside");
const encryption = sealed ? { keyProviderOptions: { sharedKey } } : undefined;
await room.connect(order.url, order.token, { autoSubscribe: true, dynacast: false, encryption });

const me = room.localParticipant;
me.registerRpcMethod("wave", async ({ payload }) => `${payload} back`);
await publish();
orders.on("line", async (line) => {
  const { do: what, words, id } = JSON.parse(line);
  try {
    say({ done: id, value: (await acts[what](...words)) ?? null });
  } catch (error) {
    say({ done: id, error: `${error}` });
  }
});
say({ entered: true });

const tone = Int16Array.from({ length: RATE }, (_, at) => Math.sin((at * 2 * Math.PI * 660) / RATE) * 8_000);
const greeting = new TextEncoder().encode(`from ${me.identity}`);
// The audio source takes a frame when there is room for it: that is the beat of everything here.
for (let count = 0; !over; count += 1) {
  const start = (count * SAMPLES) % RATE;
  await audio.captureFrame(new AudioFrame(tone.slice(start, start + SAMPLES), RATE, 1, SAMPLES));
  if (count % AUDIO_FRAMES_PER_PICTURE === 0) {
    const grey = new Uint8Array(width * height * 4).fill(count % 256);
    video.captureFrame(new VideoFrame(grey, width, height, VideoBufferType.RGBA));
  }
  if (count % AUDIO_FRAMES_PER_REPORT === 0) {
    // While the connection is away nobody can hear it.
    for (const reliable of [true, false]) {
      await room.localParticipant.publishData(greeting, { reliable }).catch((error) => console.error(`greeting: ${error}`));
    }
    say({ seen, left });
  }
}
await room.disconnect();
await dispose();
process.exit(0);
