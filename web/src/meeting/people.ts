import type { ParticipantInfo } from "@livekit/protocol";
import { ConnectionQuality, type Participant, type RemoteAudioTrack, type Room, Track, type TrackPublication } from "livekit-client";
import type { Capture } from "../lobby/consent";

export type Quality = "good" | "medium" | "bad" | "unknown";

/** One participant as the pages show them. */
export type PersonView = {
  identity: string;
  name: string;
  role: "moderator" | "participant" | "guest";
  /** What the moderation made of the person. */
  part: "presenter" | "listener" | undefined;
  me: boolean;
  /** What it does, if it is a program that is there for it; people see it in the list, not as a tile. */
  program: Capture | undefined;
  speaking: boolean;
  microphone: boolean;
  camera: Track | undefined;
  screen: Track | undefined;
  /** Shows a screen, even if its picture does not come in. */
  sharing: boolean;
  /** The number of the group the person is in; nothing in the main room. */
  group: number | undefined;
  /** Belongs to another meeting and is only shown here: what it sends is that meeting's business. */
  shownOnly: boolean;
  /** When the hand went up; orders the speaker list. */
  handAt: string | undefined;
  quality: Quality;
  /** There is a picture, but it does not come in: by choice, or because the line is too weak. */
  paused: boolean;
};

export const handAttribute = "hand_raised_at";
/** Only the meeting writes it. */
export const groupAttribute = "group";

/** Everybody in a stable order, oneself last: a change of speaker moves nobody. */
export function peopleOf(room: Room): PersonView[] {
  const remote = [...room.remoteParticipants.values()].sort((one, two) => (one.joinedAt?.getTime() ?? 0) - (two.joinedAt?.getTime() ?? 0) || one.identity.localeCompare(two.identity));
  return [...remote.map((participant) => view(participant, false)), view(room.localParticipant, true)];
}

/** The sound of the others, to be played. */
export function soundsOf(room: Room): RemoteAudioTrack[] {
  return [...room.remoteParticipants.values()].flatMap((participant) => [...participant.audioTrackPublications.values()].map((publication) => publication.track as RemoteAudioTrack | undefined).filter((track) => track !== undefined));
}

export function view(participant: Participant, me: boolean): PersonView {
  const { role, part, [groupAttribute]: group, [handAttribute]: handAt } = participant.attributes;
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const screen = participant.getTrackPublication(Track.Source.ScreenShare);
  return {
    identity: participant.identity,
    name: participant.name || participant.identity,
    role: role === "moderator" || role === "guest" ? role : "participant",
    part: role !== "moderator" && (part === "presenter" || part === "listener") ? part : undefined,
    me,
    program: participant.permissions?.recorder ? "recording" : participant.permissions?.agent ? "captions" : undefined,
    speaking: participant.isSpeaking && participant.isMicrophoneEnabled,
    microphone: participant.isMicrophoneEnabled,
    camera: shown(camera),
    screen: shown(screen),
    sharing: screen !== undefined && !screen.isMuted && (me || screen.track !== undefined || isPaused(screen)),
    group: Number(group) || undefined,
    shownOnly: isForwarded(participant),
    handAt: handAt || undefined,
    quality: qualityOf(participant.connectionQuality),
    paused: !me && isPaused(camera),
  };
}

/** KindDetail of the protocol; the enum itself would bring the whole protocol along. */
const forwarded = 1;

/** The client keeps what the server says of somebody to itself. */
function isForwarded(participant: Participant): boolean {
  const { participantInfo: info } = participant as unknown as { participantInfo?: ParticipantInfo };
  return info?.kindDetails?.includes(forwarded) ?? false;
}

const shown = (publication: TrackPublication | undefined) => (publication && !publication.isMuted ? publication.track : undefined);

function isPaused(publication: TrackPublication | undefined): boolean {
  if (!publication || publication.isMuted) return false;
  const { isDesired } = publication as { isDesired?: boolean };
  return isDesired === false || publication.track?.streamState === Track.StreamState.Paused;
}

export function qualityOf(quality: ConnectionQuality): Quality {
  switch (quality) {
    case ConnectionQuality.Excellent:
      return "good";
    case ConnectionQuality.Good:
      return "medium";
    case ConnectionQuality.Poor:
    case ConnectionQuality.Lost:
      return "bad";
    default:
      return "unknown";
  }
}

/** The speaker list: first up, first to speak. */
export const handsOf = (people: PersonView[]) => people.filter((person) => person.handAt).sort((one, two) => one.handAt!.localeCompare(two.handAt!));

/** Those who are where oneself is: nobody else is seen or heard. */
export function hereOf(people: PersonView[]): PersonView[] {
  const place = people.find((person) => person.me)?.group;
  return people.filter((person) => person.group === place);
}
