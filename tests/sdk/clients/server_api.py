"""Administers a meeting with the stock Python server SDK: `server_api.py URL KEY SECRET ROOM IDENTITY`.

Prints a line for each fact: `ok …` or `wrong …`.
"""

import asyncio
import sys

from livekit import api


def judge(what: str, holds: bool) -> None:
    print(("ok " if holds else "wrong ") + what)


async def main(url: str, key: str, secret: str, room: str, someone: str) -> None:
    async with api.LiveKitAPI(url, key, secret) as server:
        made = await server.room.create_room(api.CreateRoomRequest(name="python-meeting", empty_timeout=60))
        judge("a meeting is made", made.sid.startswith("RM_") and made.empty_timeout == 60)
        listed = await server.room.list_rooms(api.ListRoomsRequest(names=[room]))
        judge("meetings are listed by name", [one.name for one in listed.rooms] == [room])
        await server.room.delete_room(api.DeleteRoomRequest(room="python-meeting"))
        inside = await server.room.list_participants(api.ListParticipantsRequest(room=room))
        judge("participants are listed", someone in [one.identity for one in inside.participants])
        changed = await server.room.update_participant(
            api.UpdateParticipantRequest(room=room, identity=someone, attributes={"seat": "5"})
        )
        judge("attributes change", changed.attributes["seat"] == "5")
        video = [track for track in changed.tracks if track.type == api.TrackType.VIDEO][0]
        muted = await server.room.mute_published_track(
            api.MuteRoomTrackRequest(room=room, identity=someone, track_sid=video.sid, muted=True)
        )
        judge("a camera is muted", muted.track.muted)
        await server.room.send_data(
            api.SendDataRequest(room=room, data=b"from outside", destination_identities=[someone], topic="news")
        )
        try:
            await server.room.get_participant(api.RoomParticipantIdentity(room=room, identity="nobody"))
            judge("nobody is not found", False)
        except api.TwirpError as error:
            judge("nobody is not found", error.code == "not_found")
        try:
            await server.egress.list_egress(api.ListEgressRequest())
            judge("services that are not served say so", False)
        except api.TwirpError as error:
            judge("services that are not served say so", error.code == "unimplemented")


asyncio.run(main(*sys.argv[1:]))
