"""A participant on the unmodified Python SDK; speaks the lines that `program.mjs` describes."""

import asyncio
import json
import sys

import numpy
from livekit import rtc
from python_acts import Acts

RATE = 48_000
SAMPLES = RATE // 100
WIDTH, HEIGHT = 320, 240
# Where pictures come in several sizes.
WIDE, HIGH = 960, 540
AUDIO_FRAMES_PER_PICTURE = 6
AUDIO_FRAMES_PER_REPORT = 50
# An order, bytes.
LONGEST_LINE = 1 << 20


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
        if packet.topic == "private":
            return
        way = "reliable" if packet.kind == rtc.DataPacketKind.KIND_RELIABLE else "lossy"
        sender = packet.participant.identity if packet.participant else "nobody"
        self.entry(sender)[way] = packet.data.decode()


def say(**words: object) -> None:
    print(json.dumps(words), flush=True)


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def obey(orders: asyncio.StreamReader, acts: Acts) -> None:
    """Does what each line says and answers it, until there are no more."""
    while line := await orders.readline():
        order = json.loads(line)
        try:
            say(done=order["id"], value=await getattr(acts, order["do"])(*order["words"]))
        except Exception as error:  # Whoever gave the order is told.
            say(done=order["id"], error=f"{type(error).__name__}: {error}")


async def main() -> None:
    orders = await lines()
    order = json.loads(await orders.readline())
    seen = Seen()
    room = rtc.Room()
    room.on("track_subscribed", lambda track, _, participant: seen.read_track(track, participant.identity))
    room.on("data_received", seen.read_data)
    room.on("participant_disconnected", lambda participant: seen.left.append(participant.identity))
    # `older`: one connection for what is sent, another for what is received. `sealed`: nobody on the way can read it, and
    # pictures come in several sizes.
    sealed = "sealed" in sys.argv
    key = rtc.E2EEOptions(key_provider_options=rtc.KeyProviderOptions(shared_key=b"known to those inside"))
    options = rtc.RoomOptions(single_peer_connection="older" not in sys.argv, encryption=key if sealed else None)
    width, height = (WIDE, HIGH) if sealed else (WIDTH, HEIGHT)
    audio = rtc.AudioSource(RATE, 1, queue_size_ms=100)
    video = rtc.VideoSource(width, height)

    async def publish() -> None:
        me = room.local_participant
        await me.publish_track(
            rtc.LocalAudioTrack.create_audio_track("microphone", audio),
            rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE),
        )
        await me.publish_track(
            rtc.LocalVideoTrack.create_video_track("camera", video),
            rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=sealed),
        )

    acts = Acts(room, publish)
    await room.connect(order["url"], order["token"], options)
    me = room.local_participant

    async def wave(call: rtc.RpcInvocationData) -> str:
        return f"{call.payload} back"

    me.register_rpc_method("wave", wave)
    await publish()
    say(entered=True)

    over = asyncio.create_task(obey(orders, acts))
    tone = (numpy.sin(numpy.arange(RATE) * 2 * numpy.pi * 440 / RATE) * 8_000).astype(numpy.int16)
    count = 0
    # The audio source takes a frame when there is room for it: that is the beat of everything here.
    while not over.done():
        start = count * SAMPLES % RATE
        await audio.capture_frame(rtc.AudioFrame(tone[start : start + SAMPLES].tobytes(), RATE, 1, SAMPLES))
        if count % AUDIO_FRAMES_PER_PICTURE == 0:
            grey = numpy.full((height, width, 4), count % 256, dtype=numpy.uint8)
            video.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.RGBA, grey.tobytes()))
        if count % AUDIO_FRAMES_PER_REPORT == 0:
            await greet(room)
            say(seen=seen.by, left=seen.left)
        count += 1
    await room.disconnect()


async def greet(room: rtc.Room) -> None:
    """Says who it is on both channels; while the connection is away nobody can hear it."""
    for reliable in (True, False):
        try:
            await room.local_participant.publish_data(f"from {room.local_participant.identity}", reliable=reliable)
        except Exception as error:
            print(f"greeting: {error}", file=sys.stderr)


asyncio.run(main())
