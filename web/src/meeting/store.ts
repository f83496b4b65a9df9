import { type LocalTrack, LocalAudioTrack, LocalVideoTrack, type RemoteParticipant, type RemoteVideoTrack, Room, RoomEvent, Track, TrackEvent, setLogLevel } from "livekit-client";
import type { Admitted } from "../api/contract";
import type { Choices } from "../lobby/choices";
import { type Capture, capturesOf } from "../lobby/consent";
import { faultOf } from "../lobby/faults";
import type { Ending } from "../lobby/visit";
import { capturedIn, toAgree, withCaptured } from "./agreeing";
import { type Break, breakFrom } from "./breaks";
import { Causes, lookMs } from "./causes";
import { type Message, chatTo, chatTopic, isOnlyToOne, withMessage } from "./chat";
import { type Device, type DeviceNews, deviceNews } from "./devices";
import { Door } from "./door";
import { Dressing } from "./dressing";
import { Ears } from "./ears";
import { endingOf } from "./ending";
import { heardOfGroups } from "./groups";
import { Machine, within } from "./machine";
import { lineIsFree, type Notice, noticeFrom, serverTopic } from "./notices";
import { Newsroom, type Sentence } from "./news";
import { type PersonView, groupAttribute, handAttribute, peopleOf, soundsOf } from "./people";
import { noRules, rulesFrom, turnFrom, whyNot } from "./rules";
import { nextSpeaker, withPin } from "./pins";
import { heard, pollNews } from "./polls";
import type { PreferenceStore } from "./preferences";
import { type Reaction, Reactions, packed, reactionFrom, reactionTopic } from "./reactions";
import { type RoleToGive, standingOf } from "./roles";
import { SpeakingTimes } from "./speakingTimes";
import { type Control, type MeetingState, unknownMeeting } from "./state";
import type { Pictures } from "./strain";
import { receiveAs, sendAs } from "./quality";
import { LineWatch } from "./lineWatch";
import { Line, type Network, reconnectPolicy } from "./reconnecting";
import { refusalOf } from "./refusal";

setLogLevel("error"); // Its chatter names people.

export type { Connection, Control, MeetingState, Trouble } from "./state";

type Parts = {
  admitted: Admitted;
  agreed: Capture[];
  choices: Choices;
  onEnded: (ending: Ending) => void;
  tell: (sentences: Sentence[]) => void;
  preferences: PreferenceStore;
  /** Replaced in tests. */
  room?: Room;
  devices?: () => Promise<Device[]>;
  network?: Network;
  machine: Machine;
};

/** The running meeting: everything the pages show, and everything they can do. Knows no DOM. */
export class MeetingStore {
  readonly room: Room;
  private state: MeetingState;
  private readonly listeners = new Set<() => void>();
  private readonly newsroom: Newsroom;
  private readonly stop = new AbortController();
  private readonly ears = new Ears((hint) => this.set({ hint }));
  private readonly reactions = new Reactions((reactions) => this.set({ reactions }));
  private readonly causes = new Causes();
  private breakTimer: ReturnType<typeof setTimeout> | undefined;
  private devices: Device[] = [];
  private usedIds: string[] = [];
  private followingTalk = false;
  private wasOn = false;
  private readonly again = new Set<Control>();
  private stale = false;
  /** The signalling connection was there once. */
  private signalled = false;
  private readonly line: Line;
  private readonly dressing: Dressing;
  private standing: RoleToGive;
  private readonly door: Door;

  constructor(private readonly parts: Parts) {
    this.room = parts.room ?? new Room({ adaptiveStream: true, dynacast: true, reconnectPolicy, audioCaptureDefaults: { deviceId: ideal(parts.choices.microphoneId) }, videoCaptureDefaults: { deviceId: ideal(parts.choices.cameraId) } });
    this.standing = parts.admitted.role === "moderator" ? "moderator" : "participant";
    this.state = { ...unknownMeeting, agreeing: { ...unknownMeeting.agreeing, agreed: parts.agreed } };
    this.newsroom = new Newsroom(parts.tell, () => this.preferences.snapshot().told);
    this.door = new Door({ meetingId: parts.admitted.meeting_id, ended: this.stop.signal, changed: (door) => this.set(door), came: (name) => this.newsroom.report({ kind: "waiting", name }) });
    this.dressing = new Dressing({ room: this.room, wanted: () => this.wanted, change: (part) => this.preferences.change(part), failed: (notice) => this.set({ notice }), dressed: () => this.renew() });
    this.line = new Line(parts.network ?? globalThis, this.stop.signal, () => this.set({ connection: this.line.connection(this.state.since !== undefined) }));
    this.watch();
  }

