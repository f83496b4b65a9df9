//! The judge finds each thing that it is for. A judge that finds nothing in good records proves little.

use super::*;
use crate::event::{Blame, Event, Found, Shown, Step};

const ROOM: Claim = (1, 1_000, 2_000);

fn shown(claims: &[Claim]) -> Shown {
    let dates = claims.iter().map(|claim| (claim.1, claim.2, false)).collect();
    Shown { is_cancelled: false, dates, claims: claims.to_vec() }
}

fn cancelled() -> Shown {
    Shown { is_cancelled: true, ..Shown::default() }
}

fn change(at: (Tick, Tick), ticket: Ticket, base: u64, wanted: Shown, outcome: Outcome) -> Event {
    let steps = vec![Step { ticket, base, wanted }];
    let act = Act::Change { verb: "book".into(), steps, refusal_due: None };
    Event { person: u16::try_from(ticket).expect("few"), asked: at.0, answered: at.1, act, outcome }
}

fn found(ticket: Ticket, version: u64, shown: Shown) -> Found {
    Found { ticket, version, shown }
}

fn refused(code: &str, blame: Vec<Blame>) -> Outcome {
    Outcome::Refused(409, code.into(), blame)
}

fn findings(events: Vec<Event>, found: Vec<Found>) -> Vec<Finding> {
    judge(&Record { events, found }).findings
}

#[test]
fn a_room_that_goes_from_one_to_the_next_is_no_finding() {
    let events = vec![
        change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done),
        change((11, 12), 2, 0, shown(&[ROOM]), refused("room_taken", vec![Blame::TakenUntil(1, 2_000)])),
        change((20, 30), 1, 1, cancelled(), Outcome::Done),
        // It may be had as soon as the other is on its way out.
        change((21, 25), 3, 0, shown(&[(1, 1_500, 2_500)]), Outcome::Done),
    ];
    let there = vec![found(1, 2, cancelled()), found(3, 1, shown(&[(1, 1_500, 2_500)]))];
    assert_eq!(findings(events, there), []);
}

#[test]
fn two_at_once_are_found_although_one_is_gone_at_the_end() {
    let other = (1, 1_500, 2_500);
    let events = vec![
        change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done),
        change((11, 12), 2, 0, shown(&[other]), Outcome::Done),
        change((20, 30), 1, 1, cancelled(), Outcome::Done),
    ];
    let there = vec![found(1, 2, cancelled()), found(2, 1, shown(&[other]))];
    let twice = Finding::HeldTwice { first: (1, ROOM), second: (2, other), since: Some(12) };
    assert_eq!(findings(events, there), [twice]);
}

#[test]
fn two_at_the_end_are_found_although_nobody_heard_of_them() {
    let events = vec![
        change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done),
        change((11, 12), 2, 0, shown(&[ROOM]), Outcome::Unknown),
    ];
    let there = vec![found(1, 1, shown(&[ROOM])), found(2, 1, shown(&[ROOM]))];
    let twice = Finding::HeldTwice { first: (1, ROOM), second: (2, ROOM), since: None };
    assert_eq!(findings(events, there), [twice]);
}

#[test]
fn what_was_acknowledged_must_be_there_as_it_was() {
    let book = || change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done);
    assert_eq!(findings(vec![book()], Vec::new()), [Finding::Lost(1)]);
    assert_eq!(findings(vec![book()], vec![found(1, 1, shown(&[]))]), [Finding::Differs(1, 1)]);
    let moved = change((11, 12), 1, 1, shown(&[]), Outcome::Done);
    assert_eq!(findings(vec![book(), moved], vec![found(1, 1, shown(&[ROOM]))]), [Finding::VersionLost(1, 2)]);
}

#[test]
fn a_lost_answer_may_have_been_either() {
    let book = || change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done);
    let moved = || change((11, 12), 1, 1, shown(&[]), Outcome::Unknown);
    for there in [found(1, 1, shown(&[ROOM])), found(1, 2, shown(&[]))] {
        assert_eq!(findings(vec![book(), moved()], vec![there]), []);
    }
    let neither = findings(vec![book(), moved()], vec![found(1, 2, shown(&[ROOM]))]);
    assert_eq!(neither, [Finding::Differs(1, 2)]);
}

