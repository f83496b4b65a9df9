//! May this person enter this meeting now?

use jiff::{SignedDuration, Timestamp};

use crate::{AdmissionState, MeetingRole, OccurrenceState};

/// When doors open and close, relative to the booked time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinWindow {
    /// This long before the start, for everybody.
    pub before: SignedDuration,
    /// This long before the start, for moderators.
    pub before_for_moderators: SignedDuration,
    /// This long after the end, while nobody ended the meeting.
    pub after: SignedDuration,
}

impl Default for JoinWindow {
    fn default() -> Self {
        Self {
            before: SignedDuration::from_mins(15),
            before_for_moderators: SignedDuration::from_mins(30),
            after: SignedDuration::from_mins(60),
        }
    }
}

impl JoinWindow {
    /// When the door opens for this role.
    pub fn opens_at(&self, start: Timestamp, role: Option<MeetingRole>) -> Timestamp {
        let before = if role == Some(MeetingRole::Moderator) { self.before_for_moderators } else { self.before };
        start.checked_sub(before).unwrap_or(Timestamp::MIN)
    }

    /// Has the door been opened to anybody? From then on people may be inside, whether or not it was booked for then.
    pub fn has_opened(&self, start: Timestamp, now: Timestamp) -> bool {
        now >= self.opens_at(start, None).min(self.opens_at(start, Some(MeetingRole::Moderator)))
    }

    /// When the door closes for everybody.
    pub fn closes_at(&self, end: Timestamp) -> Timestamp {
        end.checked_add(self.after).unwrap_or(Timestamp::MAX)
    }
}

/// The door of a meeting as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    /// First instant of the booked time.
    pub start: Timestamp,
    /// First instant after the booked time.
    pub end: Timestamp,
    /// Held, cancelled or ended.
    pub state: OccurrenceState,
    /// Nobody new may enter.
    pub is_locked: bool,
    /// Nobody inside could unlock it: the last moderator is gone for more than a moment.
    pub is_unmoderated: bool,
    /// Guests wait until a moderator lets them in.
    pub guests_wait: bool,
}

impl Door {
    /// A lock that nobody inside could open holds for guests and strangers, not for colleagues who were invited.
    pub fn lock_rests_for(&self, role: Option<MeetingRole>) -> bool {
        self.is_unmoderated && role == Some(MeetingRole::Participant)
    }
}

/// Who stands before it.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The role the invitation gives; none for staff who only know the link.
    pub role: Option<MeetingRole>,
    /// Was sent away for good.
    pub is_excluded: bool,
    /// Is inside at this moment (a reload, a second try).
    pub is_inside: bool,
    /// What a moderator decided, if the person asked before.
    pub admission: Option<AdmissionState>,
}

/// What the door does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Come in, in this role.
    Enter(MeetingRole),
    /// A moderator decides.
    Wait,
    /// No.
    Refused(JoinRefused),
}

/// Why nobody may enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinRefused {
    /// The door is not open yet.
    #[error("the meeting cannot be joined yet")]
    TooEarly {
        /// When it opens for this person.
        opens_at: Timestamp,
    },
    /// The booking was cancelled.
    #[error("the meeting was cancelled")]
    Cancelled,
    /// Ended by a moderator, or its time is over.
    #[error("the meeting is over")]
    Ended,
    /// This person was sent away for good.
    #[error("the person was removed from the meeting")]
    Removed,
    /// A moderator said no.
    #[error("the person was not let in")]
    Rejected,
    /// Nobody new may enter.
    #[error("the meeting is locked")]
    Locked,
}

/// Decides. The order of the questions is the order of the answers people get: what is over is
/// over for all; who was removed learns nothing more.
pub fn enter(door: &Door, caller: &Caller, window: &JoinWindow, now: Timestamp) -> Entry {
    let opens_at = window.opens_at(door.start, caller.role);
    match door.state {
        OccurrenceState::Cancelled => return Entry::Refused(JoinRefused::Cancelled),
        OccurrenceState::Ended { .. } => return Entry::Refused(JoinRefused::Ended),
        OccurrenceState::Held => {}
    }
    if now >= window.closes_at(door.end) {
        Entry::Refused(JoinRefused::Ended)
    } else if caller.is_excluded {
        Entry::Refused(JoinRefused::Removed)
    } else if now < opens_at {
        Entry::Refused(JoinRefused::TooEarly { opens_at })
    } else {
        decide_open(door, caller)
    }
}