  readonly times = new SpeakingTimes();
  /** Who else wants to hear what the server says on its topic. */
  readonly said = new Set<(payload: Uint8Array) => void>();
  readonly snapshot = () => this.state;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  get preferences() {
    return this.parts.preferences;
  }

  /** What this machine keeps up with. */
  get machine() {
    return this.parts.machine;
  }

  /** As the person set it, as far as this machine keeps up. */
  private get wanted() {
    return within(this.preferences.snapshot(), this.machine.snapshot());
  }

  /** The moderation may give and take it while the meeting runs. */
  get moderates() {
    return this.standing === "moderator";
  }

  /** Whether one's own microphone, camera or screen may be heard and seen. */
  get maySend() {
    return this.standing !== "listener";
  }

  /** Connects, and publishes the devices that were open in the lobby. */
  async enter(tracks: { microphone?: MediaStreamTrack; camera?: MediaStreamTrack }) {
    const { admitted, choices, onEnded } = this.parts;
    try {
      await this.room.connect(admitted.url, admitted.token);
    } catch {
      tracks.microphone?.stop();
      tracks.camera?.stop();
      const refusal = this.stop.signal.aborted ? "failed" : await refusalOf(admitted.url, admitted.token);
      // Without signalling it need not be UDP that is in the way.
      const kind = refusal === "blocked" && !this.signalled ? "failed" : refusal;
      if (!this.stop.signal.aborted) onEnded({ kind, title: admitted.title });
      this.close();
      return;
    }
    this.readCaptured();
    this.readRules(false);
    this.followRole();
    this.set({ connection: "connected", since: Date.now() });
    if (!this.state.pause) this.pauseUntil(breakFrom(this.room.metadata, Date.now(), false));
    this.askState();
    new LineWatch(this.room, this.stop.signal, this.line.falls);
    if (choices.speakerId) await this.room.switchActiveDevice("audiooutput", choices.speakerId).catch(() => false);
    await Promise.all([
      tracks.microphone && this.keeps(tracks.microphone, "microphone") && this.hand(new LocalAudioTrack(tracks.microphone, undefined, false), Track.Source.Microphone, "microphone"),
      tracks.camera && this.keeps(tracks.camera, "camera") && this.handCamera(new LocalVideoTrack(tracks.camera, undefined, false)),
    ]);
    this.door.watch(this.moderates);
    const looking = setInterval(() => void this.lookForCauses(), lookMs);
    this.stop.signal.addEventListener("abort", () => clearInterval(looking));
    this.devices = await this.listDevices();
    if (this.stop.signal.aborted) return;
    if (this.machine.snapshot() === "lean") this.set({ notice: this.state.notice ?? "lean" });
    for (const shelf of [this.preferences, this.machine]) this.stop.signal.addEventListener("abort", shelf.subscribe(this.obey));
    this.obey();
  }

