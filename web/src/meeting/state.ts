import type { RemoteAudioTrack } from "livekit-client";
import { uncaptured } from "../lobby/consent";
import type { DeviceFault } from "../lobby/faults";
import type { Agreeing } from "./agreeing";
import type { Break } from "./breaks";
import type { Message } from "./chat";
import type { DeviceNews } from "./devices";
import { type AtTheDoor, nobody } from "./door";
import { type Groups, noGroups } from "./groups";
import type { Hint } from "./hints";
import type { Notice } from "./notices";
import type { PersonView } from "./people";
import { type Polls, noPolls } from "./polls";
import type { Reaction } from "./reactions";
import { type Rules, type Turn, noRules } from "./rules";

export type Connection = "connecting" | "connected" | "reconnecting";
export type Control = "microphone" | "camera" | "screen" | "hand";
export type Trouble = { control: Control; fault: DeviceFault };

/** Everything the pages show of a meeting. */
export type MeetingState = AtTheDoor & {
  connection: Connection;
  since: number | undefined;
  people: PersonView[];
  sounds: RemoteAudioTrack[];
  mayPlay: boolean;
  messages: Message[];
  busy: Partial<Record<Control, boolean>>;
  trouble: Trouble | undefined;
  /** Who is pinned, in the order of pinning. */
  pins: string[];
  /** Who speaks, or spoke last. */
  speaker: string | undefined;
  /** The microphone is on only as long as the key is held. */
  talking: boolean;
  hint: Hint | undefined;
  deviceNews: DeviceNews | undefined;
  /** What somebody who moderates did or asks. */
  notice: Notice | undefined;
  /** The break that runs. */
  pause: Break | undefined;
  /** What the moderation decided for microphones and screens. */
  rules: Rules;
  /** Whose turn it is to speak. */
  turn: Turn | undefined;
  /** The questions put to the meeting. */
  polls: Polls;
  /** Groups, if the meeting is split up. */
  groups: Groups;
  /** How people react at the moment, by identity. */
  reactions: Record<string, Reaction>;
  /** Programs that record or transcribe, and what the person agreed to. */
  agreeing: Agreeing;
  /** What the open microphone and camera are called. */
  inUse: { microphone: string; camera: string };
};

/** Before anything is known of it. */
export const unknownMeeting: MeetingState = { connection: "connecting", since: undefined, people: [], sounds: [], mayPlay: true, messages: [], ...nobody, busy: {}, trouble: undefined, pins: [], speaker: undefined, talking: false, hint: undefined, deviceNews: undefined, notice: undefined, pause: undefined, rules: noRules, turn: undefined, polls: noPolls, groups: noGroups, reactions: {}, agreeing: { captured: uncaptured, agreed: [], endedAt: {} }, inUse: { microphone: "", camera: "" } };
