import { EventEmitter } from "node:events";
import { ConnectionState, DisconnectReason, type Room, RoomEvent } from "livekit-client";
import { expect, test, vi } from "vitest";
import type { Admitted } from "../api/contract";
import type { Choices } from "../lobby/choices";
import type { Ending } from "../lobby/visit";
import { Machine } from "./machine";
import { PreferenceStore } from "./preferences";
import { MeetingStore } from "./store";

const admitted = { state: "admitted", url: "wss://meet.example.org", token: "t", identity: "me", role: "participant", meeting_id: "m1", title: "Haushalt", expires_at: "2026-11-24T09:00:00Z" } as Admitted;
const choices: Choices = { microphone: false, camera: false, microphoneId: "", cameraId: "", speakerId: "", name: "" };

const noShelf = { getItem: () => null, setItem: () => undefined };

/** The client's room, as far as the store touches it. */
class FakeRoom extends EventEmitter {
  remoteParticipants = new Map<string, unknown>();
  canPlaybackAudio = true;
  textHandler: ((reader: unknown, from: { identity: string }) => void) | undefined;
  localParticipant = { identity: "me", name: "Ich", attributes: {}, isSpeaking: false, isMicrophoneEnabled: false, isScreenShareEnabled: false, getTrackPublication: () => undefined, setScreenShareEnabled: vi.fn(), setMicrophoneEnabled: vi.fn((_on: boolean) => Promise.resolve()), sendText: vi.fn(), publishData: vi.fn((_words: Uint8Array, _options: object) => Promise.resolve()) };
  connect = vi.fn(() => Promise.resolve());
  disconnect = vi.fn(() => Promise.resolve());
  getActiveDevice = () => "default";
  registerTextStreamHandler(_topic: string, handler: typeof this.textHandler) {
    this.textHandler = handler;
  }
}

function meeting() {
  const room = new FakeRoom();
  const endings: Ending[] = [];
  const store = new MeetingStore({ admitted, choices, agreed: [], onEnded: (ending) => endings.push(ending), tell: () => undefined, preferences: new PreferenceStore(noShelf), machine: new Machine(noShelf, () => 0), room: room as unknown as Room });
  return { room, store, endings };
}

const failure = (name: string) => Object.assign(new Error(name), { name });

test("a connection that cannot be made ends the visit and switches the devices off", async () => {
  const { room, store, endings } = meeting();
  room.connect.mockRejectedValue(new Error("no way"));
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("unreachable")));
  const camera = { stop: vi.fn() };
  await store.enter({ camera: camera as unknown as MediaStreamTrack });
  expect(endings).toEqual([{ kind: "failed", title: "Haushalt" }]);
  expect(camera.stop).toHaveBeenCalledOnce();
});

test("a server with too much to do is told from a line that does not carry", async () => {
  const asked: { address: string; authorization: string }[] = [];
  const answers = [503, 401, 400, 400];
  vi.stubGlobal("fetch", (address: URL, { headers }: { headers: { authorization: string } }) => {
    asked.push({ address: address.href, authorization: headers.authorization });
    const status = answers[asked.length - 1]!;
    return Promise.resolve({ status, ok: status === 200 });
  });
  // Where signalling works and the token is good, it is media that does not get through.
  for (const [kind, signalled] of [["busy", true], ["failed", true], ["failed", false], ["blocked", true]] as const) {
    const { room, store, endings } = meeting();
    room.connect.mockImplementation(() => {
      if (signalled) room.emit(RoomEvent.SignalConnected);
      return Promise.reject(new Error("no way"));
    });
    await store.enter({});
    expect(endings).toEqual([{ kind, title: "Haushalt" }]);
  }
  expect(asked[0]).toEqual({ address: "https://meet.example.org/rtc/v1/validate", authorization: "Bearer t" });
});