  toggleMicrophone = () => this.mayNot("microphone") || this.toggle("microphone", () => this.room.localParticipant.setMicrophoneEnabled(!this.room.localParticipant.isMicrophoneEnabled));
  toggleCamera = () => this.mayNot("camera") || this.toggle("camera", () => this.dressing.switchCamera(!this.room.localParticipant.isCameraEnabled));
  toggleScreen = () => this.mayNot("screen") || this.attempt("screen", () => this.room.localParticipant.setScreenShareEnabled(!this.room.localParticipant.isScreenShareEnabled, { audio: !this.whyNot("microphone"), contentHint: "detail", selfBrowserSurface: "exclude" }));
  toggleHand = () => this.toggle("hand", () => this.room.localParticipant.setAttributes({ [handAttribute]: this.room.localParticipant.attributes[handAttribute] ? "" : new Date().toISOString() }));
  forgetTrouble = () => this.set({ trouble: undefined });
  pin = (identity: string) => this.set({ pins: withPin(this.state.pins, identity) });
  forgetHint = () => this.set({ hint: undefined });
  forgetNotice = () => this.set({ notice: undefined });
  forgetDeviceNews = () => this.set({ deviceNews: undefined });
  /** Everybody sees it for a moment. What does not arrive is not worth a word. */
  async react(reaction: Reaction) {
    const me = this.room.localParticipant;
    if (!this.reactions.show(me.identity, reaction)) return;
    await me.publishData(packed(reaction), { topic: reactionTopic, reliable: true }).catch(() => {});
  }

  /** Resolves when it is sent; that it counts is said by the server. Without a word from it for a while, it is asked. */
  async vote(poll: number, choice: number) {
    this.set({ polls: { ...this.state.polls, sending: poll } });
    try {
      await this.ask({ ask: "vote", poll, choice });
    } catch (error) {
      this.set({ polls: { ...this.state.polls, sending: undefined } });
      throw error;
    }
    setTimeout(() => !this.stop.signal.aborted && this.state.polls.sending === poll && this.askPolls(), answerMs);
  }

  enterGroup = (group: number) => this.askOfGroups({ ask: "enter_group", group });
  leaveGroup = () => this.askOfGroups({ ask: "leave_group" });
  callForHelp = () => this.askOfGroups({ ask: "group_help" });
  forgetGroupWord = () => this.set({ groups: { ...this.state.groups, word: undefined } });
  forgetGroupNote = () => this.set({ groups: { ...this.state.groups, note: undefined } });

  askRoll = (poll: number, first: number) => this.ask({ ask: "roll", poll, first }).catch(() => {});

  playSound = () => void this.room.startAudio();

  useDevice(kind: MediaDeviceKind, id: string) {
    // Exactly: browsers take a mere wish for the device as leave to stay with the old one.
    return this.attempt(kind === "videoinput" ? "camera" : "microphone", () => this.room.switchActiveDevice(kind, id || "default", id !== ""));
  }

  /** Takes the device that was just plugged in, with its speaker if it has one. */
  async useFound({ device, alsoSpeaker }: Extract<DeviceNews, { what: "found" }>) {
    this.forgetDeviceNews();
    await this.useDevice(device.kind, device.deviceId);
    if (alsoSpeaker) await this.useDevice("audiooutput", alsoSpeaker.deviceId);
  }

  /** The key for talking goes down or up; losing the window counts as up. A microphone that is on anyway stays on. */
  holdToTalk(held: boolean) {
    if (held && this.mayNot("microphone")) return;
    if (held === this.state.talking || (held && this.room.localParticipant.isMicrophoneEnabled)) return;
    this.set({ talking: held });
    void this.followTalk();
  }

  /** Switching takes a moment: a key released meanwhile must not leave the microphone open. */
  private async followTalk() {
    if (this.followingTalk) return;
    this.followingTalk = true;
    const me = this.room.localParticipant;
    try {
      for (let wanted; me.isMicrophoneEnabled !== (wanted = this.state.talking); ) {
        await me.setMicrophoneEnabled(wanted);
        if (me.isMicrophoneEnabled !== wanted && this.state.talking === wanted) break;
      }
    } catch (error) {
      this.set({ talking: false, trouble: { control: "microphone", fault: faultOf(error) } });
    }
    this.followingTalk = false;
    this.renew();
  }

  async say(text: string, to?: Pick<PersonView, "identity" | "name">) {
    const { id, timestamp } = await this.room.localParticipant.sendText(text, chatTo(to?.identity));
    this.addMessage({ id, at: timestamp, name: this.room.localParticipant.name ?? "", own: true, text, ...(to && { onlyTo: to.name }) });
  }

