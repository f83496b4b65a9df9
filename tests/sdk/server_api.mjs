/** The stock server SDKs administer the running meeting: npm `livekit-server-sdk` and PyPI `livekit-api`. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AccessToken, DataPacket_Kind, RoomServiceClient, TrackSource } from "livekit-server-sdk";
import { key, room } from "./tokens.mjs";

/** Everything the node SDK can do with a meeting; `judge` hears what holds. `names` are inside. */
export async function administerFromNode(server, names, judge) {
  const service = new RoomServiceClient(server.url, key.id, key.secret);
  const refused = (call) => call.then(() => "nothing", (error) => `${error.status} ${error.code}`);

  const made = await service.createRoom({ name: "empty-meeting", emptyTimeout: 60, maxParticipants: 2, metadata: "m" });
  judge("node: a meeting is made", made.sid.startsWith("RM_") && made.metadata === "m" && made.maxParticipants === 2);
  const listed = (await service.listRooms()).map(({ name }) => name).sort();
  judge(`node: both meetings are listed: ${listed}`, listed.join() === ["empty-meeting", room].join());
  await service.deleteRoom("empty-meeting");
  judge("node: a deleted meeting is gone", (await refused(service.deleteRoom("empty-meeting"))) === "404 not_found");

  const inside = await service.listParticipants(room);
  judge("node: everybody is listed", inside.map(({ identity }) => identity).sort().join() === [...names].sort().join());
  const [first] = names;
  const someone = await service.getParticipant(room, first);
  const microphone = someone.tracks.find(({ source }) => source === TrackSource.MICROPHONE);
  judge("node: tracks have their sources", microphone !== undefined);
  const muted = await service.mutePublishedTrack(room, first, microphone.sid, true);
  judge("node: a microphone is muted", muted.muted);
  const unmuted = await refused(service.mutePublishedTrack(room, first, microphone.sid, false));
  judge(`node: nobody is unmuted from outside: ${unmuted}`, unmuted === "412 failed_precondition");

  const changed = await service.updateParticipant(room, first, {
    name: "Renamed",
    metadata: "note",
    attributes: { seat: "4" },
    permission: { canSubscribe: true, canPublish: true, canPublishData: true, canUpdateMetadata: true },
  });
  judge("node: name, metadata and attributes change", changed.name === "Renamed" && changed.attributes.seat === "4");
  judge("node: permissions change", changed.permission.canUpdateMetadata && changed.permission.canPublish);
  await service.updateSubscriptions(room, first, [microphone.sid], false);
  judge("node: metadata of the meeting", (await service.updateRoomMetadata(room, "agenda")).metadata === "agenda");
  await service.sendData(room, new TextEncoder().encode("from outside"), DataPacket_Kind.RELIABLE, { topic: "news" });

  const unknown = await refused(service.getParticipant(room, "nobody"));
  judge(`node: nobody is not found: ${unknown}`, unknown === "404 not_found");
  const stranger = new RoomServiceClient(server.url, key.id, "another-secret-that-is-long-enough!");
  const strange = await refused(stranger.listRooms());
  judge(`node: another secret is refused: ${strange}`, strange === "401 unauthenticated");
  const forwarded = await refused(service.forwardParticipant(room, "nobody", "elsewhere"));
  judge(`node: nobody is not forwarded: ${forwarded}`, forwarded === "404 not_found");
}

/** Calls participants, which answer by what their SDK makes of it; no stock server SDK has this call. */
export async function callParticipants(server, names, judge) {
  const token = new AccessToken(key.id, key.secret);
  token.addGrant({ roomAdmin: true, room });
  const headers = { authorization: `Bearer ${await token.toJwt()}`, "content-type": "application/json" };
  const call = async (destinationIdentity, method) => {
    const body = JSON.stringify({ room, destinationIdentity, method, payload: "waves", responseTimeoutMs: 10_000 });
    const url = `${server.url}/twirp/livekit.RoomService/PerformRpc`;
    const answer = await fetch(url, { method: "POST", headers, body });
    return `${answer.status} ${JSON.stringify(await answer.json())}`;
  };
  for (const name of names) {
    const answer = await call(name, "wave");
    judge(`${name} answers a call: ${answer}`, answer === '200 {"payload":"waves back"}');
  }
  const unknown = await call(names[0], "dance");
  judge(`what a client does not know it says: ${unknown}`, unknown.startsWith("409") && unknown.includes("aborted"));
}

/** The same from Python, as far as it speaks another format; one line for each fact. */
export async function administerFromPython(server, someone, judge) {
  const words = ["clients/server_api.py", server.url, key.id, key.secret, room, someone];
  const { stdout } = await promisify(execFile)(".venv/bin/python", words);
  for (const line of stdout.trim().split("\n")) judge(`python: ${line}`, line.startsWith("ok "));
}

/** Removes somebody; the token that let it in is over. */
export async function remove(server, identity, judge) {
  const token = new AccessToken(key.id, key.secret, { identity, ttl: "5m" });
  token.addGrant({ roomJoin: true, room });
  const held = await token.toJwt();
  await new RoomServiceClient(server.url, key.id, key.secret).removeParticipant(room, identity);
  const answer = await fetch(`${server.url}/rtc/v1/validate?access_token=${held}`);
  judge(`node: the token of who was removed is over: ${answer.status}`, answer.status === 403);
}
