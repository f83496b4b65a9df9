use async_trait::async_trait;
use domain::{
    Admission, AdmissionId, ApiTokenId, Booking, BookingId, Delegation, DelegationId, Identity, Invitation,
    InvitationId, MailId, Occurrence, OccurrenceId, Person, PersonId, Private, Reply, Room, RoomId,
};
use jiff::{SignedDuration, Timestamp};

use crate::StorageError;

/// How long a failed attempt to sign in is remembered; no window of the rate limit is longer.
pub(crate) const FAILED_SIGN_INS_KEPT: SignedDuration = SignedDuration::from_hours(24);

type Result<T> = std::result::Result<T, StorageError>;

/// One unit of work over all repositories; dropped without [`Unit::commit`] it leaves no trace.
///
/// After an error the unit can only be dropped: part of what was asked may be missing, so
/// `commit` refuses with [`StorageError::Conflict`]. Keep units that write short: SQLite has
/// one writer, and PostgreSQL keeps rooms locked until the unit ends. Never wait for a second
/// unit while holding one, and do slow work (hashing a password, asking another server) before
/// opening it.
#[async_trait]
pub trait Unit:
    People
    + Sessions
    + SetupLinks
    + Delegations
    + Rooms
    + crate::RoomClaims
    + crate::Pools
    + crate::PoolClaims
    + crate::PoolUses
    + crate::RoomHolds
    + crate::RoomWaits
    + crate::RoomPolicies
    + crate::RoomRequests
    + Bookings
    + crate::Continuations
    + Invitations
    + Replies
    + Admissions
    + Exclusions
    + crate::GivenRoles
    + crate::Reminders
    + crate::Attendance
    + Outbox
    + crate::DialInPins
    + crate::KeptAnswers
    + crate::Webhooks
    + crate::Zones
    + crate::CalendarFeeds
    + crate::AppPasswords
    + crate::CalendarPrograms
    + crate::Deletions
    + crate::PersonalData
    + Audit
    + Send
{
    /// Makes everything durable, or fails as a whole.
    async fn commit(self: Box<Self>) -> Result<()>;
}

/// People with accounts.
#[async_trait]
pub trait People {
    /// Adds a person; [`StorageError::Conflict`] if the mail address is taken.
    async fn add_person(&mut self, person: &Person) -> Result<()>;
    /// Replaces everything but id and `created_at`; [`StorageError::Conflict`] if there is no such account any more.
    async fn save_person(&mut self, person: &Person) -> Result<()>;
    /// By id.
    async fn person(&mut self, id: PersonId) -> Result<Option<Person>>;
    /// Several by id, those that exist, in any order.
    async fn people_by_id(&mut self, ids: &[PersonId]) -> Result<Vec<Person>>;
    /// By mail address, compared in lower case.
    async fn person_by_email(&mut self, email: &Private<String>) -> Result<Option<Person>>;
    /// Whose name or mail address contains the text (case-insensitive; all if empty), by name,
    /// after the given name and id, at most `limit`. Erased accounts are not among them.
    async fn find_people(&mut self, text: &str, after: Option<(&str, PersonId)>, limit: u32) -> Result<Vec<Person>>;
    /// Whose account was closed since then and still is, and when; what is left of erased ones as well.
    async fn people_closed_since(&mut self, since: Timestamp) -> Result<Vec<(PersonId, Timestamp)>>;
    /// How many accounts there are, without what is left of erased ones.
    async fn count_people(&mut self) -> Result<u64>;
}

/// A browser that is signed in.
#[derive(Clone, Debug)]
pub struct WebSession {
    /// SHA-256 of the cookie's 256-bit secret.
    pub secret_hash: [u8; 32],
    /// Who.
    pub person: PersonId,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// Last use; the idle time counts from here.
    pub used_at: Timestamp,
    /// Ends whatever happens.
    pub expires_at: Timestamp,
}

/// Who is behind a secret, with everything that rights are decided by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: Person,
    /// What this person may do for others.
    pub delegations: Vec<Delegation>,
    /// Last use of a session; the idle time counts from here.
    pub used_at: Option<Timestamp>,
    /// Ends whatever happens.
    pub expires_at: Timestamp,
}