test("somebody who is removed hears so, once", async () => {
  const { room, store, endings } = meeting();
  await store.enter({});
  room.emit(RoomEvent.Disconnected, DisconnectReason.PARTICIPANT_REMOVED);
  room.emit(RoomEvent.Disconnected, DisconnectReason.SIGNAL_CLOSE);
  expect(endings).toEqual([{ kind: "removed", title: "Haushalt" }]);
});

test("the line is shown as broken when the client or the browser says so, and as whole when both do", async () => {
  const room = new FakeRoom();
  const network = Object.assign(new EventTarget(), { navigator: { onLine: true } });
  const store = new MeetingStore({ admitted, choices, agreed: [], onEnded: () => undefined, tell: () => undefined, preferences: new PreferenceStore(noShelf), machine: new Machine(noShelf, () => 0), room: room as unknown as Room, network });
  const goes = (onLine: boolean) => {
    network.navigator.onLine = onLine;
    network.dispatchEvent(new Event(onLine ? "online" : "offline"));
    return store.snapshot().connection;
  };
  const says = (state: ConnectionState) => {
    room.emit(RoomEvent.ConnectionStateChanged, state);
    return store.snapshot().connection;
  };
  expect(says(ConnectionState.Connecting)).toBe("connecting");
  expect(goes(false), "nobody is inside yet").toBe("connecting");
  goes(true);
  room.connect.mockImplementation(async () => void says(ConnectionState.Connected));
  await store.enter({});
  expect(goes(false)).toBe("reconnecting");
  expect(says(ConnectionState.SignalReconnecting)).toBe("reconnecting");
  expect(goes(true)).toBe("reconnecting");
  expect(says(ConnectionState.Connected)).toBe("connected");
  await store.leave();
});

test("leaving by oneself is no surprise", async () => {
  const { room, store, endings } = meeting();
  await store.enter({});
  await store.leave();
  room.emit(RoomEvent.Disconnected, DisconnectReason.CLIENT_INITIATED);
  expect(endings).toEqual([]);
});

test("a message shows the sender's name and comes once", async () => {
  const { room, store } = meeting();
  await store.enter({});
  room.remoteParticipants.set("p2", { name: "Ayşe Demir" });
  const reader = { info: { id: "s1", timestamp: 5 }, readAll: () => Promise.resolve("Guten Morgen") };
  room.textHandler?.(reader, { identity: "p2" });
  room.textHandler?.(reader, { identity: "p2" });
  await vi.waitFor(() => expect(store.snapshot().messages).toEqual([{ id: "s1", at: 5, name: "Ayşe Demir", own: false, text: "Guten Morgen" }]));
  await store.leave();
});

test("what is written to one person goes to that person alone, and both see that", async () => {
  const { room, store } = meeting();
  await store.enter({});
  room.localParticipant.sendText.mockResolvedValueOnce({ id: "s1", timestamp: 5 }).mockResolvedValueOnce({ id: "s2", timestamp: 6 });
  await store.say("Unter uns", { identity: "p2", name: "Ayşe Demir" });
  expect(room.localParticipant.sendText).toHaveBeenCalledWith("Unter uns", { topic: "lk.chat", destinationIdentities: ["p2"], attributes: { only_to: "p2" } });
  await store.say("An alle");
  expect(room.localParticipant.sendText).toHaveBeenLastCalledWith("An alle", { topic: "lk.chat" });
  expect(store.snapshot().messages).toEqual([
    { id: "s1", at: 5, name: "Ich", own: true, text: "Unter uns", onlyTo: "Ayşe Demir" },
    { id: "s2", at: 6, name: "Ich", own: true, text: "An alle" },
  ]);
  room.remoteParticipants.set("p2", { name: "Ayşe Demir" });
  room.textHandler?.({ info: { id: "s3", timestamp: 7, attributes: { only_to: "me" } }, readAll: () => Promise.resolve("Gut") }, { identity: "p2" });
  await vi.waitFor(() => expect(store.snapshot().messages.at(-1)).toMatchObject({ text: "Gut", own: false, onlyTo: "Ich" }));
  await store.leave();
});