  async leave() {
    this.stop.abort();
    await this.room.disconnect();
    this.close();
  }

  /** Less to send and to show: for a weak line, or a machine that does not keep up. */
  goEasy() {
    const { hint } = this.state;
    if (hint === "slow") this.preferences.change({ send: "small", receive: "small", background: "none" });
    else if (this.room.localParticipant.isCameraEnabled) void this.toggleCamera();
    this.forgetHint();
  }

  /** The person wants to see everything, whatever was measured. */
  showAll = () => {
    this.machine.choose("full");
    this.set({ notice: this.state.notice === "lean" ? undefined : this.state.notice });
  };

  /** Pictures that nobody looks at say nothing about the machine. */
  private async pictures(): Promise<Pictures | undefined> {
    if (globalThis.document?.hidden) return undefined;
    const tracks = [...this.room.remoteParticipants.values()].flatMap((person) => [...person.videoTrackPublications.values()].flatMap(({ videoTrack }) => (videoTrack as RemoteVideoTrack | undefined) ?? []));
    const stats = await Promise.all(tracks.map(async (track) => [track.sid ?? "", await track.getReceiverStats()] as const)).catch(() => []);
    return Object.fromEntries(stats.flatMap(([sid, seen]) => (seen ? [[sid, { received: seen.framesReceived ?? 0, decoded: seen.framesDecoded ?? 0, dropped: seen.framesDropped ?? 0 }]] : [])));
  }

  /** Looks at what was sent: whether it is this side that makes one hard to understand. And at what came in: whether that is too much. */
  private async lookForCauses() {
    const me = this.room.localParticipant;
    const sound = me.getTrackPublication(Track.Source.Microphone)?.audioTrack as LocalAudioTrack | undefined;
    const camera = me.getTrackPublication(Track.Source.Camera)?.videoTrack as LocalVideoTrack | undefined;
    const [heard, seen] = await Promise.all([sound?.getSenderStats(), camera?.getSenderStats()]).catch(() => []);
    const tooSlow = camera !== undefined && !camera.isMuted && (seen ?? []).some((layer) => layer.qualityLimitationReason === "cpu");
    const hint = this.causes.look({ packets: heard?.packetsSent ?? 0, lost: heard?.packetsLost ?? 0, tooSlow }, performance.now());
    if (hint && !this.stop.signal.aborted && this.preferences.snapshot().hints) this.set({ hint });
    if (this.machine.look(await this.pictures()) && !this.stop.signal.aborted) this.set({ notice: "lean", hint: this.state.hint === "slow" ? undefined : this.state.hint });
  }

  /** With the background the person wants, or not at all. */
  private async handCamera(track: LocalVideoTrack) {
    if (await this.dressing.readyCamera(track)) await this.hand(track, Track.Source.Camera, "camera");
  }

  /** A picture of the person's own, to be shown behind. */
  useOwnPicture = (picture: ImageBitmap) => this.dressing.useOwn(picture);

  /** Why something cannot be switched on: without one's consent, by one's role, or by the rules of the meeting. */
  whyNot(control: Control): Notice | undefined {
    if (toAgree(this.state.agreeing).length > 0) return "consent_first";
    const { identity, attributes } = this.room.localParticipant;
    const { rules, turn } = this.state;
    return whyNot(control, this.standing, attributes[groupAttribute] ? noRules : rules, turn?.identity === identity);
  }

  /** Says why something is not switched on, if it may not be. */
  private mayNot(control: Control): boolean {
    const notice = this.whyNot(control);
    if (notice) this.set({ notice });
    return notice !== undefined;
  }

  /** What was open in the lobby and may not be here is closed. */
  private keeps(track: MediaStreamTrack, control: Control): boolean {
    const reason = this.whyNot(control);
    if (reason) track.stop();
    // What has to be agreed to is asked in its own place.
    if (reason && reason !== "consent_first") this.set({ notice: reason });
    return reason === undefined;
  }

  /** Captions over the pictures, or none. */
  toggleCaptions = () => this.preferences.change({ captions: !this.preferences.snapshot().captions });