/// A bearer token for the API, made by its person.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Stable id.
    pub id: ApiTokenId,
    /// SHA-256 of the 256-bit secret.
    pub secret_hash: [u8; 32],
    /// Whose rights it carries.
    pub person: PersonId,
    /// What its person calls it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// One failed attempt to sign in, kept only to slow down guessing.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// SHA-256 of the mail address or of the source network; never the value itself.
    pub subject_hash: [u8; 32],
    /// When.
    pub at: Timestamp,
}

/// Signed-in browsers, API tokens and failed attempts.
#[async_trait]
pub trait Sessions {
    /// Adds a session.
    async fn add_session(&mut self, session: &WebSession) -> Result<()>;
    /// Whose it is, by the hash of its secret: one question, because every request asks it.
    async fn session_holder(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Holder>>;
    /// Notes a use.
    async fn touch_session(&mut self, secret_hash: &[u8; 32], used_at: Timestamp) -> Result<()>;
    /// Ends one session.
    async fn end_session(&mut self, secret_hash: &[u8; 32]) -> Result<()>;
    /// Ends all sessions of a person.
    async fn end_sessions_of(&mut self, person: PersonId) -> Result<()>;
    /// Ends every secret a person has made: sessions, API tokens, passwords for calendar programs, addresses of calendars.
    async fn end_access_of(&mut self, person: PersonId) -> Result<()>;
    /// Adds an API token.
    async fn add_api_token(&mut self, token: &ApiToken) -> Result<()>;
    /// Whose it is, by the hash of its secret.
    async fn token_holder(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Holder>>;
    /// Those of a person, newest first.
    async fn api_tokens_of(&mut self, person: PersonId) -> Result<Vec<ApiToken>>;
    /// Ends one, if it is this person's; answers whether it was.
    async fn end_api_token(&mut self, person: PersonId, id: ApiTokenId) -> Result<bool>;
    /// Notes a failed attempt.
    async fn add_failed_sign_in(&mut self, attempt: &SignIn) -> Result<()>;
    /// How many failed since then.
    async fn failed_sign_ins(&mut self, subject_hash: &[u8; 32], since: Timestamp) -> Result<u32>;
    /// Deletes sessions, tokens and attempts whose time is over; answers how many.
    async fn delete_expired_sessions(&mut self, now: Timestamp) -> Result<u64>;
}

/// One-time links that create the first administrator.
#[async_trait]
pub trait SetupLinks {
    /// Replaces any earlier link.
    async fn set_setup_link(&mut self, secret_hash: &[u8; 32], expires_at: Timestamp) -> Result<()>;
    /// Uses the link up; answers whether it was valid.
    async fn take_setup_link(&mut self, secret_hash: &[u8; 32], now: Timestamp) -> Result<bool>;
}

/// Who may act for whom.
#[async_trait]
pub trait Delegations {
    /// Adds or replaces the delegation of this pair.
    async fn save_delegation(&mut self, delegation: &Delegation) -> Result<()>;
    /// Ends it; answers whether it existed.
    async fn end_delegation(&mut self, id: DelegationId) -> Result<bool>;
    /// By id.
    async fn delegation(&mut self, id: DelegationId) -> Result<Option<Delegation>>;
    /// What this person may do for others.
    async fn delegations_held(&mut self, delegate: PersonId) -> Result<Vec<Delegation>>;
    /// Who may act for this person.
    async fn delegations_given(&mut self, principal: PersonId) -> Result<Vec<Delegation>>;
}

/// Half-open span of time `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First instant.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
}

/// Somebody is busy with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusyTime {
    /// Who.
    pub person: PersonId,
    /// With which booking.
    pub booking: BookingId,
    /// When.
    pub span: Span,
}

