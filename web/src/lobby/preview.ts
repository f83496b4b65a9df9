import { type Choices, keepChoices, present, recallChoices } from "./choices";
import { type DeviceFault, faultOf } from "./faults";

export type Kind = "microphone" | "camera";
export type Opened = { track: MediaStreamTrack | undefined; fault: DeviceFault | undefined; busy: boolean };
export type PreviewState = {
  choices: Choices;
  microphone: Opened;
  camera: Opened;
  devices: { microphones: MediaDeviceInfo[]; cameras: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] };
};

const closed: Opened = { track: undefined, fault: undefined, busy: false };

/** The own devices before a meeting: opens them on request only, and hands them over to the meeting. */
export class Preview {
  private state: PreviewState = {
    choices: recallChoices(localStorage, sessionStorage),
    microphone: closed,
    camera: closed,
    devices: { microphones: [], cameras: [], speakers: [] },
  };
  private readonly listeners = new Set<() => void>();
  private turn = { microphone: 0, camera: 0 };

  readonly snapshot = () => this.state;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Lists devices, and opens again what this tab had switched on. */
  start(): () => void {
    const renew = () => void this.listDevices();
    navigator.mediaDevices?.addEventListener("devicechange", renew);
    void this.listDevices();
    if (this.state.choices.microphone) void this.open("microphone");
    if (this.state.choices.camera) void this.open("camera");
    return () => navigator.mediaDevices?.removeEventListener("devicechange", renew);
  }

  async toggle(kind: Kind) {
    if (this.state[kind].track) this.close(kind);
    else await this.open(kind);
    this.choose({ [kind]: this.state[kind].track !== undefined });
  }

  async useDevice(kind: Kind, id: string) {
    this.choose(kind === "microphone" ? { microphoneId: id } : { cameraId: id });
    if (this.state[kind].track) await this.open(kind);
  }

  choose(part: Partial<Choices>) {
    const choices = { ...this.state.choices, ...part };
    keepChoices(choices, localStorage, sessionStorage);
    this.set({ choices });
  }

  /** The open tracks now belong to the meeting; this preview forgets them without stopping them. */
  handOver(): Partial<Record<Kind, MediaStreamTrack>> {
    const { microphone, camera } = this.state;
    this.set({ microphone: closed, camera: closed });
    return { microphone: microphone.track, camera: camera.track };
  }

  closeAll() {
    this.close("microphone");
    this.close("camera");
  }

  private async open(kind: Kind) {
    const turn = ++this.turn[kind];
    this.state[kind].track?.stop();
    this.set({ [kind]: { ...closed, busy: true } });
    try {
      if (!navigator.mediaDevices) throw Object.assign(new Error("no devices without a secure page"), { name: "InsecureContextError" });
      const track = await this.acquire(kind);
      if (turn !== this.turn[kind]) return track.stop(); // Switched off while the browser was asking.
      track.addEventListener("ended", () => this.lost(kind, track));
      this.set({ [kind]: { track, fault: undefined, busy: false } });
      await this.listDevices(); // Names of devices are known only after permission.
    } catch (error) {
      if (turn === this.turn[kind]) this.set({ [kind]: { track: undefined, fault: faultOf(error), busy: false } });
    }
  }

  private async acquire(kind: Kind): Promise<MediaStreamTrack> {
    const id = this.state.choices[kind === "microphone" ? "microphoneId" : "cameraId"];
    const wanted = (device: MediaTrackConstraints): MediaStreamConstraints =>
      kind === "microphone" ? { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } } : { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 } } };
    const open = (device: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia(wanted(device));
    // A device that is gone falls back to another one; one that is there is taken, not merely wished for.
    const gone = (error: unknown) => (["unfit", "missing"].includes(faultOf(error)) ? open({}) : Promise.reject(error));
    const [track] = (await (id ? open({ deviceId: { exact: id } }).catch(gone) : open({}))).getTracks();
    if (!track) throw Object.assign(new Error("no track"), { name: "NotFoundError" });
    return track;
  }

  private close(kind: Kind) {
    this.turn[kind]++;
    this.state[kind].track?.stop();
    this.set({ [kind]: closed });
  }

  private lost(kind: Kind, track: MediaStreamTrack) {
    if (this.state[kind].track === track) this.set({ [kind]: { track: undefined, fault: "missing", busy: false } });
  }

  private async listDevices() {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
    const devices = { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
    this.set({ devices });
  }

  /** The chosen device if it is there, else the system's. */
  chosen(kind: Kind | "speaker"): string {
    const { choices, devices } = this.state;
    if (kind === "microphone") return present(choices.microphoneId, devices.microphones);
    if (kind === "camera") return present(choices.cameraId, devices.cameras);
    return present(choices.speakerId, devices.speakers);
  }

  private set(part: Partial<PreviewState>) {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}
