// A participant on the unmodified browser SDK. The test calls `enter` and asks `seen`.

// `older`: one connection for what is sent, another for what is received. `publishes=vp9`: pictures in that codec, and in
// VP8 for those who need it. `reads=vp8`: a browser that can read nothing else. `sealed`: nobody on the way can read it.
// `via=5000`: media goes to that port instead of the server's. `steady`: sound goes on in silence.
const wish = new URLSearchParams(location.search);
if (wish.has("via")) {
  const take = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    const led = sdp.replace(/^(a=candidate:(?:\S+ ){5})\d+/gm, `$1${wish.get("via")}`);
    return take.call(this, { type, sdp: led });
  };
}
if (wish.has("reads")) {
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (kind, init) {
    const transceiver = add.call(this, kind, init);
    const wanted = [`video/${wish.get("reads")}`, "video/rtx"];
    const codecs = RTCRtpReceiver.getCapabilities("video").codecs.filter(({ mimeType }) => wanted.includes(mimeType.toLowerCase()));
    if (kind === "video") transceiver.setCodecPreferences(codecs);
    return transceiver;
  };
}
const keyProvider = wish.has("sealed") ? new LivekitClient.ExternalE2EEKeyProvider() : undefined;
const room = new LivekitClient.Room({
  singlePeerConnection: !wish.has("older"),
  encryption: keyProvider && { keyProvider, worker: new Worker("/livekit-client.e2ee.worker.js") },
  publishDefaults: {
    ...(wish.has("publishes") && { videoCodec: wish.get("publishes"), backupCodec: { codec: "vp8" } }),
    ...(wish.has("steady") && { dtx: false }),
  },
  videoCaptureDefaults: { resolution: LivekitClient.VideoPresets.h360.resolution },
});
const read = {};
let left = [];

const told = [];
room.on(LivekitClient.RoomEvent.DataReceived, (payload, participant, kind, topic) => {
  if (topic === "private") return void told.push(new TextDecoder().decode(payload));
  const way = kind === LivekitClient.DataPacket_Kind.RELIABLE ? "reliable" : "lossy";
  const from = participant?.identity ?? "nobody";
  (read[from] ??= {})[way] = new TextDecoder().decode(payload);
});
room.on(LivekitClient.RoomEvent.ParticipantDisconnected, (participant) => left.push(participant.identity));

const TEXT_TOPIC = "notes";
const FILE_TOPIC = "files";
const texts = {};
const files = {};
room.registerTextStreamHandler(TEXT_TOPIC, async (reader, { identity }) => {
  const letters = [...(await reader.readAll())];
  texts[identity] = { length: letters.length, sum: letters.reduce((sum, letter) => sum + letter.codePointAt(0), 0) };
});
room.registerByteStreamHandler(FILE_TOPIC, async (reader, { identity }) => {
  const bytes = (await reader.readAll()).flatMap((chunk) => [...chunk]);
  files[identity] = { length: bytes.length, sum: bytes.reduce((sum, byte) => sum + byte, 0), name: reader.info.name };
});

let happened = [];
for (const [event, word] of [
  [LivekitClient.RoomEvent.SignalReconnecting, "resuming"],
  [LivekitClient.RoomEvent.Reconnecting, "reconnecting"],
  [LivekitClient.RoomEvent.Reconnected, "reconnected"],
  [LivekitClient.RoomEvent.Disconnected, "disconnected"],
]) {
  room.on(event, () => happened.push(word));
}

room.on(LivekitClient.RoomEvent.Moved, (name) => happened.push(`moved ${name}`));

room.registerRpcMethod("wave", async ({ payload }) => `${payload} back`);

window.simulate = async (scenario) => {
  happened = [];
  await room.simulateScenario(scenario);
};

window.state = () => {
  const { sid, attributes } = room.localParticipant;
  return { happened, state: room.state, name: room.name, metadata: room.metadata, sid, attributes };
};

const camera = (from) => room.remoteParticipants.get(from).getTrackPublication(LivekitClient.Track.Source.Camera);

