use std::collections::BTreeMap;
use std::sync::Arc;

use domain::SiteId;
use domain::lines::Reading;
use media::{DownloadStats, Event, Limited, PeerId, PeerStats};
use uuid::Uuid;

use super::polls::said;
use super::stage::Stage;
use crate::meeting::{Command, Effect};

fn suhl() -> SiteId {
    SiteId::from_uuid(Uuid::from_u128(7))
}

fn shares(stage: &mut Stage, what: &str, shares: &[(PeerId, u64)]) {
    let shares: BTreeMap<PeerId, u64> = shares.iter().copied().collect();
    stage.run(what, Command::ShareLines(Arc::new(shares)));
}

fn second(stage: &mut Stage, who: PeerId, download: DownloadStats) -> Vec<Effect> {
    let stats = PeerStats { bitrate_down_bps: 800_000, download, ..PeerStats::default() };
    stage.hear("a second passes", Event::Stats { peer: who, stats })
}

#[test]
fn what_the_line_of_a_site_has_for_somebody_holds_pictures_and_never_sound() {
    let mut stage = Stage::new();
    stage.site = Some(suhl());
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    stage.curtain();
    shares(&mut stage, "the line is full", &[(anna, 300_000), (PeerId(99), 1)]);
    shares(&mut stage, "nothing new", &[(anna, 300_000)]);
    shares(&mut stage, "there is less", &[(anna, 200_000), (ben, 0)]);
    shares(&mut stage, "there is room again", &[]);
    let lines = stage.script.lines().filter(|line| line.starts_with("##") || line.contains("is limited"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn only_people_at_a_site_are_read_and_their_own_limits_count() {
    let mut stage = Stage::new();
    stage.join("cleo");
    stage.site = Some(suhl());
    let anna = stage.join("anna");
    let figures =
        DownloadStats { sound_bps: 60_000, screens_bps: 900_000, wanted_bps: 1_500_000, ..Default::default() };
    second(&mut stage, anna, figures);
    let reading = Reading {
        who: anna,
        site: suhl(),
        sound_bps: 60_000,
        screens_bps: 900_000,
        pictures_bps: 1_440_000,
        down_bps: 800_000,
    };
    assert_eq!(stage.meeting.readings(), [reading]);
    second(&mut stage, anna, DownloadStats { limit_bps: Some(500_000), ..figures });
    let held = Reading { screens_bps: 440_000, pictures_bps: 440_000, ..reading };
    assert_eq!(stage.meeting.readings(), [held]);
    stage.run("she comes back from elsewhere", Command::Locate { peer: anna, site: None });
    assert_eq!(stage.meeting.readings(), []);
}

#[test]
fn who_is_held_is_told_why_and_when_it_is_over_but_not_every_second() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let mut told = Vec::new();
    for at in 0..40 {
        // Held, with a moment of room that means nothing, then free.
        let limited = if at < 20 && at != 5 { Limited::Share } else { Limited::No };
        let effects = second(&mut stage, anna, DownloadStats { limited, ..DownloadStats::default() });
        told.extend(said(&effects).into_iter().map(|(peer, said)| (at, peer, said["event"].to_string())));
    }
    assert_eq!(told, [(1, anna, "\"line_full\"".to_owned()), (29, anna, "\"line_free\"".to_owned())]);
}
