//! Who may do what. Handlers ask here and never compare roles themselves.
//!
//! Default deny: an [`Action`] that no rule allows is refused. To add an action: add the variant,
//! add its rule to [`may`], and accept the changed snapshot of the role × action table.

use jiff::Timestamp;

use crate::{
    Booking, Captures, Delegation, DelegationRight, GivenRole, Invitation, Invitee, MeetingRole, Person, PersonId, Role,
};

/// The person who asks, with the delegations that person holds.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who asks.
    pub person: Person,
    /// What others let this person do for them.
    pub delegations: Vec<Delegation>,
    /// Delegations count until their end date.
    pub now: Timestamp,
}

/// A booking as far as rights are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stake {
    /// Whose meeting it is.
    pub organiser: PersonId,
    /// The role in which the person who asks is invited.
    pub invited_as: Option<MeetingRole>,
    /// Somebody invited whose delegate the person who asks is, with the right to answer.
    pub answers_for: Option<PersonId>,
    /// What the moderation made of that person in the meeting; stands above the invitation.
    pub given: Option<GivenRole>,
    /// Only who organises it and who is invited sees more of it than its time, whatever others may.
    pub is_private: bool,
}

/// How it shows whose an answer to an invitation is.
#[derive(Clone, Copy, Debug)]
pub enum AnsweredBy<'a> {
    /// Somebody signed in, by the page, the API or a calendar program.
    Person(&'a Actor),
    /// Whoever reads the mailbox that the invitation went to: the secret of that invitation came back.
    Mailbox,
}

/// Somebody whose role in a meeting shall change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Is it the person who asks?
    pub is_oneself: bool,
    /// Moderates by the booking itself: the organiser, and who may book for the organiser.
    pub always_moderates: bool,
    /// Signs in with an account of its own.
    pub has_account: bool,
}

/// Where somebody inside a meeting wants to go while there are groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupStep {
    /// Into a group.
    Enter {
        /// The one that was assigned, or chosen before.
        is_own: bool,
    },
    /// Into the main room.
    GoBack,
}

/// What holds for the groups of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRules {
    /// Everybody chooses a group.
    pub may_choose: bool,
    /// Everybody may go to the main room before the end.
    pub may_return: bool,
    /// Somebody who moderates is inside.
    pub is_moderated: bool,
}

/// What somebody inside a meeting lets others see or hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// One's own voice, or any other sound that is not of a shared screen.
    Voice,
    /// One's own picture.
    Picture,
    /// A shared screen.
    Screen,
    /// What is heard of a shared screen.
    ScreenSound,
}

/// Somebody inside as far as sending is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The role in the meeting.
    pub role: MeetingRole,
    /// Was made a presenter.
    pub presents: bool,
    /// Was called to speak.
    pub has_floor: bool,
}

/// What moderators decided for everybody's microphones and screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendingRules {
    /// Only who presents or moderates shows a screen.
    pub only_presenters_share: bool,
    /// Only who presents, moderates or was called is heard.
    pub moderated_microphones: bool,
}

