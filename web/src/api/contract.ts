// The words of the HTTP API as the pages use them. Times are RFC 3339 in UTC, `*_local` are wall times.
export type Named = { id: string; name: string };
export type Role = "moderator" | "participant";
export type SystemRole = "administrator" | "room_manager";
export type Right = "book" | "read" | "moderate";

export type Session = {
  person: { id: string; name: string; email: string; roles: SystemRole[]; locale: string };
  principals: { id: string; name: string; rights: string[] }[];
  may: { manage_rooms: boolean; manage_people: boolean; see_running_meetings: boolean };
};

export type Person = { id: string; name: string; email: string; roles?: SystemRole[]; locale?: string; disabled_at?: string | null };
export type Delegation = { id: string; principal: Named; delegate: Named; rights: string[]; valid_until?: string | null };
export type ApiToken = { id: string; label: string; created_at: string; expires_at: string };

export type RoomKind = "virtual" | "physical";
export type Room = { id: string; kind: RoomKind; name: string; site?: string | null; capacity: number; notes?: string | null; version: number };
export type FreeRoom = Room & { free: boolean; taken_until?: string | null };
export type RoomBody = { kind: RoomKind; name: string; site?: string; capacity: number; notes?: string };

export type BookingBody = {
  title: string;
  description?: string;
  start: string;
  end: string;
  zone: string;
  organiser?: string;
  rooms?: string[];
  guests_wait?: boolean;
  people?: { person: string; role: Role }[];
  guests?: { id?: string; name: string; email?: string }[];
};

export type BookedRoom = { id: string; name: string; kind: RoomKind; site?: string | null };
export type Guest = { id: string; name: string; email?: string | null; link?: string | null };

export type BookingSummary = {
  id: string;
  title: string;
  start: string;
  end: string;
  zone: string;
  organiser: Named;
  booked_by: Named;
  rooms: BookedRoom[];
  state: "active" | "cancelled";
  meeting_id: string;
  my_role?: Role | null;
  may: { change: boolean; moderate: boolean };
  people_count: number;
  guest_count: number;
  join_url: string;
  joinable_from: string;
};

export type Booking = Omit<BookingSummary, "people_count" | "guest_count"> & {
  version: number;
  description?: string | null;
  start_local: string;
  end_local: string;
  guests_wait: boolean;
  people: { id: string; person: Named; role: Role }[];
  guests: Guest[];
  ended_at?: string | null;
};

export type MeetingState = "early" | "open" | "locked" | "ended" | "cancelled";
export type Meeting = {
  meeting_id: string;
  booking_id: string;
  title: string;
  start: string;
  end: string;
  zone: string;
  organiser: { name: string };
  on_behalf: boolean;
  booked_by: { name: string };
  joinable_from: string;
  state: MeetingState;
  my_role?: string | null;
  guest_name?: string | null;
  guests_wait: boolean;
};

export type Admitted = { state: "admitted"; url: string; token: string; identity: string; role: string; meeting_id: string; title: string; expires_at: string };
export type Waiting = { state: "waiting"; ticket: string; meeting_id: string; title: string };
export type JoinAnswer = Admitted | Waiting;
export type WaitingPerson = { id: string; name: string; requested_at: string; trust: "guest" | "signed_in" };

export type RunningMeeting = {
  meeting_id: string;
  title: string;
  organiser: { name: string };
  started_at: string;
  node: string;
  participants: number;
  bitrate_up_bps: number;
  bitrate_down_bps: number;
  worst_loss: number;
  worst_rtt_ms: number;
};
export type RunningTrack = { sid: string; source: string; codec: string; muted: boolean; bitrate_bps: number };
export type RunningParticipant = {
  identity: string;
  name: string;
  role: string;
  joined_at: string;
  path: string;
  rtt_ms: number;
  loss_up: number;
  loss_down: number;
  bitrate_up_bps: number;
  bitrate_down_bps: number;
  tracks: RunningTrack[];
};
export type RunningMeetingDetail = Omit<RunningMeeting, "participants"> & { participants: RunningParticipant[] };
