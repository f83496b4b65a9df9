"""A participant on the unmodified Python SDK; speaks the lines that `program.mjs` describes."""

import asyncio
import json
import sys

import numpy
from livekit import rtc

RATE = 48_000
SAMPLES = RATE // 100
WIDTH, HEIGHT = 320, 240
AUDIO_FRAMES_PER_PICTURE = 6
AUDIO_FRAMES_PER_REPORT = 50


class Seen:
    """What came from whom."""

    def __init__(self) -> None:
        self.by: dict[str, dict] = {}
        self.left: list[str] = []
        # A reader that nobody refers to is collected and stops silently.
        self.readers: set[asyncio.Task] = set()

    def entry(self, identity: str) -> dict:
        return self.by.setdefault(identity, {})

    def read_track(self, track: rtc.Track, identity: str) -> None:
        read = self.watch if track.kind == rtc.TrackKind.KIND_VIDEO else self.listen
        self.readers.add(asyncio.create_task(read(track, self.entry(identity))))

    async def watch(self, track: rtc.Track, entry: dict) -> None:
        async for event in rtc.VideoStream(track):
            entry["frames"] = entry.get("frames", 0) + 1
            entry["size"] = f"{event.frame.width}x{event.frame.height}"

    async def listen(self, track: rtc.Track, entry: dict) -> None:
        async for event in rtc.AudioStream(track):
            samples = numpy.asarray(event.frame.data, dtype=numpy.float64) / 32_768
            entry["packets"] = entry.get("packets", 0) + 1
            entry["energy"] = entry.get("energy", 0.0) + float(numpy.mean(samples**2)) * event.frame.duration

    def read_data(self, packet: rtc.DataPacket) -> None:
        way = "reliable" if packet.kind == rtc.DataPacketKind.KIND_RELIABLE else "lossy"
        sender = packet.participant.identity if packet.participant else "nobody"
        self.entry(sender)[way] = packet.data.decode()


def say(**words: object) -> None:
    print(json.dumps(words), flush=True)


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main() -> None:
    orders = await lines()
    order = json.loads(await orders.readline())
    seen = Seen()
    room = rtc.Room()
    room.on("track_subscribed", lambda track, _, participant: seen.read_track(track, participant.identity))
    room.on("data_received", seen.read_data)
    room.on("participant_disconnected", lambda participant: seen.left.append(participant.identity))
    # `older`: one connection for what is sent, another for what is received.
    options = rtc.RoomOptions(single_peer_connection="older" not in sys.argv)
    await room.connect(order["url"], order["token"], options)

    async def wave(call: rtc.RpcInvocationData) -> str:
        return f"{call.payload} back"

    room.local_participant.register_rpc_method("wave", wave)
    audio = rtc.AudioSource(RATE, 1, queue_size_ms=100)
    video = rtc.VideoSource(WIDTH, HEIGHT)
    me = room.local_participant
    await me.publish_track(
        rtc.LocalAudioTrack.create_audio_track("microphone", audio),
        rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE),
    )
    await me.publish_track(
        rtc.LocalVideoTrack.create_video_track("camera", video),
        rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA),
    )
    say(entered=True)

    over = asyncio.create_task(orders.read())
    tone = (numpy.sin(numpy.arange(RATE) * 2 * numpy.pi * 440 / RATE) * 8_000).astype(numpy.int16)
    count = 0
    # The audio source takes a frame when there is room for it: that is the beat of everything here.
    while not over.done():
        start = count * SAMPLES % RATE
        await audio.capture_frame(rtc.AudioFrame(tone[start : start + SAMPLES].tobytes(), RATE, 1, SAMPLES))
        if count % AUDIO_FRAMES_PER_PICTURE == 0:
            grey = numpy.full((HEIGHT, WIDTH, 4), count % 256, dtype=numpy.uint8)
            video.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.RGBA, grey.tobytes()))
        if count % AUDIO_FRAMES_PER_REPORT == 0:
            greeting = f"from {me.identity}"
            await me.publish_data(greeting, reliable=True)
            await me.publish_data(greeting, reliable=False)
            say(seen=seen.by, left=seen.left)
        count += 1
    await room.disconnect()


asyncio.run(main())
