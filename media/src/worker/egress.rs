//! Pictures leave without the library, and whoever receives them misses nothing: with real
//! connections, in a clock of their own.

use super::instructions::{RECEIVERS, Stage, losing, picture};
use crate::Kind;

/// Long enough for many reports.
const SPELL: u64 = 400;

fn pace(stage: &mut Stage, paced: bool) {
    stage.worker.members.values_mut().for_each(|member| member.connection.pace(paced));
}

/// Sends packets of which so many of a thousand are lost, and nothing is missing in the end.
/// Returns how many were sent more than once, and how many were lost.
fn lose(of_a_thousand: u64) -> (u64, u64) {
    let mut stage = Stage::open(Kind::Video);
    stage.warm(0, SPELL, picture);
    (stage.loses, stage.media) = (losing(of_a_thousand), 0);
    stage.warm(SPELL, SPELL, picture);
    stage.loses = losing(0);
    // Only what is followed by something is missed.
    stage.warm(SPELL * 2, 5, picture);
    assert_eq!(stage.heard() as u64, (SPELL * 2 + 5) * u64::from(RECEIVERS));
    (stage.media - (SPELL + 5) * u64::from(RECEIVERS), stage.lost)
}

#[test]
fn what_is_lost_of_pictures_is_repeated() {
    let (repeated, lost) = lose(30);
    assert!((lost..lost * 3 / 2).contains(&repeated), "{repeated} repeats of {lost} lost packets");
}

#[test]
fn where_much_is_lost_repeats_leave_twice() {
    let (repeated, lost) = lose(100);
    assert!((lost * 3 / 2..lost * 3).contains(&repeated), "{repeated} repeats of {lost} lost packets");
}

#[test]
fn on_a_narrow_line_a_large_picture_leaves_bit_by_bit() {
    let mut stage = Stage::open(Kind::Video);
    stage.warm(0, 5, picture);
    pace(&mut stage, true);
    let sealed = stage.sealed;
    // 27 kB at some 900 kbit/s.
    stage.burst(5, 25, picture);
    let left = stage.sealed - sealed;
    let all = 25 * u64::from(RECEIVERS);
    assert!(left > all / 20 && left < all / 3, "{left} of {all} within 40 ms");
    assert_eq!(stage.heard() as u64, 30 * u64::from(RECEIVERS));
    assert!(stage.worker.members.values().all(|member| member.connection.due().is_none_or(|due| due > stage.now)));
}

#[test]
fn who_reports_nothing_of_arrivals_gets_pictures_all_the_same() {
    let mut stage = Stage::open_after(Kind::Video, |offer| {
        offer.lines().filter(|line| !line.contains("transport-wide-cc")).map(|line| format!("{line}\r\n")).collect()
    });
    stage.loses = losing(30);
    stage.warm(0, SPELL, picture);
    stage.loses = losing(0);
    stage.warm(SPELL, 5, picture);
    assert_eq!(stage.heard() as u64, (SPELL + 5) * u64::from(RECEIVERS));
    assert!(stage.worker.members.values().all(|member| member.line.estimate_bps.is_none()));
}