/// Something a signed-in person wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Find colleagues by name, to invite them.
    FindPeople,
    /// See rooms and when they are free.
    SeeRooms,
    /// Book, change or cancel a booking whose organiser is this person.
    BookFor(PersonId),
    /// Hide everything but the time of this organiser's bookings from all who are not invited.
    MakePrivate(PersonId),
    /// Offer this organiser's bookings to a colleague to take over.
    HandOver(PersonId),
    /// Take over what was offered to this person.
    TakeOver(PersonId),
    /// Say whether this person comes to what the person is invited to.
    AnswerFor(PersonId),
    /// See all bookings whose organiser is this person.
    SeeBookingsOf(PersonId),
    /// See when this person is busy, not with what.
    SeeBusyOf(PersonId),
    /// Have a secret address at which calendar programs read this person's calendar.
    FollowCalendarOf(PersonId),
    /// Have such addresses of rooms, where what one may not see has no title.
    FollowRooms,
    /// See one booking and its meeting.
    SeeBooking(Stake),
    /// Say that a room of this booking is used.
    CheckIn(Stake),
    /// Admit, reject, lock.
    Moderate(Stake),
    /// End this meeting for all.
    EndMeeting(Stake),
    /// Remove somebody from this meeting for good.
    RemoveParticipant {
        /// The meeting.
        stake: Stake,
        /// Is it the organiser who shall be removed?
        is_organiser: bool,
    },
    /// Send somebody from this meeting back to its waiting room.
    SendBack {
        /// The meeting.
        stake: Stake,
        /// Whom.
        to: Recipient,
        /// Moderates this meeting, by the booking or by the moderation.
        moderates: bool,
    },
    /// Give somebody another role in this meeting.
    GiveRole {
        /// The meeting.
        stake: Stake,
        /// To whom.
        to: Recipient,
        /// Which.
        role: GivenRole,
    },
    /// Give delegations of this person.
    DelegateFor(PersonId),
    /// End a delegation; the delegate may, too.
    EndDelegation {
        /// The person acted for.
        principal: PersonId,
        /// The assistant.
        delegate: PersonId,
    },
    /// Add, change or retire rooms.
    ManageRooms,
    /// See how much rooms are used: counts of rooms and days, of nobody.
    SeeRoomUse,
    /// Set up pools and sites, see what they carry and what is expected.
    ManageCapacity,
    /// Know what a pool is called that a booking finds too full.
    KnowPool {
        /// Do people of one's own site pass it?
        is_own: bool,
    },
    /// Grant or refuse a room that a booking asks for.
    DecideForRoom {
        /// Does the person look after this room?
        keeps_it: bool,
    },
    /// Add people, change their roles, close accounts.
    ManagePeople,
    /// See running meetings, their counts and quality.
    SeeRunningMeetings,
    /// See who is in a running meeting; audited.
    SeeParticipants,
    /// End a running meeting or remove somebody from it.
    InterveneInMeetings,
    /// Empty a node, so that its meetings go on elsewhere, or let it take meetings again.
    DrainNodes,
}

/// May this person do this now?
pub fn may(actor: &Actor, action: Action) -> bool {
    if actor.person.disabled_at.is_some() {
        return false;
    }
    match action {
        Action::FindPeople | Action::SeeRooms | Action::FollowRooms => true,
        Action::FollowCalendarOf(person) => actor.person.id == person,
        Action::BookFor(organiser) => acts_for(actor, organiser, &[DelegationRight::Book]),
        Action::HandOver(organiser) => acts_for(actor, organiser, &[DelegationRight::Manage]),
        Action::TakeOver(person) => actor.person.id == person,
        Action::AnswerFor(person) => acts_for(actor, person, &[DelegationRight::Answer]),
        // A delegate could not see what was booked; so only who organises it says that it is private.
        Action::MakePrivate(organiser) => actor.person.id == organiser,
        Action::SeeBooking(stake) if stake.is_private => has_part(actor, stake),
        // Who answers an invitation reads it first.
        Action::SeeBooking(stake) => {
            stake.invited_as.is_some()
                || stake.answers_for.is_some_and(|person| may(actor, Action::AnswerFor(person)))
                || may(actor, Action::SeeBookingsOf(stake.organiser))
        }
        Action::CheckIn(stake) if stake.is_private => has_part(actor, stake),
        Action::CheckIn(stake) => stake.invited_as.is_some() || always_moderates(actor, stake.organiser),
        Action::Moderate(stake) => moderates(actor, stake),
        Action::EndMeeting(stake) => moderates(actor, stake) || has(actor, Role::Administrator),
        Action::RemoveParticipant { stake, is_organiser } => {
            has(actor, Role::Administrator) || (moderates(actor, stake) && !is_organiser)
        }
        // Who moderates would open the door to oneself.
        Action::SendBack { stake, to, moderates: is_moderator } => {
            moderates(actor, stake) && !to.is_oneself && !to.always_moderates && !is_moderator
        }
        // Nobody can lose the last hand on the meeting: not one's own role, and never the organiser's.
        Action::GiveRole { stake, to, role } => {
            moderates(actor, stake)
                && !to.is_oneself
                && !to.always_moderates
                && (to.has_account || role != GivenRole::Moderator)
        }
        Action::SeeBookingsOf(organiser) => {
            acts_for(actor, organiser, &[DelegationRight::SeeAll, DelegationRight::Book])
        }
        Action::SeeBusyOf(person) => {
            acts_for(actor, person, &[DelegationRight::SeeBusy, DelegationRight::SeeAll, DelegationRight::Book])
        }
        Action::DelegateFor(principal) => {
            acts_for(actor, principal, &[DelegationRight::Manage]) || has(actor, Role::Administrator)
        }
        Action::EndDelegation { principal, delegate } => {
            actor.person.id == delegate || may(actor, Action::DelegateFor(principal))
        }
        Action::ManageRooms => has(actor, Role::RoomManager) || has(actor, Role::Administrator),
        Action::SeeRoomUse => may(actor, Action::ManageRooms),
        Action::DecideForRoom { keeps_it } => keeps_it || may(actor, Action::ManageRooms),
        Action::KnowPool { is_own } => is_own || may(actor, Action::ManageCapacity),
        Action::ManageCapacity
        | Action::ManagePeople
        | Action::SeeRunningMeetings
        | Action::SeeParticipants
        | Action::InterveneInMeetings
        | Action::DrainNodes => has(actor, Role::Administrator),
    }
}