/// Bookable rooms.
#[async_trait]
pub trait Rooms {
    /// Adds a room; [`StorageError::Conflict`] if the name is taken.
    async fn add_room(&mut self, room: &Room) -> Result<()>;
    /// Saves if the stored version is `room.version - 1`, else [`StorageError::Conflict`].
    async fn save_room(&mut self, room: &Room) -> Result<()>;
    /// By id.
    async fn room(&mut self, id: RoomId) -> Result<Option<Room>>;
    /// Several by id, retired ones as well, those that exist, by id.
    async fn rooms_by_id(&mut self, ids: &[RoomId]) -> Result<Vec<Room>>;
    /// All that are not retired, by name.
    async fn rooms(&mut self) -> Result<Vec<Room>>;
    /// Layer one against double booking: takes the locks in ascending order, until the unit ends.
    async fn lock_rooms(&mut self, ids: &[RoomId]) -> Result<()>;
    /// Layer two: which of these rooms are held in the span by another booking, and until when:
    /// every span held, by room and start.
    async fn taken_rooms(
        &mut self,
        ids: &[RoomId],
        span: Span,
        except: Option<BookingId>,
    ) -> Result<Vec<(RoomId, Span)>>;
    /// The same for many spans at once, as a series has them: everything another booking holds in
    /// any of the spans, each once, by room and start.
    async fn taken_rooms_at(
        &mut self,
        ids: &[RoomId],
        spans: &[Span],
        except: Option<BookingId>,
    ) -> Result<Vec<(RoomId, Span)>>;
}

/// Bookings and their occurrences. What a unit that writes has read of a booking by its id or
/// that of an occurrence stays true until the unit ends.
#[async_trait]
pub trait Bookings {
    /// Adds a booking with its occurrences and the rooms they hold;
    /// [`StorageError::RoomTaken`] is layer three.
    async fn add_booking(&mut self, booking: &Booking, occurrences: &[Occurrence]) -> Result<()>;
    /// Replaces booking, occurrences and held rooms if the stored version is
    /// `booking.version - 1`, else [`StorageError::Conflict`]. Occurrences keep their ids and hold
    /// their own rooms, else those of the booking; a cancelled booking or an ended occurrence holds no room.
    async fn save_booking(&mut self, booking: &Booking, occurrences: &[Occurrence]) -> Result<()>;
    /// By id.
    async fn booking(&mut self, id: BookingId) -> Result<Option<Booking>>;
    /// Its occurrences by start.
    async fn occurrences_of(&mut self, id: BookingId) -> Result<Vec<Occurrence>>;
    /// By id.
    async fn occurrence(&mut self, id: OccurrenceId) -> Result<Option<Occurrence>>;
    /// Several by id with their bookings, those that exist.
    async fn occurrences_by_id(&mut self, ids: &[OccurrenceId]) -> Result<Vec<(Occurrence, Booking)>>;
    /// Locks or unlocks, ends early: replaces the state of one occurrence; ended holds no room.
    async fn save_occurrence(&mut self, occurrence: &Occurrence) -> Result<()>;
    /// Endless series whose dates stand in the calendar only up to before `until`, the shortest first.
    async fn series_to_unfold(&mut self, until: Timestamp, limit: u32) -> Result<Vec<BookingId>>;
    /// Those that are not cancelled, that the person organises, and of which a date ends after `now`.
    async fn bookings_to_come(&mut self, organiser: PersonId, now: Timestamp) -> Result<Vec<BookingId>>;
    /// When these people are busy in the span: held dates of bookings that are not cancelled, which they
    /// organise or are invited to, at most `limit`.
    async fn busy_times(&mut self, people: &[PersonId], span: Span, limit: u32) -> Result<Vec<BusyTime>>;
    /// Those that touch the span and that the person organises, booked, or is invited to, by start.
    async fn bookings_of(&mut self, person: PersonId, span: Span, limit: u32) -> Result<Vec<(Occurrence, Booking)>>;
}

