import { ConnectionState, type LocalTrack, LocalAudioTrack, LocalVideoTrack, type RemoteAudioTrack, type RemoteParticipant, Room, RoomEvent, Track, setLogLevel } from "livekit-client";
import type { Admitted, WaitingPerson } from "../api/contract";
import { listen } from "../api/events";
import type { Choices } from "../lobby/choices";
import { type DeviceFault, faultOf } from "../lobby/faults";
import type { Ending } from "../lobby/visit";
import { waitingListOf } from "../waiting/waiting";
import { type Message, chatTopic, withMessage } from "./chat";
import { endingOf } from "./ending";
import { Newsroom, type Sentence } from "./news";
import { type PersonView, handAttribute, peopleOf, soundsOf } from "./people";

setLogLevel("error"); // Its chatter names people.

export type Connection = "connecting" | "connected" | "reconnecting";
export type Control = "microphone" | "camera" | "screen" | "hand";
export type Trouble = { control: Control; fault: DeviceFault };

export type MeetingState = {
  connection: Connection;
  since: number | undefined;
  people: PersonView[];
  sounds: RemoteAudioTrack[];
  mayPlay: boolean;
  messages: Message[];
  waiting: WaitingPerson[];
  busy: Partial<Record<Control, boolean>>;
  trouble: Trouble | undefined;
};

type Parts = {
  admitted: Admitted;
  choices: Choices;
  onEnded: (ending: Ending) => void;
  tell: (sentences: Sentence[]) => void;
  /** Replaced in tests. */
  room?: Room;
};

/** The running meeting: everything the pages show, and everything they can do. Knows no DOM. */
export class MeetingStore {
  readonly room: Room;
  private state: MeetingState = { connection: "connecting", since: undefined, people: [], sounds: [], mayPlay: true, messages: [], waiting: [], busy: {}, trouble: undefined };
  private readonly listeners = new Set<() => void>();
  private readonly newsroom: Newsroom;
  private readonly stop = new AbortController();
  private stale = false;

  constructor(private readonly parts: Parts) {
    this.room = parts.room ?? new Room({ adaptiveStream: true, dynacast: true, audioCaptureDefaults: { deviceId: ideal(parts.choices.microphoneId) }, videoCaptureDefaults: { deviceId: ideal(parts.choices.cameraId) } });
    this.newsroom = new Newsroom(parts.tell);
    this.watch();
  }

  readonly snapshot = () => this.state;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  get moderates() {
    return this.parts.admitted.role === "moderator";
  }

  /** Connects, and publishes the devices that were open in the lobby. */
  async enter(tracks: { microphone?: MediaStreamTrack; camera?: MediaStreamTrack }) {
    const { admitted, choices, onEnded } = this.parts;
    try {
      await this.room.connect(admitted.url, admitted.token);
    } catch {
      tracks.microphone?.stop();
      tracks.camera?.stop();
      if (!this.stop.signal.aborted) onEnded({ kind: "failed", title: admitted.title });
      this.close();
      return;
    }
    this.set({ connection: "connected", since: Date.now() });
    if (choices.speakerId) await this.room.switchActiveDevice("audiooutput", choices.speakerId).catch(() => false);
    await Promise.all([
      tracks.microphone && this.hand(new LocalAudioTrack(tracks.microphone, undefined, false), Track.Source.Microphone, "microphone"),
      tracks.camera && this.hand(new LocalVideoTrack(tracks.camera, undefined, false), Track.Source.Camera, "camera"),
    ]);
    if (this.moderates) this.watchWaiting();
  }

  toggleMicrophone = () => this.attempt("microphone", () => this.room.localParticipant.setMicrophoneEnabled(!this.room.localParticipant.isMicrophoneEnabled));
  toggleCamera = () => this.attempt("camera", () => this.room.localParticipant.setCameraEnabled(!this.room.localParticipant.isCameraEnabled));
  toggleScreen = () => this.attempt("screen", () => this.room.localParticipant.setScreenShareEnabled(!this.room.localParticipant.isScreenShareEnabled, { audio: true, contentHint: "detail", selfBrowserSurface: "exclude" }));
  toggleHand = () => this.attempt("hand", () => this.room.localParticipant.setAttributes({ [handAttribute]: this.room.localParticipant.attributes[handAttribute] ? "" : new Date().toISOString() }));
  forgetTrouble = () => this.set({ trouble: undefined });
  playSound = () => void this.room.startAudio();

  useDevice(kind: MediaDeviceKind, id: string) {
    return this.attempt(kind === "videoinput" ? "camera" : "microphone", () => this.room.switchActiveDevice(kind, id || "default", false));
  }

  async say(text: string) {
    const { id, timestamp } = await this.room.localParticipant.sendText(text, { topic: chatTopic });
    this.addMessage({ id, at: timestamp, name: this.room.localParticipant.name ?? "", own: true, text });
  }