/// Does this answer to an invitation count, whichever way it came? A guest has no account, and answers by mail alone; to
/// what is private nobody answers for others.
pub fn may_answer(by: AnsweredBy<'_>, booking: &Booking, invitation: &Invitation) -> bool {
    invitation.revoked_at.is_none()
        && match (by, &invitation.invitee) {
            (AnsweredBy::Mailbox, _) => true,
            (AnsweredBy::Person(actor), Invitee::Person(person)) => {
                may(actor, Action::AnswerFor(*person)) && (!booking.is_private || actor.person.id == *person)
            }
            (AnsweredBy::Person(_), Invitee::Guest { .. }) => false,
        }
}

/// May somebody with this role in the meeting go there? Nobody is ever stuck: without a moderator the way back is open.
pub fn may_go(role: MeetingRole, step: GroupStep, rules: GroupRules) -> bool {
    role == MeetingRole::Moderator
        || match step {
            GroupStep::Enter { is_own } => is_own || rules.may_choose,
            GroupStep::GoBack => rules.may_return || !rules.is_moderated,
        }
}

/// May somebody write the notes of the meeting?
pub fn may_write_notes(role: MeetingRole, presents: bool, everybody: bool) -> bool {
    everybody || presents || role == MeetingRole::Moderator
}

/// May this be seen or heard by others, as far as the rules of the meeting say?
pub fn may_send(sender: Sender, what: Sending, rules: SendingRules) -> bool {
    let is_free = sender.presents || sender.role == MeetingRole::Moderator;
    let shares = is_free || !rules.only_presenters_share;
    let is_heard = is_free || sender.has_floor || !rules.moderated_microphones;
    match what {
        Sending::Voice => is_heard,
        Sending::Picture => true,
        Sending::Screen => shares,
        Sending::ScreenSound => shares && is_heard,
    }
}

/// May what this one publishes as text pass as what others said? Nobody else puts words into somebody's mouth.
pub fn may_transcribe(own: Captures, may_send_data: bool) -> bool {
    own.captions && may_send_data
}

/// What somebody has to agree to before coming in: whatever programs inside do now and was not agreed to yet.
pub fn still_to_agree(running: Captures, agreed: Captures) -> Captures {
    running.beyond(agreed)
}

