use proptest::prelude::*;
use uuid::Uuid;

use super::super::{Line, SitePlan};
use super::*;

fn site(number: u128) -> SiteId {
    SiteId::from_uuid(Uuid::from_u128(number))
}

fn pool(number: u128) -> PoolId {
    PoolId::from_uuid(Uuid::from_u128(number))
}

/// Site 0 passes line 0, site 1 lines 0 and 1, site 2 line 1, site 3 none.
fn plan(limits: [u64; 2]) -> LinePlan {
    let sites = [vec![pool(0)], vec![pool(0), pool(1)], vec![pool(1)], vec![]];
    let sites = sites.into_iter().zip(0..).map(|(lines, at)| SitePlan { site: site(at), networks: Vec::new(), lines });
    let lines = limits.into_iter().zip(0..).map(|(limit_bps, at)| Line { pool: pool(at), limit_bps });
    LinePlan { sites: sites.collect(), lines: lines.collect() }
}

fn reading(who: u32, at: u128, screens_bps: u64, faces_bps: u64) -> Reading<u32> {
    let pictures_bps = screens_bps + faces_bps;
    Reading { who, site: site(at), sound_bps: 40_000, screens_bps, pictures_bps, down_bps: 0 }
}

fn second(number: u64, began: Instant) -> Instant {
    began + Duration::from_secs(number)
}

#[test]
fn while_there_is_room_nobody_is_held_and_a_line_that_is_calm_is_let_go_after_a_while() {
    let (mut regulator, began) = (Regulator::default(), Instant::now());
    let plan = plan([10_000_000, 10_000_000]);
    let look = |regulator: &mut Regulator<u32>, faces_bps, at| {
        let people: Vec<_> = (0..5).map(|who| reading(who, 0, 0, faces_bps)).collect();
        regulator.regulate(&plan, &people, &[], second(at, began)).len()
    };
    assert_eq!(look(&mut regulator, 1_800_000, 0), 0);
    assert_eq!(look(&mut regulator, 2_000_000, 1), 5, "all of it would be too much");
    assert_eq!(look(&mut regulator, 1_000_000, 2), 5);
    assert_eq!(look(&mut regulator, 1_000_000, 31), 5);
    assert_eq!(look(&mut regulator, 1_000_000, 32), 0, "half a minute of calm");
}

#[test]
fn a_measured_rate_above_the_budget_is_enough_and_what_goes_beyond_limits_is_taken_off() {
    let (mut regulator, began) = (Regulator::default(), Instant::now());
    let plan = plan([1_000_000, 1_000_000]);
    let measured = Reading { down_bps: 1_200_000, ..reading(1, 0, 0, 500_000) };
    let mut limit = |at| regulator.regulate(&plan, &[measured], &[], second(at, began)).get(&1).copied();
    let first = limit(0).expect("held");
    assert_eq!(limit(4), Some(first), "limits need their time");
    assert!(limit(5).expect("held") < first);
    let later = (6..20).map(&mut limit).last().flatten();
    assert!(later.expect("held") < first / 2, "{later:?} of {first}");
}

#[test]
fn a_screen_comes_before_faces_whoever_it_is_for() {
    let (mut regulator, began) = (Regulator::default(), Instant::now());
    let plan = plan([3_000_000, 9_000_000]);
    let people = [reading(1, 0, 1_000_000, 0), reading(2, 0, 0, 2_000_000), reading(3, 0, 1_000_000, 2_000_000)];
    let limits = regulator.regulate(&plan, &people, &[], began);
    // What is left for three, without the last bit that cannot be shared, is for the two who want it.
    let faces = (2_700_000 - 3 * 48_000 - 2 * 1_150_000) / 3 * 3 / 2;
    assert_eq!(limits, [(1, 1_150_000), (2, faces), (3, 1_150_000 + faces)].into());
}

#[test]
fn where_sound_takes_all_there_is_it_goes_on_and_pictures_pause() {
    let (mut regulator, began) = (Regulator::default(), Instant::now());
    let people: Vec<_> = (0..50).map(|who| reading(who, 0, 300_000, 300_000)).collect();
    let limits = regulator.regulate(&plan([1_000_000, 1_000_000]), &people, &[], began);
    assert_eq!(limits.len(), 50);
    assert!(limits.values().all(|limit| *limit == 0));
}

#[test]
fn people_of_a_site_are_treated_alike_on_whichever_node_and_in_whichever_meeting() {
    let plan = plan([20_000_000, 90_000_000]);
    let on_one: Vec<_> = (0..10).map(|who| reading(who, 0, 0, 1_500_000)).collect();
    let on_two: Vec<_> = (10..40).map(|who| reading(who, 0, 0, 2_500_000)).collect();
    let limits = |own: &[Reading<u32>], others: &[Reading<u32>]| {
        Regulator::default().regulate(&plan, own, &crowds(others), Instant::now())
    };
    let (one, two) = (limits(&on_one, &on_two), limits(&on_two, &on_one));
    let share = (18_000_000 - 40 * 48_000) / 40;
    assert!(one.values().chain(two.values()).all(|limit| *limit == share), "{one:?} {two:?}");
}