test("closing the browser's picker is no fault, a broken microphone is", async () => {
  const { room, store } = meeting();
  await store.enter({});
  room.localParticipant.setScreenShareEnabled.mockRejectedValue(failure("NotAllowedError"));
  await store.toggleScreen();
  expect(store.snapshot().trouble).toBeUndefined();
  room.localParticipant.setMicrophoneEnabled.mockRejectedValue(failure("NotReadableError"));
  await store.toggleMicrophone();
  expect(store.snapshot().trouble).toEqual({ control: "microphone", fault: "busy" });
});

test("listeners hear of changes until they stop listening", async () => {
  const { store } = meeting();
  const listener = vi.fn();
  const stop = store.subscribe(listener);
  await store.enter({});
  expect(listener).toHaveBeenCalled();
  stop();
  listener.mockClear();
  store.forgetTrouble();
  expect(listener).not.toHaveBeenCalled();
});

/** A microphone that takes a moment to switch, as real ones do. */
function slowMicrophone(room: FakeRoom) {
  const waiting: (() => void)[] = [];
  room.localParticipant.setMicrophoneEnabled.mockImplementation((on: boolean) => new Promise((done) => waiting.push(() => ((room.localParticipant.isMicrophoneEnabled = on), done()))));
  return () => waiting.shift()?.();
}

test("a key released before the microphone is on still mutes it", async () => {
  const { room, store } = meeting();
  await store.enter({});
  const next = slowMicrophone(room);
  store.holdToTalk(true);
  store.holdToTalk(false);
  next();
  await vi.waitFor(() => expect(room.localParticipant.setMicrophoneEnabled).toHaveBeenLastCalledWith(false));
  next();
  await vi.waitFor(() => expect(room.localParticipant.isMicrophoneEnabled).toBe(false));
  expect(store.snapshot().talking).toBe(false);
});

test("holding the key with an open microphone does not mute it at the end", async () => {
  const { room, store } = meeting();
  await store.enter({});
  room.localParticipant.isMicrophoneEnabled = true;
  store.holdToTalk(true);
  store.holdToTalk(false);
  expect(room.localParticipant.setMicrophoneEnabled).not.toHaveBeenCalled();
});

test("a microphone that cannot be opened ends the talk and says why", async () => {
  const { room, store } = meeting();
  await store.enter({});
  room.localParticipant.setMicrophoneEnabled.mockRejectedValue(failure("NotAllowedError"));
  store.holdToTalk(true);
  await vi.waitFor(() => expect(store.snapshot().trouble).toEqual({ control: "microphone", fault: "denied" }));
  expect(store.snapshot().talking).toBe(false);
});

test("a second press while the first is at work is not lost, a third takes the second back", async () => {
  const { room, store } = meeting();
  await store.enter({});
  const next = slowMicrophone(room);
  const first = store.toggleMicrophone();
  void store.toggleMicrophone();
  next();
  await vi.waitFor(() => expect(room.localParticipant.setMicrophoneEnabled).toHaveBeenCalledTimes(2));
  next();
  await first;
  expect(room.localParticipant.isMicrophoneEnabled).toBe(false);
  const second = store.toggleMicrophone();
  void store.toggleMicrophone();
  void store.toggleMicrophone();
  next();
  await second;
  expect(room.localParticipant.setMicrophoneEnabled).toHaveBeenCalledTimes(3);
  expect(room.localParticipant.isMicrophoneEnabled).toBe(true);
});