#[test]
fn nothing_is_there_that_nobody_asked_for_or_that_was_refused() {
    let refusal = change((0, 10), 1, 0, shown(&[]), refused("room_held", Vec::new()));
    let made = findings(vec![refusal], vec![found(1, 1, shown(&[]))]);
    assert!(made.contains(&Finding::FromNowhere(1, 1)), "{made:?}");
    assert_eq!(findings(Vec::new(), vec![found(7, 1, shown(&[]))]), [Finding::FromNowhere(7, 1)]);
}

#[test]
fn two_changes_of_one_version_are_found() {
    let events = vec![
        change((0, 10), 1, 0, shown(&[]), Outcome::Done),
        change((11, 13), 1, 1, shown(&[]), Outcome::Done),
        change((12, 14), 1, 1, shown(&[]), Outcome::Done),
    ];
    assert_eq!(findings(events, vec![found(1, 2, shown(&[]))]), [Finding::BothChanged(1, 2)]);
}

#[test]
fn refusals_have_a_reason() {
    let book = change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done);
    let taken = |at, blame| change(at, 2, 0, shown(&[ROOM]), refused("room_taken", vec![blame]));
    let there = || vec![found(1, 1, shown(&[ROOM]))];
    let right = Blame::TakenUntil(1, 2_000);
    assert_eq!(findings(vec![book.clone(), taken((5, 6), right.clone())], there()), []);
    for wrong in [Blame::TakenUntil(1, 2_001), Blame::TakenUntil(2, 2_000)] {
        let found = findings(vec![book.clone(), taken((11, 12), wrong)], there());
        assert!(matches!(found.as_slice(), [Finding::Unfounded(11, _)]), "{found:?}");
    }
    // Not yet asked for.
    let late = change((20, 30), 1, 0, shown(&[ROOM]), Outcome::Done);
    let found_early = findings(vec![taken((11, 12), right), late], there());
    assert!(matches!(found_early.as_slice(), [Finding::Unfounded(11, _)]), "{found_early:?}");
    let stale = change((11, 12), 1, 1, shown(&[]), Outcome::Refused(412, "changed_meanwhile".into(), Vec::new()));
    let unchanged = findings(vec![book, stale], there());
    assert!(matches!(unchanged.as_slice(), [Finding::Unfounded(11, _)]), "{unchanged:?}");
}

#[test]
fn what_a_form_keeps_is_not_given_to_others() {
    let hold = Event { person: 1, asked: 0, answered: 5, act: Act::Hold(vec![ROOM]), outcome: Outcome::Done };
    let book = |at| change(at, 2, 0, shown(&[ROOM]), Outcome::Done);
    let there = || vec![found(2, 1, shown(&[ROOM]))];
    assert_eq!(findings(vec![hold.clone(), book((6, 9))], there()), [Finding::Ousted(6, ROOM)]);
    assert_eq!(findings(vec![hold.clone(), book((4, 9))], there()), []);
    let release = Event { asked: 7, answered: 8, act: Act::Hold(Vec::new()), ..hold.clone() };
    assert_eq!(findings(vec![hold, release, book((6, 9))], there()), []);
}

#[test]
fn who_reads_after_an_answer_reads_no_older_version() {
    let read = |at: Tick, version| {
        let act = Act::Read(1, version, shown(if version == 1 { &[ROOM] } else { &[] }));
        Event { person: 9, asked: at, answered: at + 1, act, outcome: Outcome::Done }
    };
    let changes = || {
        vec![change((0, 10), 1, 0, shown(&[ROOM]), Outcome::Done), change((11, 15), 1, 1, shown(&[]), Outcome::Done)]
    };
    let there = || vec![found(1, 2, shown(&[]))];
    let with = |event| changes().into_iter().chain([event]).collect();
    assert_eq!(findings(with(read(12, 1)), there()), []);
    assert_eq!(findings(with(read(12, 2)), there()), []);
    assert_eq!(findings(with(read(16, 1)), there()), [Finding::ReadTheOld(1, 1)]);
}

#[test]
fn what_cannot_be_booked_and_faults_are_found() {
    let mut gap = change((0, 1), 1, 0, shown(&[]), Outcome::Done);
    if let Act::Change { refusal_due, .. } = &mut gap.act {
        *refusal_due = Some("time_does_not_exist".into());
    }
    let nonsense = Finding::Nonsense(1, "time_does_not_exist".into());
    assert_eq!(findings(vec![gap], vec![found(1, 1, shown(&[]))]), [nonsense]);
    let fault = change((3, 4), 1, 0, shown(&[]), Outcome::Refused(500, "internal".into(), Vec::new()));
    assert_eq!(findings(vec![fault], Vec::new()), [Finding::Fault(3, "book".into())]);
}