#[test]
fn somebody_elsewhere_is_never_held() {
    let people = [reading(1, 3, 0, 9_000_000), reading(2, 77, 0, 9_000_000), reading(3, 0, 0, 9_000_000)];
    let limits = Regulator::default().regulate(&plan([1_000_000, 1_000_000]), &people, &[], Instant::now());
    assert_eq!(limits.into_keys().collect::<Vec<_>>(), [3]);
}

/// However what is wanted jumps: a limit that fell rises seconds later at the earliest, and ever more rarely.
#[test]
fn nothing_flaps() {
    let (mut regulator, began) = (Regulator::default(), Instant::now());
    let plan = plan([5_000_000, 5_000_000]);
    let (mut raised, mut before) = (Vec::new(), None);
    for at in 0..600 {
        let screen = if at % 4 < 2 { 4_000_000 } else { 0 };
        let people = [reading(1, 0, screen, 0), reading(2, 0, 0, 4_000_000)];
        let limit = regulator.regulate(&plan, &people, &[], second(at, began))[&2];
        if before.is_some_and(|before| limit > before) {
            raised.push(at);
        }
        before = Some(limit);
    }
    assert!(raised.len() < 12, "raised at {raised:?}");
    assert!(raised.windows(2).all(|pair| pair[1] - pair[0] >= FIRST_WAIT.as_secs()), "raised at {raised:?}");
}

#[derive(Clone, Debug)]
struct Scene {
    limits: [u64; 2],
    /// By node; sound is 40 kbit/s for everybody.
    nodes: [Vec<Reading<u32>>; 2],
}

fn scenes() -> impl Strategy<Value = Vec<Scene>> {
    let person = (0..4_u128, 0..2_000_000_u64, 0..3_000_000_u64, 0..4_000_000_u64);
    let node = || proptest::collection::vec(person.clone(), 0..8);
    let scene = ([1..30_u64, 1..30_u64], node(), node()).prop_map(|(limits, one, two)| {
        let with = |people: Vec<(u128, u64, u64, u64)>| {
            let read = |((at, screens, faces, down_bps), who)| Reading { down_bps, ..reading(who, at, screens, faces) };
            people.into_iter().zip(0..).map(read).collect()
        };
        Scene { limits: limits.map(|mbps| mbps * 1_000_000), nodes: [with(one), with(two)] }
    });
    proptest::collection::vec(scene, 1..40)
}

proptest! {
    /// Whatever happens over time and over two nodes: what people of a line may take with their sound stays within
    /// its budget, or they get sound alone.
    #[test]
    fn what_is_granted_never_exceeds_a_budget_and_sound_is_kept(scenes in scenes(), pause in 0..40_u64) {
        let began = Instant::now();
        let mut regulators = [Regulator::default(), Regulator::default()];
        for (at, scene) in scenes.iter().enumerate() {
            let plan = plan(scene.limits);
            let now = second(at as u64 * pause, began);
            let mut taken = [0_u64; 2];
            let mut pictures = [0_u64; 2];
            for (node, own) in scene.nodes.iter().enumerate() {
                let limits = regulators[node].regulate(&plan, own, &crowds(&scene.nodes[1 - node]), now);
                for person in own {
                    let granted = person.pictures_bps.min(limits.get(&person.who).copied().unwrap_or(u64::MAX));
                    for line in plan.passed(person.site) {
                        taken[line] += person.sound_bps + granted;
                        pictures[line] += granted;
                    }
                }
            }
            for line in 0..2 {
                let fits = taken[line] <= scene.limits[line];
                prop_assert!(fits || pictures[line] == 0, "line {} carries {} of {}", line, taken[line], scene.limits[line]);
            }
        }
    }

    /// Of people at one site nobody has less than another but who wants no more.
    #[test]
    fn nobody_is_held_below_another_who_takes_more(faces in proptest::collection::vec(0..4_000_000_u64, 2..12)) {
        let people: Vec<_> = faces.iter().zip(0..).map(|(faces, who)| reading(who, 0, 0, *faces)).collect();
        let limits = Regulator::default().regulate(&plan([3_000_000, 3_000_000]), &people, &[], Instant::now());
        for (one, its) in &limits {
            let wants = people[*one as usize].pictures_bps;
            let is_short = *its < wants;
            prop_assert!(!is_short || limits.values().all(|other| *other <= its + 1));
        }
    }
}