test("a break counts down, is over by itself, and ends when the moderation says so", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-24T09:30:00Z") });
  const { room, store } = meeting();
  await store.enter({});
  const said = (until: string) => JSON.stringify({ break: { from: "2026-11-24T09:30:00Z", until } });
  room.emit(RoomEvent.RoomMetadataChanged, said("2026-11-24T09:35:00Z"));
  expect(store.snapshot().pause).toEqual({ until: Date.parse("2026-11-24T09:35:00Z") });
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect(store.snapshot()).toMatchObject({ notice: undefined, pause: {} });
  vi.advanceTimersByTime(1);
  expect(store.snapshot()).toMatchObject({ notice: "break_over", pause: undefined });
  store.forgetNotice();
  room.emit(RoomEvent.RoomMetadataChanged, said("2026-11-24T09:40:00Z"));
  room.emit(RoomEvent.RoomMetadataChanged, "");
  expect(store.snapshot()).toMatchObject({ notice: "break_over", pause: undefined });
  store.forgetNotice();
  vi.advanceTimersByTime(60 * 60_000);
  expect(store.snapshot().notice).toBeUndefined();
  vi.useRealTimers();
});

const packed = (said: object) => new TextEncoder().encode(JSON.stringify(said));
const question = (change: object = {}) => packed({ event: "poll", poll: 1, question: "Beschluss 7?", options: ["Ja", "Nein"], opened_at: "2026-11-24T08:00:00Z", voted: 0, entitled: 2, may_vote: true, has_voted: false, ...change });
const asked = (room: FakeRoom) => room.localParticipant.publishData.mock.calls.map(([words, options]) => ({ ...(JSON.parse(new TextDecoder().decode(words)) as object), ...options }));

test("polls and groups are asked for when coming in and coming back, and only the server answers", async () => {
  const { room, store } = meeting();
  await store.enter({});
  const asks = ["polls", "groups"].map((ask) => ({ ask, topic: "rennsteig", reliable: true }));
  expect(asked(room)).toEqual(asks);
  room.emit(RoomEvent.Reconnected);
  expect(asked(room)).toEqual([...asks, ...asks]);
  const groups = packed({ event: "groups", open: true, titles: ["Haushalt", "Personal"], opened_at: "2026-11-24T08:00:00Z", place: 2, own: 2 });
  room.emit(RoomEvent.DataReceived, groups, { identity: "mallory" }, 0, "rennsteig");
  expect(store.snapshot().groups.open).toBeUndefined();
  room.emit(RoomEvent.DataReceived, groups, undefined, 0, "rennsteig");
  expect(store.snapshot().groups.open?.place).toBe(2);
  room.emit(RoomEvent.DataReceived, question(), { identity: "mallory" }, 0, "rennsteig");
  expect(store.snapshot().polls.all).toEqual([]);
  room.emit(RoomEvent.DataReceived, question(), undefined, 0, "rennsteig");
  expect([store.snapshot().polls.all.length, store.snapshot().notice]).toEqual([1, "poll_open"]);
});

test("steps between groups are asked of the server; one that cannot be sent is told until it is closed", async () => {
  const { room, store } = meeting();
  await store.enter({});
  await store.enterGroup(2);
  await store.callForHelp();
  await store.leaveGroup();
  expect(asked(room).slice(-3)).toMatchObject([{ ask: "enter_group", group: 2 }, { ask: "group_help" }, { ask: "leave_group" }]);
  room.localParticipant.publishData.mockRejectedValueOnce(new Error("away"));
  await store.leaveGroup();
  expect(store.snapshot().groups.note).toEqual({ what: "not_sent" });
  store.forgetGroupNote();
  expect(store.snapshot().groups.note).toBeUndefined();
});