/// Moderates the organiser's meetings whatever role is given: the organiser, and who books for the organiser.
pub fn always_moderates(actor: &Actor, organiser: PersonId) -> bool {
    acts_for(actor, organiser, &[DelegationRight::Book])
}

/// Organises it or is invited.
fn has_part(actor: &Actor, stake: Stake) -> bool {
    stake.organiser == actor.person.id || stake.invited_as.is_some()
}

fn moderates(actor: &Actor, stake: Stake) -> bool {
    let by_role = match stake.given {
        Some(given) => given == GivenRole::Moderator,
        None => stake.invited_as == Some(MeetingRole::Moderator),
    };
    let by_booking =
        if stake.is_private { stake.organiser == actor.person.id } else { always_moderates(actor, stake.organiser) };
    by_role || by_booking
}

fn has(actor: &Actor, role: Role) -> bool {
    actor.person.roles.contains(&role)
}

fn acts_for(actor: &Actor, principal: PersonId, any_of: &[DelegationRight]) -> bool {
    actor.person.id == principal
        || actor.delegations.iter().any(|delegation| {
            delegation.principal == principal
                && delegation.delegate == actor.person.id
                && delegation.valid_until.is_none_or(|until| actor.now < until)
                && any_of.iter().any(|right| delegation.rights.contains(right))
        })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use uuid::Uuid;

    use super::*;
    use crate::{BookingId, DelegationId, InvitationId, Private};

    const BOSS: PersonId = PersonId::from_uuid(Uuid::from_u128(1));
    const SOMEBODY: PersonId = PersonId::from_uuid(Uuid::from_u128(2));
    const OTHER: PersonId = PersonId::from_uuid(Uuid::from_u128(3));

    fn now() -> Timestamp {
        "2026-11-24T09:00:00Z".parse().expect("an instant")
    }

    fn actor(id: PersonId, roles: &[Role]) -> Actor {
        let person = Person {
            id,
            name: Private::from("Name"),
            email: Private::from("name@example.org"),
            password_hash: None,
            roles: roles.to_vec(),
            locale: "de".into(),
            site: None,
            disabled_at: None,
            created_at: now(),
        };
        Actor { person, delegations: Vec::new(), now: now() }
    }

    fn delegate(right: DelegationRight, valid_until: Option<&str>) -> Actor {
        let delegation = Delegation {
            id: DelegationId::from_uuid(Uuid::from_u128(9)),
            principal: BOSS,
            delegate: SOMEBODY,
            rights: vec![right],
            valid_until: valid_until.map(|text| text.parse().expect("an instant")),
        };
        Actor { delegations: vec![delegation], ..actor(SOMEBODY, &[]) }
    }

    type Column = (&'static str, Actor, Option<MeetingRole>, Option<GivenRole>);

    /// Who asks, by column, how that person is invited to the boss's booking, and what the moderation made of it.
    fn actors() -> Vec<Column> {
        let mut closed = actor(BOSS, &[Role::Administrator, Role::RoomManager]);
        closed.person.disabled_at = Some(now());
        vec![
            ("organiser", actor(BOSS, &[]), None, None),
            ("colleague", actor(SOMEBODY, &[]), None, None),
            ("invited", actor(SOMEBODY, &[]), Some(MeetingRole::Participant), None),
            ("moderator", actor(SOMEBODY, &[]), Some(MeetingRole::Moderator), None),
            ("may book", delegate(DelegationRight::Book, None), None, None),
            ("sees busy", delegate(DelegationRight::SeeBusy, None), None, None),
            ("sees all", delegate(DelegationRight::SeeAll, None), None, None),
            ("manages", delegate(DelegationRight::Manage, None), None, None),
            ("answers", delegate(DelegationRight::Answer, None), None, None),
            ("did answer", delegate(DelegationRight::Answer, Some("2026-11-24T09:00:00Z")), None, None),
            ("was to book", delegate(DelegationRight::Book, Some("2026-11-24T09:00:00Z")), None, None),
            ("rooms", actor(SOMEBODY, &[Role::RoomManager]), None, None),
            ("admin", actor(SOMEBODY, &[Role::Administrator]), None, None),
            ("closed", closed, Some(MeetingRole::Moderator), None),
            ("co-moderator", actor(SOMEBODY, &[]), Some(MeetingRole::Participant), Some(GivenRole::Moderator)),
            ("let in, made", actor(SOMEBODY, &[]), None, Some(GivenRole::Moderator)),
            ("no more", actor(SOMEBODY, &[]), Some(MeetingRole::Moderator), Some(GivenRole::Listener)),
            ("boss, given", actor(BOSS, &[]), None, Some(GivenRole::Listener)),
        ]
    }

    fn actions(invited_as: Option<MeetingRole>, given: Option<GivenRole>) -> Vec<(&'static str, Action)> {
        let stake = Stake { organiser: BOSS, invited_as, answers_for: None, given, is_private: false };
        let private = Stake { answers_for: Some(BOSS), is_private: true, ..stake };
        let of_others = Stake { organiser: OTHER, answers_for: Some(BOSS), ..stake };
        let guest = Recipient { is_oneself: false, always_moderates: false, has_account: false };
        let colleague = Recipient { has_account: true, ..guest };
        vec![
            ("find people", Action::FindPeople),
            ("see rooms", Action::SeeRooms),
            ("book", Action::BookFor(BOSS)),
            ("hand over", Action::HandOver(BOSS)),
            ("take over", Action::TakeOver(BOSS)),
            ("see bookings", Action::SeeBookingsOf(BOSS)),
            ("see busy", Action::SeeBusyOf(BOSS)),
            ("follow calendar", Action::FollowCalendarOf(BOSS)),
            ("follow rooms", Action::FollowRooms),
            ("see booking", Action::SeeBooking(stake)),
            ("see private", Action::SeeBooking(private)),
            ("make private", Action::MakePrivate(BOSS)),
            ("moderate private", Action::Moderate(private)),
            ("check in private", Action::CheckIn(private)),
            ("answer", Action::AnswerFor(BOSS)),
            ("see what boss is", Action::SeeBooking(of_others)),
            ("check in", Action::CheckIn(stake)),
            ("moderate", Action::Moderate(stake)),
            ("end meeting", Action::EndMeeting(stake)),
            ("remove guest", Action::RemoveParticipant { stake, is_organiser: false }),
            ("remove organiser", Action::RemoveParticipant { stake, is_organiser: true }),
            ("send guest back", Action::SendBack { stake, to: guest, moderates: false }),
            ("send mod. back", Action::SendBack { stake, to: colleague, moderates: true }),
            (
                "send boss back",
                Action::SendBack { stake, to: Recipient { always_moderates: true, ..colleague }, moderates: false },
            ),
            ("guest listens", Action::GiveRole { stake, to: guest, role: GivenRole::Listener }),
            ("guest moderates", Action::GiveRole { stake, to: guest, role: GivenRole::Moderator }),
            ("make moderator", Action::GiveRole { stake, to: colleague, role: GivenRole::Moderator }),
            (
                "change oneself",
                Action::GiveRole {
                    stake,
                    to: Recipient { is_oneself: true, ..colleague },
                    role: GivenRole::Participant,
                },
            ),
            (
                "take from boss",
                Action::GiveRole {
                    stake,
                    to: Recipient { always_moderates: true, ..colleague },
                    role: GivenRole::Participant,
                },
            ),
            ("delegate", Action::DelegateFor(BOSS)),
            ("end delegation", Action::EndDelegation { principal: BOSS, delegate: OTHER }),
            ("manage rooms", Action::ManageRooms),
            ("see room use", Action::SeeRoomUse),
            ("manage capacity", Action::ManageCapacity),
            ("know pool", Action::KnowPool { is_own: false }),
            ("know own pool", Action::KnowPool { is_own: true }),
            ("decide for room", Action::DecideForRoom { keeps_it: false }),
            ("decide for own", Action::DecideForRoom { keeps_it: true }),
            ("manage people", Action::ManagePeople),
            ("see running", Action::SeeRunningMeetings),
            ("see participants", Action::SeeParticipants),
            ("intervene", Action::InterveneInMeetings),
            ("drain nodes", Action::DrainNodes),
        ]
    }

    #[test]
    fn the_moderation_goes_anywhere_and_nobody_is_stuck_without_it() {
        let steps = [GroupStep::Enter { is_own: true }, GroupStep::Enter { is_own: false }, GroupStep::GoBack];
        let strict = GroupRules { may_choose: false, may_return: false, is_moderated: true };
        let answers = |role, rules| steps.map(|step| may_go(role, step, rules));
        assert_eq!(answers(MeetingRole::Moderator, strict), [true; 3]);
        for role in [MeetingRole::Participant, MeetingRole::Guest] {
            assert_eq!(answers(role, strict), [true, false, false]);
            assert_eq!(answers(role, GroupRules { is_moderated: false, ..strict }), [true, false, true]);
            assert_eq!(answers(role, GroupRules { may_return: true, ..strict }), [true, false, true]);
            assert_eq!(answers(role, GroupRules { may_choose: true, ..strict }), [true, true, false]);
        }
    }

    #[test]
    fn only_a_program_that_is_there_for_it_says_what_others_said() {
        let recorder = Captures { recording: true, captions: false };
        let captioner = Captures { recording: false, captions: true };
        for (own, data, may) in [
            (Captures::default(), true, false),
            (recorder, true, false),
            (captioner, true, true),
            (captioner, false, false),
        ] {
            assert_eq!(may_transcribe(own, data), may, "{own:?}, data: {data}");
        }
    }

    #[test]
    fn who_comes_in_agrees_to_what_goes_on_and_to_nothing_else() {
        let captures = |recording, captions| Captures { recording, captions };
        for (running, agreed, missing) in [
            (captures(false, false), captures(false, false), captures(false, false)),
            (captures(true, false), captures(false, false), captures(true, false)),
            (captures(true, true), captures(false, true), captures(true, false)),
            (captures(true, true), captures(true, true), captures(false, false)),
            (captures(false, true), captures(true, false), captures(false, true)),
        ] {
            assert_eq!(still_to_agree(running, agreed), missing);
        }
    }

    #[test]
    fn rules_for_microphones_and_screens_bind_all_but_moderators_presenters_and_who_is_called() {
        let sending = [Sending::Voice, Sending::Picture, Sending::Screen, Sending::ScreenSound];
        let sender = Sender { role: MeetingRole::Guest, presents: false, has_floor: false };
        let answers = |sender, rules| sending.map(|what| may_send(sender, what, rules));
        let shares = SendingRules { only_presenters_share: true, moderated_microphones: false };
        let both = SendingRules { moderated_microphones: true, ..shares };
        assert_eq!(answers(sender, SendingRules::default()), [true; 4]);
        assert_eq!(answers(sender, shares), [true, true, false, false]);
        assert_eq!(answers(sender, both), [false, true, false, false]);
        let called = Sender { has_floor: true, ..sender };
        assert_eq!(answers(called, both), [true, true, false, false]);
        let only_voices = SendingRules { moderated_microphones: true, ..SendingRules::default() };
        assert_eq!(answers(sender, only_voices), [false, true, true, false]);
        for free in [Sender { role: MeetingRole::Moderator, ..sender }, Sender { presents: true, ..sender }] {
            assert_eq!(answers(free, both), [true; 4]);
        }
    }

    #[test]
    fn notes_are_written_by_moderators_and_presenters_unless_everybody_may() {
        for (role, presents, may) in [
            (MeetingRole::Moderator, false, true),
            (MeetingRole::Participant, false, false),
            (MeetingRole::Guest, false, false),
            (MeetingRole::Guest, true, true),
        ] {
            assert_eq!(may_write_notes(role, presents, false), may);
            assert!(may_write_notes(role, presents, true));
        }
    }

    #[test]
    fn an_answer_counts_from_who_is_invited_a_delegate_with_that_right_or_the_mailbox() {
        let invitation = |invitee| Invitation {
            id: InvitationId::from_uuid(Uuid::from_u128(7)),
            booking: BookingId::from_uuid(Uuid::from_u128(8)),
            invitee,
            role: MeetingRole::Participant,
            revoked_at: None,
        };
        let open = Booking {
            id: BookingId::from_uuid(Uuid::from_u128(8)),
            title: "Beirat".into(),
            description: String::new(),
            organiser: OTHER,
            booked_by: OTHER,
            zone: "Europe/Berlin".into(),
            rooms: Vec::new(),
            guests_wait: true,
            remind_minutes: None,
            profile: crate::capacity::Profile::Normal,
            is_private: false,
            series: None,
            state: crate::BookingState::Active,
            sequence: 0,
            version: 1,
            created_at: now(),
            updated_at: now(),
        };
        let private = Booking { is_private: true, ..open.clone() };
        let boss = invitation(Invitee::Person(BOSS));
        let guest = invitation(Invitee::Guest { name: Private::from("Gast"), email: None, secret_hash: [0; 32] });
        let withdrawn = Invitation { revoked_at: Some(now()), ..boss.clone() };
        let mut closed = actor(BOSS, &[]);
        closed.person.disabled_at = Some(now());
        for (who, by, counts) in [
            ("boss", &actor(BOSS, &[]), true),
            ("answers", &delegate(DelegationRight::Answer, None), true),
            ("was to answer", &delegate(DelegationRight::Answer, Some("2026-11-24T09:00:00Z")), false),
            ("answers still", &delegate(DelegationRight::Answer, Some("2026-11-24T09:00:01Z")), true),
            ("books", &delegate(DelegationRight::Book, None), false),
            ("manages", &delegate(DelegationRight::Manage, None), false),
            ("sees all", &delegate(DelegationRight::SeeAll, None), false),
            ("colleague", &actor(SOMEBODY, &[]), false),
            ("administrator", &actor(SOMEBODY, &[Role::Administrator]), false),
            ("closed", &closed, false),
        ] {
            assert_eq!(may_answer(AnsweredBy::Person(by), &open, &boss), counts, "{who}");
            let is_boss = by.person.id == BOSS;
            assert_eq!(may_answer(AnsweredBy::Person(by), &private, &boss), counts && is_boss, "{who}: private");
            assert!(!may_answer(AnsweredBy::Person(by), &open, &guest), "{who} is not the guest");
            assert!(!may_answer(AnsweredBy::Person(by), &open, &withdrawn), "{who}: nobody is invited any more");
        }
        for (invitation, counts) in [(&boss, true), (&guest, true), (&withdrawn, false)] {
            assert_eq!(may_answer(AnsweredBy::Mailbox, &private, invitation), counts);
        }
    }

    #[test]
    fn the_table_of_roles_and_actions_is_as_agreed() {
        let actors = actors();
        let mut table = format!("{:17}", "");
        for (who, ..) in &actors {
            write!(table, "|{who:^12}").expect("a string takes everything");
        }
        for row in 0..actions(None, None).len() {
            write!(table, "\n{:17}", actions(None, None)[row].0).expect("a string takes everything");
            for (_, actor, invited_as, given) in &actors {
                let answer = if may(actor, actions(*invited_as, *given)[row].1) { "yes" } else { "" };
                write!(table, "|{answer:^12}").expect("a string takes everything");
            }
        }
        insta::assert_snapshot!(table);
    }
}