window.act = {
  tell: (text, to) => {
    const options = { reliable: true, topic: "private", destinationIdentities: [to] };
    return room.localParticipant.publishData(new TextEncoder().encode(text), options);
  },
  write: async (text) => void (await room.localParticipant.sendText(text, { topic: TEXT_TOPIC })),
  send: async (name, length) => {
    const writer = await room.localParticipant.streamBytes({ name, topic: FILE_TOPIC, totalSize: length });
    await writer.write(Uint8Array.from({ length }, (_, at) => (at * 31) % 256));
    await writer.close();
  },
  call: (to) =>
    room.localParticipant.performRpc({ destinationIdentity: to, method: "wave", payload: "waves", responseTimeout: 20_000 }),
  microphone: async (on) => void (await room.localParticipant.setMicrophoneEnabled(on)),
  attributes: (attributes) => room.localParticipant.setAttributes(attributes),
  smaller: (from) => void camera(from).setVideoQuality(LivekitClient.VideoQuality.LOW),
  larger: (from) => void camera(from).setVideoQuality(LivekitClient.VideoQuality.HIGH),
  publish: () => room.localParticipant.enableCameraAndMicrophone(),
};

/** The kind of way the media goes: `host`, `relay`. */
async function way() {
  for (const { track } of received()) {
    const reports = await track.getRTCStatsReport();
    const pairs = [...(reports?.values() ?? [])].filter(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
    for (const pair of pairs) return reports.get(pair.localCandidateId)?.candidateType;
  }
  return undefined;
}

window.view = async () => {
  const muted = (who) => who.getTrackPublication(LivekitClient.Track.Source.Microphone)?.isMuted;
  const others = {};
  for (const other of room.remoteParticipants.values()) {
    const tracks = [...other.trackPublications.values()];
    const sealed = tracks.every(({ isEncrypted }) => isEncrypted);
    others[other.identity] = { muted: muted(other), seat: other.attributes.seat, tracks: tracks.length, sealed };
  }
  const { permissions } = room.localParticipant;
  const own = { muted: muted(room.localParticipant), mayPublish: permissions?.canPublish, mayUpdate: permissions?.canUpdateMetadata };
  return { told, texts, files, others, own, way: wish.has("relayed") ? await way() : undefined };
};

window.enter = async (url, token) => {
  if (keyProvider) {
    await keyProvider.setKey("known to those inside");
    await room.setE2EEEnabled(true);
  }
  await room.connect(url, token, wish.has("relayed") ? { rtcConfig: { iceTransportPolicy: "relay" } } : {});
  await room.localParticipant.enableCameraAndMicrophone();
  const greeting = new TextEncoder().encode(`from ${room.localParticipant.identity}`);
  setInterval(() => {
    for (const reliable of [true, false]) room.localParticipant.publishData(greeting, { reliable });
  }, 500);
};

/** Every track that is received now. The room is asked: while it reconnects the SDK may keep an event to itself. */
function received() {
  const of = (participant) =>
    [...participant.trackPublications.values()].filter(({ track }) => track).map(({ track }) => ({ track, from: participant.identity }));
  const tracks = [...room.remoteParticipants.values()].flatMap(of);
  for (const { track } of tracks) if (track.attachedElements.length === 0) document.body.append(track.attach());
  return tracks;
}

window.seen = async () => {
  const seen = {};
  for (const [from, ways] of Object.entries(read)) seen[from] = { reliable: ways.reliable, lossy: ways.lossy };
  for (const { track, from } of received()) {
    const entry = (seen[from] ??= {});
    for (const report of (await track.getRTCStatsReport())?.values() ?? []) {
      if (report.type !== "inbound-rtp") continue;
      if (track.kind === "video") {
        entry.frames = report.framesDecoded ?? 0;
        entry.codec = (await track.getRTCStatsReport()).get(report.codecId)?.mimeType;
        entry.size = `${report.frameWidth}x${report.frameHeight}`;
        entry.frozen = report.totalFreezesDuration;
      } else {
        entry.packets = report.packetsReceived;
        entry.energy = report.totalAudioEnergy;
        entry.bytes = report.bytesReceived;
        // Samples played, and those of them made up.
        entry.samples = report.totalSamplesReceived;
        entry.concealed = report.concealedSamples;
      }
    }
  }
  return { seen, left };
};

/** What is sent of the microphone. */
window.spoken = async () => {
  const { track } = room.localParticipant.getTrackPublication(LivekitClient.Track.Source.Microphone);
  const reports = [...((await track.getRTCStatsReport())?.values() ?? [])];
  const { bytesSent, packetsSent } = reports.find(({ type }) => type === "outbound-rtp") ?? {};
  return { bytes: bytesSent, packets: packetsSent };
};

window.leave = () => room.disconnect();