test("a vote that is not confirmed is asked for; one that cannot be sent is told", async () => {
  vi.useFakeTimers();
  const { room, store } = meeting();
  await store.enter({});
  const hear = (said: Uint8Array) => room.emit(RoomEvent.DataReceived, said, undefined, 0, "rennsteig");
  hear(question());
  room.localParticipant.publishData.mockRejectedValueOnce(new Error("away"));
  await expect(store.vote(1, 0)).rejects.toThrow();
  expect(store.snapshot().polls.sending).toBeUndefined();
  await store.vote(1, 1);
  expect([asked(room).at(-1), store.snapshot().polls.sending]).toEqual([{ ask: "vote", poll: 1, choice: 1, topic: "rennsteig", reliable: true }, 1]);
  vi.advanceTimersByTime(5_000);
  expect(asked(room).at(-1)).toMatchObject({ ask: "polls" });
  hear(question({ has_voted: true, may_vote: false, voted: 1 }));
  expect([store.snapshot().polls.sending, store.snapshot().notice], "voted: nothing is left to be asked").toEqual([undefined, undefined]);
  hear(question({ may_vote: false, closed_at: "2026-11-24T08:05:00Z", sums: [0, 1] }));
  expect(store.snapshot().notice).toBe("poll_closed");
  vi.useRealTimers();
});

test("whoever is heard with gaps is told why, and can make it lighter", async () => {
  vi.useFakeTimers();
  const { room, store } = meeting();
  const sent = { packetsSent: 0, packetsLost: 0 };
  const device = { getProcessor: () => undefined, getSourceTrackSettings: () => ({}), constraints: {}, mediaStreamTrack: { readyState: "ended", label: "" } };
  const camera = { ...device, isMuted: false, getSenderStats: () => Promise.resolve([{ qualityLimitationReason: "none" }]) };
  const microphone = { ...device, getSenderStats: () => Promise.resolve({ ...sent }) };
  await store.enter({});
  const publications: Record<string, object> = { microphone: { audioTrack: microphone, track: microphone }, camera: { videoTrack: camera, track: camera } };
  Object.assign(room.localParticipant, { getTrackPublication: (source: string) => publications[source] });
  for (let look = 0; look < 4; look++) {
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.snapshot().hint, `after look ${look}`).toBe(look < 2 ? undefined : "uplink");
    sent.packetsSent += 250;
    sent.packetsLost += 50;
  }
  store.forgetHint();
  camera.getSenderStats = () => Promise.resolve([{ qualityLimitationReason: "cpu" }]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(store.snapshot().hint).toBe("slow");
  store.goEasy();
  expect([store.snapshot().hint, store.preferences.snapshot().send, store.preferences.snapshot().receive]).toEqual([undefined, "small", "small"]);
  await store.leave();
  vi.useRealTimers();
});

test("a role that changes is told, changes what may be done, and the waiting room follows it", async () => {
  const asked: AbortSignal[] = [];
  vi.stubGlobal("fetch", (_: unknown, { signal }: { signal: AbortSignal }) => (asked.push(signal), new Promise(() => {})));
  const { room, store } = meeting();
  await store.enter({});
  const become = (attributes: Record<string, string>) => {
    room.localParticipant.attributes = attributes;
    room.emit(RoomEvent.ParticipantAttributesChanged, { role: attributes.role, part: attributes.part ?? "" }, room.localParticipant);
  };
  expect([store.moderates, store.maySend, store.snapshot().notice]).toEqual([false, true, undefined]);
  become({ role: "moderator" });
  expect([store.moderates, store.snapshot().notice, asked.length]).toEqual([true, "role_moderator", 1]);
  become({ role: "participant", part: "listener" });
  expect([store.moderates, store.maySend, store.snapshot().notice]).toEqual([false, false, "role_listener"]);
  expect(asked[0]?.aborted).toBe(true);
  store.forgetNotice();
  await store.toggleMicrophone();
  store.holdToTalk(true);
  expect(room.localParticipant.setMicrophoneEnabled).not.toHaveBeenCalled();
  expect(store.snapshot().notice).toBe("role_listener");
  become({ role: "participant" });
  expect([store.maySend, store.snapshot().notice]).toEqual([true, "role_participant"]);
});