/// Invited people and guests.
#[async_trait]
pub trait Invitations {
    /// Replaces the invitations of a booking; kept ids keep their secrets.
    async fn save_invitations(&mut self, booking: BookingId, invitations: &[Invitation]) -> Result<()>;
    /// All of a booking, also revoked ones.
    async fn invitations_of(&mut self, booking: BookingId) -> Result<Vec<Invitation>>;
    /// Those of several bookings.
    async fn invitations_of_all(&mut self, bookings: &[BookingId]) -> Result<Vec<Invitation>>;
    /// A guest's by the hash of the link's secret.
    async fn invitation_by_secret(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Invitation>>;
    /// Ends one for good.
    async fn revoke_invitation(&mut self, id: InvitationId, at: Timestamp) -> Result<()>;
}

/// What invited people answer. An answer goes with its invitation.
#[async_trait]
pub trait Replies {
    /// Adds one, or replaces that of the same invitation about the same.
    async fn save_reply(&mut self, reply: &Reply) -> Result<()>;
    /// All to a booking, those about its single dates as well.
    async fn replies_of(&mut self, booking: BookingId) -> Result<Vec<Reply>>;
    /// To several bookings at once, in any order of them.
    async fn replies_of_all(&mut self, bookings: &[BookingId]) -> Result<Vec<Reply>>;
    /// Deletes all about single dates: the whole booking is asked about anew.
    async fn delete_replies_to_dates(&mut self, booking: BookingId) -> Result<()>;
}

/// People at the door. What a unit that writes has read here stays true until the unit ends.
#[async_trait]
pub trait Admissions {
    /// Adds one, or replaces that of the same occurrence and identity.
    async fn save_admission(&mut self, admission: &Admission) -> Result<()>;
    /// By id.
    async fn admission(&mut self, id: AdmissionId) -> Result<Option<Admission>>;
    /// By the hash of the ticket.
    async fn admission_by_ticket(&mut self, ticket_hash: &[u8; 32]) -> Result<Option<Admission>>;
    /// Everybody at this door, in the order of asking.
    async fn admissions_of(&mut self, occurrence: OccurrenceId) -> Result<Vec<Admission>>;
    /// Deletes those whose time is over; answers how many.
    async fn delete_expired_admissions(&mut self, now: Timestamp) -> Result<u64>;
}

/// People removed for good.
#[async_trait]
pub trait Exclusions {
    /// Notes that this identity may not enter this meeting again.
    async fn exclude(&mut self, occurrence: OccurrenceId, identity: &Identity, at: Timestamp) -> Result<()>;
    /// Was this identity removed?
    async fn is_excluded(&mut self, occurrence: OccurrenceId, identity: &Identity) -> Result<bool>;
    /// Deletes those of meetings that are over for a week; answers how many.
    async fn delete_old_exclusions(&mut self, now: Timestamp) -> Result<u64>;
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Stable id.
    pub id: MailId,
    /// The mail address it goes to.
    pub recipient: Private<String>,
    /// The whole message (RFC 5322), as it goes over the line.
    pub message: Private<Vec<u8>>,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// When nobody waits for it any more.
    pub give_up_at: Timestamp,
}

/// Messages on their way out, written in the unit of what they tell: they go out if, and only
/// if, that was committed.
#[async_trait]
pub trait Outbox {
    /// Adds one.
    async fn add_mail(&mut self, mail: &Mail) -> Result<()>;
    /// Takes those that are due, oldest first, at most `limit`. Nobody else gets them before
    /// `until`: who took them and died is replaced then.
    async fn take_due_mail(&mut self, now: Timestamp, until: Timestamp, limit: u32) -> Result<Vec<Mail>>;
    /// Notes one more attempt in vain, and when the next is due.
    async fn postpone_mail(&mut self, id: MailId, due_at: Timestamp) -> Result<()>;
    /// Deletes one that was sent, or never can be.
    async fn delete_mail(&mut self, id: MailId) -> Result<()>;
    /// Deletes those nobody waits for any more; answers how many.
    async fn delete_overdue_mail(&mut self, now: Timestamp) -> Result<u64>;
    /// How many wait.
    async fn count_mail(&mut self) -> Result<u64>;
}

/// One line of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who did it; none for the system.
    pub actor: Option<PersonId>,
    /// For whom, if somebody else.
    pub on_behalf_of: Option<PersonId>,
    /// What, as a stable word: `booking.created`.
    pub action: String,
    /// To what, as kind and id: `booking 0192…`.
    pub subject: String,
}

/// The audit trail: append-only.
#[async_trait]
pub trait Audit {
    /// Appends a line.
    async fn add_audit(&mut self, entry: &AuditEntry) -> Result<()>;
    /// The newest lines first.
    async fn audit(&mut self, limit: u32) -> Result<Vec<AuditEntry>>;
}