  /** The person agrees to what goes on. What was switched off stays so until it is switched on. */
  agree = () => {
    const { agreeing, notice } = this.state;
    this.set({ agreeing: { ...agreeing, agreed: [...agreeing.agreed, ...toAgree(agreeing)] }, notice: notice === "consent_first" ? undefined : notice });
  };

  /** Until somebody agreed to what goes on, nothing of that person is heard or seen. */
  private readCaptured() {
    const before = this.state.agreeing;
    const agreeing = withCaptured(before, capturedIn(this.room.metadata, this.room.isRecording), Date.now());
    const [were, are] = [capturesOf(before.captured), capturesOf(agreeing.captured)];
    const asks = toAgree(agreeing).length > 0;
    const { notice } = this.state;
    const over = were.length > 0 && are.length === 0;
    this.set({ agreeing, notice: over ? "capture_over" : notice === "consent_first" && !asks ? undefined : notice, ...(asks && { talking: false, hint: undefined }) });
    if (!asks) return;
    const me = this.room.localParticipant;
    if (me.isMicrophoneEnabled) void me.setMicrophoneEnabled(false);
    if (me.isCameraEnabled) void me.setCameraEnabled(false);
    if (me.isScreenShareEnabled) void me.setScreenShareEnabled(false);
  }

  private readRules(begins: boolean) {
    const { metadata } = this.room;
    this.set({ rules: rulesFrom(metadata), turn: turnFrom(metadata, Date.now(), begins, this.state.turn) });
  }

  /** The own role as the server says it; tells the person when it changes. */
  private followRole() {
    const before = this.standing;
    this.standing = standingOf({ role: this.parts.admitted.role, ...this.room.localParticipant.attributes });
    // Who comes in as a listener has to know why nothing can be switched on.
    const isNews = this.state.since === undefined ? this.standing === "listener" : this.standing !== before;
    if (isNews) this.set({ notice: `role_${this.standing}`, talking: false, hint: undefined });
    if (this.state.since !== undefined) this.door.watch(this.moderates);
    this.renew();
  }

  /** A word to the server itself. */
  ask(words: object) {
    return this.room.localParticipant.publishData(new TextEncoder().encode(JSON.stringify(words)), { topic: serverTopic, reliable: true });
  }

  /** What was missed while away. What cannot be asked now is asked after the next reconnection. */
  private askState() {
    this.askPolls();
    this.set({ groups: { ...this.state.groups, live: false } });
    void this.ask({ ask: "groups" }).catch(() => {});
  }

  private askPolls() {
    void this.ask({ ask: "polls" }).catch(() => {});
  }

  /** What comes of it is said by the server. */
  private askOfGroups(words: object) {
    return this.ask(words).catch(() => this.set({ groups: { ...this.state.groups, note: { what: "not_sent" } } }));
  }

  private hearGroups(payload: Uint8Array) {
    const groups = heardOfGroups(this.state.groups, payload, Date.now());
    if (groups !== this.state.groups) this.set({ groups });
  }

  private hearPolls(payload: Uint8Array) {
    const before = this.state.polls;
    const polls = heard(before, payload);
    if (polls === before) return;
    const news = pollNews(before, polls);
    const { notice } = this.state;
    const over = notice === "poll_open" && !polls.all[0]?.mayVote;
    this.set({ polls, notice: news ?? (over ? undefined : notice) });
  }

  private async hand(track: LocalTrack, source: Track.Source, control: Control) {
    await this.attempt(control, () => this.room.localParticipant.publishTrack(track, { source }));
  }

