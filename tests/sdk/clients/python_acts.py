"""What a participant on the Python SDK does when it is told to, and what it tells when it is asked."""

import asyncio

from livekit import rtc

TEXT_TOPIC = "notes"
FILE_TOPIC = "files"
SCENARIOS = {
    "signal-reconnect": rtc.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT,
    "migration": rtc.SimulateScenarioKind.SIMULATE_MIGRATION,
    "disconnect-signal-on-resume": rtc.SimulateScenarioKind.SIMULATE_DISCONNECT_SIGNAL_ON_RESUME,
    "full-reconnect": rtc.SimulateScenarioKind.SIMULATE_FULL_RECONNECT,
    "node-failure": rtc.SimulateScenarioKind.SIMULATE_NODE_FAILURE,
}


class Acts:
    """Each method without an underscore is an order."""

    def __init__(self, room: rtc.Room, publish) -> None:
        self._room = room
        self._publish = publish
        self._told: list[str] = []
        self._texts: dict[str, dict] = {}
        self._files: dict[str, dict] = {}
        self._happened: list[str] = []
        self._readers: set = set()
        room.on("data_received", self._read_data)
        for event in ("reconnecting", "reconnected", "disconnected"):
            room.on(event, lambda *_, event=event: self._happened.append(event))
        room.on("moved", lambda *_: self._happened.append(f"moved {room.name}"))
        room.register_text_stream_handler(TEXT_TOPIC, lambda reader, who: self._keep(self._read_text(reader, who)))
        room.register_byte_stream_handler(FILE_TOPIC, lambda reader, who: self._keep(self._read_file(reader, who)))

    def _keep(self, reading) -> None:
        task = asyncio.create_task(reading)
        self._readers.add(task)

    def _read_data(self, packet: rtc.DataPacket) -> None:
        if packet.topic == "private":
            self._told.append(packet.data.decode())

    async def _read_text(self, reader: rtc.TextStreamReader, who: str) -> None:
        text = await reader.read_all()
        self._texts[who] = {"length": len(text), "sum": sum(map(ord, text))}

    async def _read_file(self, reader: rtc.ByteStreamReader, who: str) -> None:
        data = b"".join([chunk async for chunk in reader])
        self._files[who] = {"length": len(data), "sum": sum(data), "name": reader.info.name}

    def _own(self, source) -> rtc.LocalTrackPublication | None:
        publications = self._room.local_participant.track_publications.values()
        return next((own for own in publications if own.source == source), None)

    async def tell(self, text: str, to: str) -> None:
        me = self._room.local_participant
        await me.publish_data(text, reliable=True, topic="private", destination_identities=[to])

    async def write(self, text: str) -> None:
        await self._room.local_participant.send_text(text, topic=TEXT_TOPIC)

    async def send(self, name: str, length: int) -> None:
        writer = await self._room.local_participant.stream_bytes(name, total_size=length, topic=FILE_TOPIC)
        await writer.write(bytes(at * 31 % 256 for at in range(length)))
        await writer.aclose()

    async def call(self, to: str) -> str:
        me = self._room.local_participant
        return await me.perform_rpc(destination_identity=to, method="wave", payload="waves", response_timeout=20)

    async def microphone(self, on: bool) -> None:
        track = self._own(rtc.TrackSource.SOURCE_MICROPHONE).track
        track.unmute() if on else track.mute()

    async def attributes(self, attributes: dict) -> None:
        await self._room.local_participant.set_attributes(attributes)

    async def smaller(self, who: str) -> None:
        publications = self._room.remote_participants[who].track_publications.values()
        camera = next(other for other in publications if other.source == rtc.TrackSource.SOURCE_CAMERA)
        camera.set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_LOW)

    async def publish(self) -> None:
        await self._publish()

    async def simulate(self, scenario: str) -> None:
        self._happened.clear()
        await self._room.simulate_scenario(SCENARIOS[scenario])

    async def state(self) -> dict:
        me, room = self._room.local_participant, self._room
        connected = room.connection_state == rtc.ConnectionState.CONN_CONNECTED
        return {
            "happened": self._happened,
            "state": "connected" if connected else "not connected",
            "name": room.name,
            "metadata": room.metadata,
            "sid": me.sid,
            "attributes": dict(me.attributes),
        }

    async def view(self) -> dict:
        others = {}
        for other in self._room.remote_participants.values():
            tracks = list(other.track_publications.values())
            microphones = [track.muted for track in tracks if track.source == rtc.TrackSource.SOURCE_MICROPHONE]
            others[other.identity] = {
                "muted": microphones[0] if microphones else None,
                "seat": other.attributes.get("seat"),
                "tracks": len(tracks),
                "sealed": all(track.encryption_type != 0 for track in tracks),
            }
        may, own = self._room.local_participant.permissions, self._own(rtc.TrackSource.SOURCE_MICROPHONE)
        me = {"muted": own and own.muted, "mayPublish": may.can_publish, "mayUpdate": may.can_update_metadata}
        return {"told": self._told, "texts": self._texts, "files": self._files, "others": others, "own": me}