test("rules and turns are read from the metadata; what they do not allow is not tried", async () => {
  const { room, store } = meeting();
  const say = (board: object) => Object.assign(room, { metadata: JSON.stringify(board) });
  say({ rules: { only_presenters_share: true, moderated_microphones: true, turn_minutes: 2 } });
  const microphone = { stop: vi.fn() };
  await store.enter({ microphone: microphone as unknown as MediaStreamTrack });
  expect(microphone.stop, "what was open in the lobby is closed").toHaveBeenCalledOnce();
  expect(store.snapshot().notice).toBe("not_called");
  await store.toggleMicrophone();
  expect(room.localParticipant.setMicrophoneEnabled).not.toHaveBeenCalled();
  await store.toggleScreen();
  expect(store.snapshot().notice).toBe("only_presenters_share");
  expect(room.localParticipant.setScreenShareEnabled).not.toHaveBeenCalled();

  const at = new Date();
  const turn = { identity: "me", from: at.toISOString(), until: new Date(at.getTime() + 120_000).toISOString() };
  say({ rules: { moderated_microphones: true }, turn });
  room.emit(RoomEvent.RoomMetadataChanged, "");
  expect(store.snapshot().turn?.identity).toBe("me");
  expect(store.whyNot("microphone")).toBeUndefined();
  await store.toggleMicrophone();
  expect(room.localParticipant.setMicrophoneEnabled).toHaveBeenCalledWith(true);
  Object.assign(room.localParticipant, { attributes: { group: "1" } });
  say({ rules: { moderated_microphones: true, only_presenters_share: true } });
  room.emit(RoomEvent.RoomMetadataChanged, "");
  expect([store.whyNot("microphone"), store.whyNot("screen")], "groups work as they like").toEqual([undefined, undefined]);
});

/** A recording or captions, as the server tells of them. */
function captured(room: FakeRoom, captures: object | undefined) {
  Object.assign(room, { metadata: captures && JSON.stringify({ captures }), isRecording: captures !== undefined && "recorded_by" in captures });
  room.emit(RoomEvent.RoomMetadataChanged, (room as unknown as { metadata?: string }).metadata);
}

test("when a recording begins one is silent until one agrees, and nothing switches itself on", async () => {
  const { room, store } = meeting();
  await store.enter({});
  Object.assign(room.localParticipant, { isMicrophoneEnabled: true, isScreenShareEnabled: true });
  captured(room, { recorded_by: ["A"], captioned_by: [] });
  expect(room.localParticipant.setMicrophoneEnabled).toHaveBeenLastCalledWith(false);
  expect(room.localParticipant.setScreenShareEnabled).toHaveBeenLastCalledWith(false);
  Object.assign(room.localParticipant, { isMicrophoneEnabled: false, isScreenShareEnabled: false });
  room.localParticipant.setMicrophoneEnabled.mockClear();
  void store.toggleMicrophone();
  store.holdToTalk(true);
  expect(room.localParticipant.setMicrophoneEnabled).not.toHaveBeenCalled();
  expect(store.snapshot()).toMatchObject({ notice: "consent_first", talking: false });
  store.agree();
  expect(store.snapshot()).toMatchObject({ notice: undefined, agreeing: { agreed: ["recording"] } });
  expect(room.localParticipant.setMicrophoneEnabled, "switching on is the person's own act").not.toHaveBeenCalled();
  await store.toggleMicrophone();
  expect(room.localParticipant.setMicrophoneEnabled).toHaveBeenLastCalledWith(true);
  captured(room, undefined);
  expect(store.snapshot().notice).toBe("capture_over");
});

test("what was open in the lobby is closed where one has still to agree", async () => {
  const { room, store } = meeting();
  Object.assign(room, { isRecording: true });
  const microphone = { stop: vi.fn() };
  await store.enter({ microphone: microphone as unknown as MediaStreamTrack });
  expect(microphone.stop).toHaveBeenCalledOnce();
  expect(store.snapshot().notice).toBeUndefined();
  expect(store.whyNot("microphone")).toBe("consent_first");
});
