/** What a participant on the Node SDK does when it is told to, and what it tells when it is asked. */

import { ConnectionState, EncryptionType, RoomEvent, SimulateScenarioKind, TrackSource } from "@livekit/rtc-node";

const TEXT_TOPIC = "notes";
const FILE_TOPIC = "files";
const scenarios = {
  "signal-reconnect": SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT,
  migration: SimulateScenarioKind.SIMULATE_MIGRATION,
  "disconnect-signal-on-resume": SimulateScenarioKind.SIMULATE_DISCONNECT_SIGNAL_ON_RESUME,
  "full-reconnect": SimulateScenarioKind.SIMULATE_FULL_RECONNECT,
  "node-failure": SimulateScenarioKind.SIMULATE_NODE_FAILURE,
};

/** Each entry is an order; `publish` sends a microphone and a camera. */
export function actsOf(room, publish) {
  const told = [];
  const texts = {};
  const files = {};
  let happened = [];
  room.on(RoomEvent.DataReceived, (payload, _, __, topic) => {
    if (topic === "private") told.push(new TextDecoder().decode(payload));
  });
  for (const [event, word] of [
    [RoomEvent.Reconnecting, "reconnecting"],
    [RoomEvent.Reconnected, "reconnected"],
    [RoomEvent.Disconnected, "disconnected"],
  ]) {
    room.on(event, () => happened.push(word));
  }
  room.on(RoomEvent.Moved, () => happened.push(`moved ${room.name}`));
  room.registerTextStreamHandler(TEXT_TOPIC, async (reader, { identity }) => {
    const text = await reader.readAll();
    const sum = [...text].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
    texts[identity] = { length: [...text].length, sum };
  });
  room.registerByteStreamHandler(FILE_TOPIC, async (reader, { identity }) => {
    const bytes = Buffer.concat(await reader.readAll());
    files[identity] = { length: bytes.length, sum: bytes.reduce((sum, byte) => sum + byte, 0), name: reader.info.name };
  });
  const own = (source) => [...room.localParticipant.trackPublications.values()].find((own) => own.source === source);
  return {
    tell: (text, to) =>
      room.localParticipant.publishData(new TextEncoder().encode(text), {
        reliable: true,
        topic: "private",
        destination_identities: [to],
      }),
    write: async (text) => void (await room.localParticipant.sendText(text, { topic: TEXT_TOPIC })),
    send: async (name, length) => {
      const writer = await room.localParticipant.streamBytes({ name, topic: FILE_TOPIC, totalSize: length });
      await writer.write(Uint8Array.from({ length }, (_, at) => (at * 31) % 256));
      await writer.close();
    },
    call: (to) =>
      room.localParticipant.performRpc({ destinationIdentity: to, method: "wave", payload: "waves", responseTimeout: 20_000 }),
    attributes: (attributes) => room.localParticipant.setAttributes(attributes),
    publish,
    simulate: async (scenario) => {
      happened = [];
      await room.simulateScenario(scenarios[scenario]);
    },
    state: () => ({
      happened,
      state: room.connectionState === ConnectionState.CONN_CONNECTED ? "connected" : "not connected",
      name: room.name,
      metadata: room.metadata,
      sid: room.localParticipant.sid,
      attributes: room.localParticipant.attributes,
    }),
    view: () => {
      const others = {};
      for (const other of room.remoteParticipants.values()) {
        const tracks = [...other.trackPublications.values()];
        const sealed = tracks.every(({ encryptionType }) => encryptionType !== EncryptionType.NONE);
        const muted = tracks.find(({ source }) => source === TrackSource.SOURCE_MICROPHONE)?.muted;
        others[other.identity] = { muted, seat: other.attributes.seat, tracks: tracks.length, sealed };
      }
      return { told, texts, files, others, own: { muted: own(TrackSource.SOURCE_MICROPHONE)?.muted } };
    },
  };
}