  async leave() {
    this.stop.abort();
    await this.room.disconnect();
    this.close();
  }

  private async hand(track: LocalTrack, source: Track.Source, control: Control) {
    await this.attempt(control, () => this.room.localParticipant.publishTrack(track, { source }));
  }

  private async attempt(control: Control, act: () => Promise<unknown>) {
    if (this.state.busy[control]) return;
    this.set({ busy: { ...this.state.busy, [control]: true }, trouble: undefined });
    try {
      await act();
    } catch (error) {
      const fault = faultOf(error);
      // Closing the browser's picker is a choice, not a fault.
      if (!(control === "screen" && fault === "denied")) this.set({ trouble: { control, fault } });
    }
    this.set({ busy: { ...this.state.busy, [control]: false } });
    this.renew();
  }

  private watch() {
    const renew = () => this.renew();
    for (const event of [
      RoomEvent.Connected, RoomEvent.ParticipantNameChanged, RoomEvent.ParticipantMetadataChanged, RoomEvent.TrackPublished, RoomEvent.TrackUnpublished, RoomEvent.TrackSubscribed, RoomEvent.TrackUnsubscribed,
      RoomEvent.TrackMuted, RoomEvent.TrackUnmuted, RoomEvent.LocalTrackPublished, RoomEvent.LocalTrackUnpublished, RoomEvent.ActiveSpeakersChanged, RoomEvent.ConnectionQualityChanged, RoomEvent.MediaDevicesChanged, RoomEvent.AudioPlaybackStatusChanged,
    ] as const) this.room.on(event, renew);
    this.room
      .on(RoomEvent.ParticipantConnected, (person) => this.report("joined", person))
      .on(RoomEvent.ParticipantDisconnected, (person) => this.report("left", person))
      .on(RoomEvent.TrackSubscribed, (track, _, person) => track.source === Track.Source.ScreenShare && this.report("sharing", person))
      .on(RoomEvent.ParticipantAttributesChanged, (changed, person) => (changed[handAttribute] && person !== this.room.localParticipant ? this.report("hand", person as RemoteParticipant) : renew()))
      .on(RoomEvent.ConnectionStateChanged, (state) => this.set({ connection: state === ConnectionState.Connected ? "connected" : state === ConnectionState.Connecting ? "connecting" : this.state.since ? "reconnecting" : "connecting" }))
      .on(RoomEvent.Disconnected, (reason) => {
        if (this.stop.signal.aborted || this.state.since === undefined) return;
        this.close();
        this.parts.onEnded({ kind: endingOf(reason), title: this.parts.admitted.title });
      });
    this.room.registerTextStreamHandler(chatTopic, (reader, { identity }) => void this.receive(reader, identity));
  }

  private async receive(reader: { info: { id: string; timestamp: number }; readAll: () => Promise<string> }, identity: string) {
    const text = await reader.readAll();
    const person = this.room.remoteParticipants.get(identity);
    const name = person?.name || identity;
    this.addMessage({ id: reader.info.id, at: reader.info.timestamp, name, own: false, text });
    this.newsroom.report({ kind: "chat", name, text });
  }

  private watchWaiting() {
    const known = new Set<string>();
    void listen(`/meetings/${this.parts.admitted.meeting_id}/waiting/events`, {
      signal: this.stop.signal,
      onEvent: (event) => {
        const waiting = waitingListOf(event);
        if (!waiting) return;
        for (const person of waiting) if (!known.has(person.id)) this.newsroom.report({ kind: "waiting", name: person.name });
        known.clear();
        for (const person of waiting) known.add(person.id);
        this.set({ waiting });
      },
    });
  }

  /** Somebody was let in or turned away: they need not be shown until the server says so too. */
  forgetWaiting(id: string) {
    this.set({ waiting: this.state.waiting.filter((person) => person.id !== id) });
  }

  private addMessage(message: Message) {
    this.set({ messages: withMessage(this.state.messages, message) });
  }

  private report(kind: "joined" | "left" | "hand" | "sharing", person: RemoteParticipant) {
    this.newsroom.report({ kind, name: person.name || person.identity });
    this.renew();
  }

  private close() {
    this.stop.abort();
    this.newsroom.close();
  }

  /** Many events come at once; the pages hear of them once. */
  private renew() {
    if (this.stale) return;
    this.stale = true;
    queueMicrotask(() => {
      this.stale = false;
      this.set({ people: peopleOf(this.room), sounds: soundsOf(this.room), mayPlay: this.room.canPlaybackAudio });
    });
  }

  private set(part: Partial<MeetingState>) {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

const ideal = (id: string) => (id ? { ideal: id } : undefined);