fn decide_open(door: &Door, caller: &Caller) -> Entry {
    let waits = match (caller.role, caller.admission) {
        (Some(MeetingRole::Moderator), _) => false,
        // What is asked at the door is answered there, whoever asks: somebody who was sent back waits as well.
        (_, Some(AdmissionState::Waiting | AdmissionState::Rejected)) => true,
        (Some(MeetingRole::Participant), _) => false,
        (Some(MeetingRole::Guest), _) => door.guests_wait,
        (None, _) => true,
    };
    let is_known = caller.is_inside || caller.admission.is_some();
    let passes_lock = caller.role == Some(MeetingRole::Moderator) || is_known || door.lock_rests_for(caller.role);
    let role = caller.role.unwrap_or(MeetingRole::Participant);
    if waits && caller.admission == Some(AdmissionState::Rejected) {
        Entry::Refused(JoinRefused::Rejected)
    } else if door.is_locked && !passes_lock {
        Entry::Refused(JoinRefused::Locked)
    } else if waits && caller.admission != Some(AdmissionState::Admitted) {
        Entry::Wait
    } else {
        Entry::Enter(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-24T{text}:00Z").parse().expect("an instant")
    }

    fn door() -> Door {
        let (start, end) = (at("09:00"), at("10:00"));
        let state = OccurrenceState::Held;
        Door { start, end, state, is_locked: false, is_unmoderated: false, guests_wait: true }
    }

    fn caller(role: Option<MeetingRole>) -> Caller {
        Caller { role, is_excluded: false, is_inside: false, admission: None }
    }

    fn ask(door: Door, caller: Caller, now: &str) -> Entry {
        enter(&door, &caller, &JoinWindow::default(), at(now))
    }

    const MODERATOR: Option<MeetingRole> = Some(MeetingRole::Moderator);
    const PARTICIPANT: Option<MeetingRole> = Some(MeetingRole::Participant);
    const GUEST: Option<MeetingRole> = Some(MeetingRole::Guest);

    #[test]
    fn the_door_opens_earlier_for_moderators() {
        assert_eq!(
            ask(door(), caller(MODERATOR), "08:29"),
            Entry::Refused(JoinRefused::TooEarly { opens_at: at("08:30") })
        );
        assert_eq!(ask(door(), caller(MODERATOR), "08:30"), Entry::Enter(MeetingRole::Moderator));
        assert_eq!(
            ask(door(), caller(PARTICIPANT), "08:44"),
            Entry::Refused(JoinRefused::TooEarly { opens_at: at("08:45") })
        );
        assert_eq!(ask(door(), caller(PARTICIPANT), "08:45"), Entry::Enter(MeetingRole::Participant));
    }

    #[test]
    fn the_door_closes_an_hour_after_the_end() {
        assert_eq!(ask(door(), caller(PARTICIPANT), "10:59"), Entry::Enter(MeetingRole::Participant));
        assert_eq!(ask(door(), caller(MODERATOR), "11:00"), Entry::Refused(JoinRefused::Ended));
    }

    #[test]
    fn ended_and_cancelled_meetings_are_over_for_everybody() {
        let ended = Door { state: OccurrenceState::Ended { at: at("09:30") }, ..door() };
        let cancelled = Door { state: OccurrenceState::Cancelled, ..door() };
        for role in [MODERATOR, PARTICIPANT, GUEST, None] {
            assert_eq!(ask(ended, caller(role), "09:31"), Entry::Refused(JoinRefused::Ended));
            assert_eq!(ask(cancelled, caller(role), "09:31"), Entry::Refused(JoinRefused::Cancelled));
        }
    }

    #[test]
    fn guests_and_uninvited_staff_wait_until_admitted() {
        for (role, inside_as) in [(GUEST, MeetingRole::Guest), (None, MeetingRole::Participant)] {
            let asks = |admission| ask(door(), Caller { admission, ..caller(role) }, "09:00");
            assert_eq!(asks(None), Entry::Wait);
            assert_eq!(asks(Some(AdmissionState::Waiting)), Entry::Wait);
            assert_eq!(asks(Some(AdmissionState::Admitted)), Entry::Enter(inside_as));
            assert_eq!(asks(Some(AdmissionState::Rejected)), Entry::Refused(JoinRefused::Rejected));
        }
    }

    #[test]
    fn guests_walk_in_where_the_organiser_wants_it_but_uninvited_staff_still_wait() {
        let open = Door { guests_wait: false, ..door() };
        assert_eq!(ask(open, caller(GUEST), "09:00"), Entry::Enter(MeetingRole::Guest));
        assert_eq!(ask(open, caller(None), "09:00"), Entry::Wait);
    }

    #[test]
    fn who_was_sent_back_waits_whatever_the_invitation_says_and_only_moderators_cannot_be() {
        let open = Door { guests_wait: false, ..door() };
        let asks = |role, admission| ask(open, Caller { is_inside: true, admission, ..caller(role) }, "09:00");
        for (role, inside_as) in [(PARTICIPANT, MeetingRole::Participant), (GUEST, MeetingRole::Guest)] {
            assert_eq!(asks(role, Some(AdmissionState::Waiting)), Entry::Wait);
            assert_eq!(asks(role, Some(AdmissionState::Rejected)), Entry::Refused(JoinRefused::Rejected));
            assert_eq!(asks(role, Some(AdmissionState::Admitted)), Entry::Enter(inside_as));
        }
        for admission in [AdmissionState::Waiting, AdmissionState::Rejected] {
            assert_eq!(asks(MODERATOR, Some(admission)), Entry::Enter(MeetingRole::Moderator));
        }
    }

    #[test]
    fn who_stands_at_the_door_already_goes_on_waiting_when_it_is_locked() {
        let locked = Door { is_locked: true, ..door() };
        for role in [PARTICIPANT, GUEST, None] {
            let waiting = Caller { admission: Some(AdmissionState::Waiting), ..caller(role) };
            assert_eq!(ask(locked, waiting, "09:00"), Entry::Wait);
        }
    }

    #[test]
    fn a_locked_door_opens_for_moderators_and_those_who_are_in_already() {
        let locked = Door { is_locked: true, ..door() };
        let refused = Entry::Refused(JoinRefused::Locked);
        assert_eq!(ask(locked, caller(PARTICIPANT), "09:00"), refused);
        assert_eq!(ask(locked, caller(GUEST), "09:00"), refused);
        assert_eq!(ask(locked, caller(None), "09:00"), refused);
        assert_eq!(ask(locked, caller(MODERATOR), "09:00"), Entry::Enter(MeetingRole::Moderator));
        let inside = Caller { is_inside: true, ..caller(PARTICIPANT) };
        assert_eq!(ask(locked, inside, "09:00"), Entry::Enter(MeetingRole::Participant));
        let admitted = Caller { admission: Some(AdmissionState::Admitted), ..caller(GUEST) };
        assert_eq!(ask(locked, admitted, "09:00"), Entry::Enter(MeetingRole::Guest));
    }

    #[test]
    fn a_lock_that_nobody_inside_could_open_lets_invited_colleagues_in_and_nobody_else() {
        let locked = Door { is_locked: true, is_unmoderated: true, guests_wait: false, ..door() };
        assert_eq!(ask(locked, caller(PARTICIPANT), "09:00"), Entry::Enter(MeetingRole::Participant));
        for role in [GUEST, None] {
            assert_eq!(ask(locked, caller(role), "09:00"), Entry::Refused(JoinRefused::Locked));
        }
        let sent_back = Caller { admission: Some(AdmissionState::Waiting), ..caller(PARTICIPANT) };
        assert_eq!(ask(locked, sent_back, "09:00"), Entry::Wait, "what a moderator decided stands");
    }

    #[test]
    fn who_was_removed_never_comes_back_not_even_as_moderator_or_admitted() {
        for role in [MODERATOR, PARTICIPANT, GUEST, None] {
            let removed = Caller {
                is_excluded: true,
                is_inside: true,
                admission: Some(AdmissionState::Admitted),
                ..caller(role)
            };
            assert_eq!(ask(door(), removed, "09:00"), Entry::Refused(JoinRefused::Removed));
        }
    }
}
