import { ConnectionQuality, type Participant, type Room } from "livekit-client";
import { expect, test } from "vitest";
import { handsOf, hereOf, peopleOf, qualityOf, view } from "./people";

function participant(identity: string, fields: Record<string, unknown> = {}): Participant {
  return { identity, name: "", attributes: {}, isSpeaking: false, isMicrophoneEnabled: false, connectionQuality: ConnectionQuality.Unknown, getTrackPublication: () => undefined, ...fields } as unknown as Participant;
}

test("people stand in the order in which they came, oneself last", () => {
  const late = participant("late", { joinedAt: new Date(2000), isSpeaking: true });
  const early = participant("early", { joinedAt: new Date(1000) });
  const room = { remoteParticipants: new Map([["late", late], ["early", early]]), localParticipant: participant("me") } as unknown as Room;
  expect(peopleOf(room).map((person) => person.identity)).toEqual(["early", "late", "me"]);
});

test("who is only shown here belongs to another meeting", () => {
  expect(view(participant("a"), false).shownOnly).toBe(false);
  expect(view(participant("a", { participantInfo: { kindDetails: [] } }), false).shownOnly).toBe(false);
  expect(view(participant("a", { participantInfo: { kindDetails: [1] } }), false).shownOnly).toBe(true);
});

test("a program says what it is there for", () => {
  expect(view(participant("a"), false).program).toBeUndefined();
  expect(view(participant("a", { permissions: { recorder: true } }), false).program).toBe("recording");
  expect(view(participant("a", { permissions: { agent: true } }), false).program).toBe("captions");
});

test("a muted microphone never speaks", () => {
  expect(view(participant("a", { isSpeaking: true, isMicrophoneEnabled: false }), false).speaking).toBe(false);
  expect(view(participant("a", { isSpeaking: true, isMicrophoneEnabled: true }), false).speaking).toBe(true);
});

test("a muted camera shows no picture", () => {
  const muted = participant("a", { getTrackPublication: () => ({ isMuted: true, track: {} }) });
  expect(view(muted, false).camera).toBeUndefined();
});

test("a picture that is not wanted or held back by the line is called paused", () => {
  const publication = (part: object) => participant("a", { getTrackPublication: (source: string) => (source === "camera" ? { isMuted: false, isDesired: true, track: { streamState: "active" }, ...part } : undefined) });
  expect(view(publication({}), false).paused).toBe(false);
  expect(view(publication({ isDesired: false, track: undefined }), false).paused).toBe(true);
  expect(view(publication({ track: { streamState: "paused" } }), false).paused).toBe(true);
  expect(view(publication({ isMuted: true, isDesired: false }), false).paused).toBe(false);
});

test("the role comes from the token; an unknown one is an ordinary participant", () => {
  expect(view(participant("a", { attributes: { role: "moderator" } }), false).role).toBe("moderator");
  expect(view(participant("a", { attributes: { role: "emperor" } }), false).role).toBe("participant");
});

test("what the moderation made of somebody is shown, unless the person moderates", () => {
  expect(view(participant("a", { attributes: { role: "guest", part: "listener" } }), false)).toMatchObject({ role: "guest", part: "listener" });
  expect(view(participant("a", { attributes: { role: "moderator", part: "listener" } }), false).part).toBeUndefined();
  expect(view(participant("a", { attributes: { part: "emperor" } }), false).part).toBeUndefined();
});

test("who raised the hand first is first on the speaker list", () => {
  const people = [
    view(participant("second", { attributes: { hand_raised_at: "2026-11-24T09:02:00Z" } }), false),
    view(participant("none"), false),
    view(participant("first", { attributes: { hand_raised_at: "2026-11-24T09:01:00Z" } }), false),
  ];
  expect(handsOf(people).map((person) => person.identity)).toEqual(["first", "second"]);
});

test("a lost connection is a bad one, no report is unknown", () => {
  expect(qualityOf(ConnectionQuality.Lost)).toBe("bad");
  expect(qualityOf(ConnectionQuality.Unknown)).toBe("unknown");
});

test("only who is in the same group is here", () => {
  const place = (identity: string, group?: string, me = false) => view(participant(identity, { attributes: group ? { group } : {} }), me);
  const names = (people: ReturnType<typeof place>[]) => hereOf(people).map(({ identity }) => identity);
  expect(names([place("a", "2"), place("b"), place("c", "1"), place("me", "2", true)])).toEqual(["a", "me"]);
  expect(names([place("a", "2"), place("b"), place("me", undefined, true)])).toEqual(["b", "me"]);
});