  /** Whoever presses twice while the first press is still at work means both. */
  private async toggle(control: Control, act: () => Promise<unknown>): Promise<void> {
    if (this.state.busy[control]) {
      if (!this.again.delete(control)) this.again.add(control);
      return;
    }
    await this.attempt(control, act);
    if (this.again.delete(control)) await this.toggle(control, act);
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
      RoomEvent.TrackMuted, RoomEvent.TrackUnmuted, RoomEvent.LocalTrackPublished, RoomEvent.LocalTrackUnpublished, RoomEvent.ConnectionQualityChanged, RoomEvent.AudioPlaybackStatusChanged, RoomEvent.TrackStreamStateChanged,
    ] as const) this.room.on(event, renew);
    this.room
      .on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
        this.times.hear(speakers.filter((person) => person.isMicrophoneEnabled).map((person) => person.identity), Date.now());
        const others = speakers.filter((person) => person !== this.room.localParticipant && person.isMicrophoneEnabled);
        this.set({ speaker: nextSpeaker(this.state.speaker, others.map((person) => person.identity)) });
        renew();
      })
      .on(RoomEvent.DataReceived, (payload, person, _, topic) => {
        // Only the server speaks without being a participant; it lets nobody else use its topic.
        const notice = topic === serverTopic && !person ? noticeFrom(payload) : undefined;
        if (notice) this.set({ notice });
        if (topic === serverTopic && !person) {
          if (this.state.notice === "line_full" && lineIsFree(payload)) this.set({ notice: undefined });
          this.hearPolls(payload);
          this.hearGroups(payload);
          for (const hear of this.said) hear(payload);
        }
        const reaction = topic === reactionTopic && person ? reactionFrom(payload) : undefined;
        if (reaction && person && this.reactions.show(person.identity, reaction)) this.newsroom.report({ kind: "reaction", name: person.name || person.identity, reaction });
      })
      .on(RoomEvent.RoomMetadataChanged, (metadata) => {
        const begins = this.state.since !== undefined;
        this.pauseUntil(breakFrom(metadata, Date.now(), begins));
        this.readRules(begins);
        this.readCaptured();
      })
      .on(RoomEvent.RecordingStatusChanged, () => this.readCaptured())
      .on(RoomEvent.SignalConnected, () => (this.signalled = true))
      // While it reconnects the SDK may keep what it received to itself.
      .on(RoomEvent.Reconnected, () => {
        this.askState();
        this.readRules(false);
        this.readCaptured();
        renew();
      })
      .on(RoomEvent.MediaDevicesChanged, () => void this.compareDevices())
      .on(RoomEvent.TrackPublished, (publication) => receiveAs(this.wanted.receive, [publication]))
      .on(RoomEvent.LocalTrackPublished, (publication) => {
        publication.track?.on(TrackEvent.Restarted, renew);
        publication.track?.on(TrackEvent.Ended, () => void this.compareDevices());
        this.sendAsSet();
        if (publication.source === Track.Source.Microphone) void this.dressing.dress();
      })
      .on(RoomEvent.TrackUnmuted, (publication, person) => {
        if (person !== this.room.localParticipant) return;
        this.sendAsSet();
        if (publication.source === Track.Source.Microphone) void this.dressing.dress();
      })
      .on(RoomEvent.ParticipantConnected, (person) => this.report("joined", person))
      .on(RoomEvent.ParticipantDisconnected, (person) => this.report("left", person))
      .on(RoomEvent.TrackSubscribed, (track, _, person) => track.source === Track.Source.ScreenShare && this.report("sharing", person))
      .on(RoomEvent.ParticipantAttributesChanged, (changed, person) => {
        const own = person === this.room.localParticipant;
        if (own && this.state.since !== undefined && ("role" in changed || "part" in changed)) this.followRole();
        // A hand behind a wall is no news here.
        const here = person.attributes[groupAttribute] === this.room.localParticipant.attributes[groupAttribute];
        if (changed[handAttribute] && !own && here) this.report("hand", person as RemoteParticipant);
        else renew();
      })
      .on(RoomEvent.ConnectionStateChanged, this.line.says)
      .on(RoomEvent.Disconnected, (reason) => {
        if (this.stop.signal.aborted || this.state.since === undefined) return;
        this.close();
        this.parts.onEnded({ kind: endingOf(reason), title: this.parts.admitted.title });
      });
    this.room.registerTextStreamHandler(chatTopic, (reader, { identity }) => void this.receive(reader, identity));
  }

  /** Lives as the person set it. */
  private readonly obey = () => {
    receiveAs(this.wanted.receive, [...this.room.remoteParticipants.values()].flatMap((person) => [...person.trackPublications.values()]));
    this.sendAsSet();
    void this.dressing.dress();
    if (!this.preferences.snapshot().hints) this.set({ hint: undefined });
    this.renew();
  };

  private sendAsSet() {
    const camera = this.room.localParticipant.getTrackPublication(Track.Source.Camera)?.videoTrack;
    void sendAs(this.wanted.send, camera, this.room.getActiveDevice("videoinput") ?? "");
  }

  private async listDevices(): Promise<Device[]> {
    const list = this.parts.devices ?? (() => globalThis.navigator?.mediaDevices?.enumerateDevices() ?? Promise.resolve([]));
    return list().catch(() => []);
  }

  /** The client itself falls back to another device; here it is only told. */
  private async compareDevices() {
    const [before, used] = [this.devices, this.usedIds];
    this.devices = await this.listDevices();
    const news = deviceNews(before, this.devices, used);
    if (news) this.set({ deviceNews: news });
    this.renew();
  }

  private async receive(reader: { info: { id: string; timestamp: number; attributes?: Record<string, string> }; readAll: () => Promise<string> }, identity: string) {
    const text = await reader.readAll();
    const name = this.room.remoteParticipants.get(identity)?.name || identity;
    const { id, timestamp: at, attributes } = reader.info;
    const isOnly = isOnlyToOne(attributes);
    this.addMessage({ id, at, name, own: false, text, ...(isOnly && { onlyTo: this.room.localParticipant.name ?? "" }) });
    this.newsroom.report({ kind: isOnly ? "chatOnly" : "chat", name, text });
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

  private pauseUntil(pause: Break | undefined) {
    clearTimeout(this.breakTimer);
    this.set({ pause, ...(this.state.pause && !pause ? { notice: "break_over" as const } : {}) });
    if (pause) this.breakTimer = setTimeout(() => this.pauseUntil(undefined), pause.until - Date.now());
  }

  private close() {
    clearTimeout(this.breakTimer);
    this.stop.abort();
    this.newsroom.close();
    this.ears.close();
    this.dressing.close();
    this.reactions.close();
  }

  /** Many events come at once; the pages hear of them once. */
  private renew() {
    if (this.stale) return;
    this.stale = true;
    queueMicrotask(() => {
      this.stale = false;
      this.set({ people: peopleOf(this.room), sounds: soundsOf(this.room), mayPlay: this.room.canPlaybackAudio });
      this.lookAtOwn();
    });
  }

  /** Which devices are open, and whether a hint still holds. */
  private lookAtOwn() {
    if (this.stop.signal.aborted) return;
    const own = (source: Track.Source) => this.room.localParticipant.getTrackPublication(source)?.track as LocalTrack | undefined;
    const [microphone, camera] = [own(Track.Source.Microphone), own(Track.Source.Camera)];
    // Of the device, not of what an effect makes of it.
    const idOf = (track: LocalTrack | undefined) => track?.getSourceTrackSettings().deviceId;
    this.usedIds = [microphone, camera].flatMap((track) => idOf(track) ?? []);
    const labelOf = (track: LocalTrack | undefined) => (track?.getProcessor() && this.devices.find(({ deviceId }) => deviceId === idOf(track))?.label) || track?.mediaStreamTrack.label || "";
    const inUse = { microphone: labelOf(microphone), camera: labelOf(camera) };
    const on = this.room.localParticipant.isMicrophoneEnabled;
    this.ears.follow(this.preferences.snapshot().hints ? microphone?.mediaStreamTrack : undefined, !on);
    const { hint, notice } = this.state;
    this.set({ inUse, notice: (notice === "muted" || notice === "asked_to_speak") && on && !this.wasOn ? undefined : notice, hint: hint && hint !== "uplink" && hint !== "slow" && (hint === "mutedSpeech") === on ? undefined : hint });
    this.wasOn = on;
  }

  private set(part: Partial<MeetingState>) {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** So long the answer to a vote may take before it is asked for, milliseconds. */
const answerMs = 5_000;

const ideal = (id: string) => (id ? { ideal: id } : undefined);
