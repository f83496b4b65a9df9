// Short names for what the API answers. The shapes themselves are generated: `npm run api`.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Named = Schemas["Named"];
export type Session = Schemas["SessionAnswer"];
export type Person = Schemas["PersonAnswer"];
export type NewPerson = Schemas["NewPersonBody"];
export type PersonChange = Schemas["PersonChange"];
export type SystemRole = NewPerson["roles"] extends (infer Role)[] | undefined ? Role : never;
export type Delegation = Schemas["DelegationAnswer"];
export type DelegationBody = Schemas["DelegationBody"];
export type Right = Delegation["rights"][number];
export type Room = Schemas["RoomAnswer"];
export type RoomKind = Room["kind"];
export type RoomBody = Schemas["RoomBody"];
export type RoomPolicy = Schemas["RoomPolicyAnswer"];
export type RoomPolicyBody = Schemas["RoomPolicyBody"];
export type RoomRequest = Schemas["RoomRequestItem"];
export type FreeRoom = Schemas["FreeRoom"];
export type BookingBody = Schemas["BookingBody"];
export type Booking = Schemas["BookingAnswer"];
export type BookingSummary = Schemas["BookingItem"];
export type SeriesDate = Schemas["DateItem"];
export type DateBody = Schemas["DateBody"];
export type BookedRoom = Schemas["BookedRoom"];
export type Guest = Schemas["InvitedGuest"];
export type InvitedRole = NonNullable<BookingBody["people"]>[number]["role"];
export type Meeting = Schemas["MeetingAnswer"];
export type JoinAnswer = Schemas["JoinAnswer"];
export type JoinBody = Schemas["JoinBody"];
export type Admitted = Extract<JoinAnswer, { state: "admitted" }>;
export type Waiting = Extract<JoinAnswer, { state: "waiting" }>;
export type WaitingPerson = Schemas["WaitingPerson"];
export type Moderation = Schemas["ModerateBody"];
export type RunningMeeting = Schemas["RunningMeeting"];
export type RunningMeetingDetail = Schemas["RunningMeetingInFull"];
export type RunningParticipant = Schemas["RunningParticipant"];
