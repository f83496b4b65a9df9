use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// One receiver, a clock, and what it shows.
struct Script {
    allocator: Allocator,
    now: Instant,
    demands: Vec<Demand>,
    text: String,
}

/// A camera in three steps of 150, 500 and 1,700 kbit/s.
fn camera(name: &str) -> Demand {
    Demand {
        track: TrackSid(name.into()),
        rank: Rank::Shown,
        priority: 0,
        area: 0,
        wanted: Rung::High,
        costs: [Some(90_000), Some(150_000), Some(500_000), Some(1_700_000)],
        keeps: false,
    }
}

fn screen(name: &str) -> Demand {
    Demand { rank: Rank::Screen, costs: [None, Some(200_000), None, Some(1_500_000)], ..camera(name) }
}

impl Script {
    fn with(demands: Vec<Demand>) -> Self {
        Self { allocator: Allocator::default(), now: Instant::now(), demands, text: String::new() }
    }

    /// Divides again, so many milliseconds later.
    fn after(&mut self, milliseconds: u64, estimate_bps: u64) {
        self.now += Duration::from_millis(milliseconds);
        let allocation = self.allocator.divide(Budget::new(Some(estimate_bps), None, 0), &self.demands, self.now);
        let words: Vec<String> = self
            .demands
            .iter()
            .zip(&allocation.grants)
            .map(|(demand, grant)| {
                let rung = grant.rung.map_or("paused".to_owned(), |rung| format!("{rung:?}").to_lowercase());
                format!("{} {rung}", demand.track)
            })
            .collect();
        let line = format!("{:>5} kbit/s: {}\n", estimate_bps / 1_000, words.join(", "));
        self.text += &line;
    }
}

#[test]
fn screens_come_first_then_who_is_pinned_then_who_speaks_then_the_largest() {
    let mut pinned = Demand { rank: Rank::Pinned, ..camera("pinned") };
    pinned.costs[0] = None;
    let speaker = Demand { rank: Rank::Speaking, ..camera("speaker") };
    let (large, small) = (Demand { area: 900, ..camera("large") }, Demand { area: 100, ..camera("small") });
    let demands = vec![small, large, speaker, pinned, screen("screen")];
    let mut text = String::new();
    for estimate in [100, 250, 350, 450, 1_000, 2_000, 4_000, 6_000, 12_000] {
        let mut script = Script::with(demands.clone());
        script.after(0, estimate * 1_000);
        text += &script.text;
    }
    insta::assert_snapshot!(text, @r"
      100 kbit/s: small paused, large paused, speaker thinned, pinned paused, screen paused
      250 kbit/s: small paused, large paused, speaker paused, pinned paused, screen low
      350 kbit/s: small paused, large paused, speaker paused, pinned low, screen low
      450 kbit/s: small paused, large paused, speaker thinned, pinned low, screen low
     1000 kbit/s: small thinned, large thinned, speaker thinned, pinned medium, screen low
     2000 kbit/s: small thinned, large thinned, speaker thinned, pinned low, screen high
     4000 kbit/s: small thinned, large low, speaker low, pinned high, screen high
     6000 kbit/s: small low, large low, speaker high, pinned high, screen high
    12000 kbit/s: small high, large high, speaker high, pinned high, screen high
    ");
}

#[test]
fn pictures_of_one_rank_grow_evenly_and_lose_resolution_before_frames() {
    let mut text = String::new();
    for estimate in [80, 150, 200, 300, 500, 1_000, 1_400, 2_000, 3_000, 6_000] {
        let mut script = Script::with(["a", "b", "c"].map(camera).to_vec());
        script.after(0, estimate * 1_000);
        text += &script.text;
    }
    insta::assert_snapshot!(text, @r"
       80 kbit/s: a paused, b paused, c paused
      150 kbit/s: a thinned, b paused, c paused
      200 kbit/s: a thinned, b thinned, c paused
      300 kbit/s: a thinned, b thinned, c thinned
      500 kbit/s: a low, b low, c low
     1000 kbit/s: a medium, b low, c low
     1400 kbit/s: a medium, b medium, c low
     2000 kbit/s: a medium, b medium, c medium
     3000 kbit/s: a high, b medium, c medium
     6000 kbit/s: a high, b high, c high
    ");
}

#[test]
fn a_guarded_picture_keeps_its_frames_and_the_others_pay() {
    let mut signer = Demand { rank: Rank::Pinned, ..camera("signer") };
    signer.costs[0] = None;
    let mut script = Script::with(vec![signer, camera("other")]);
    for estimate in [2_000, 700, 400, 200, 100, 100] {
        script.after(10_000, estimate * 1_000);
    }
    insta::assert_snapshot!(script.text, @r"
    2000 kbit/s: signer high, other thinned
     700 kbit/s: signer medium, other thinned
     400 kbit/s: signer low, other low
     200 kbit/s: signer low, other paused
     100 kbit/s: signer low, other paused
     100 kbit/s: signer paused, other thinned
    ");
}

#[test]
fn a_moment_without_room_does_not_pause_what_matters_most() {
    let mut script = Script::with(vec![camera("a"), camera("b")]);
    for (milliseconds, estimate) in
        [(0, 300), (500, 60), (4_000, 60), (500, 300), (500, 60), (4_000, 60), (1_000, 60), (500, 60)]
    {
        script.after(milliseconds, estimate * 1_000);
    }
    insta::assert_snapshot!(script.text, @r"
    300 kbit/s: a low, b thinned
     60 kbit/s: a thinned, b paused
     60 kbit/s: a thinned, b paused
    300 kbit/s: a low, b thinned
     60 kbit/s: a thinned, b paused
     60 kbit/s: a thinned, b paused
     60 kbit/s: a paused, b paused
     60 kbit/s: a paused, b paused
    ");
}

#[test]
fn a_limit_that_somebody_set_pauses_at_once() {
    let mut script = Script::with(vec![camera("a")]);
    script.after(0, 300_000);
    let rung =
        |script: &mut Script, budget| script.allocator.divide(budget, &script.demands, script.now).grants[0].rung;
    assert_eq!(rung(&mut script, Budget::new(Some(60_000), None, 0)), Some(Rung::Thinned), "an estimate may be wrong");
    assert_eq!(rung(&mut script, Budget::new(None, Some(60_000), 0)), None);
}

#[test]
fn patience_begins_anew_for_what_matters_most_again() {
    let (speaker, listener) = (Demand { rank: Rank::Speaking, ..camera("a") }, camera("b"));
    let mut script = Script::with(vec![speaker, listener]);
    script.after(0, 300_000);
    script.after(500, 60_000);
    // Somebody else matters most for a while, and both fit.
    script.demands[1].rank = Rank::Screen;
    script.after(500, 300_000);
    script.after(9_000, 300_000);
    script.demands[1].rank = Rank::Shown;
    script.after(500, 60_000);
    insta::assert_snapshot!(script.text, @r"
    300 kbit/s: a low, b thinned
     60 kbit/s: a thinned, b paused
    300 kbit/s: a thinned, b paused
    300 kbit/s: a thinned, b low
     60 kbit/s: a thinned, b paused
    ");
}

#[test]
fn after_a_dip_pictures_come_back_step_by_step_and_not_at_every_twitch() {
    let mut script = Script::with(vec![camera("a"), camera("b")]);
    for (milliseconds, estimate) in [
        (0, 2_500),
        (500, 300),
        (500, 2_500),
        (500, 2_500),
        (500, 2_500),
        (500, 2_500),
        (500, 300),
        (500, 2_500),
        (2_500, 2_500),
        (1_000, 2_500),
    ] {
        script.after(milliseconds, estimate * 1_000);
    }
    insta::assert_snapshot!(script.text, @r"
    2500 kbit/s: a high, b medium
     300 kbit/s: a low, b low
    2500 kbit/s: a low, b low
    2500 kbit/s: a low, b low
    2500 kbit/s: a low, b low
    2500 kbit/s: a high, b medium
     300 kbit/s: a low, b low
    2500 kbit/s: a low, b low
    2500 kbit/s: a low, b low
    2500 kbit/s: a high, b medium
    ");
}

#[test]
fn an_estimate_that_wavers_around_a_step_changes_nothing() {
    let mut script = Script::with(vec![camera("a")]);
    script.after(0, 540_000);
    for turn in 0..40 {
        script.after(500, if turn % 2 == 0 { 485_000 } else { 540_000 });
    }
    let rungs: std::collections::BTreeSet<&str> =
        script.text.lines().filter_map(|line| line.split("a ").nth(1)).collect();
    assert_eq!(rungs.len(), 1, "{}", script.text);
}

#[test]
fn what_may_not_pause_gets_its_least_step_even_where_nothing_fits() {
    let mut script = Script::with(vec![Demand { keeps: true, ..camera("a") }, camera("b")]);
    script.after(0, 10_000);
    insta::assert_snapshot!(script.text, @"   10 kbit/s: a thinned, b paused");
}

#[test]
fn the_reason_is_named() {
    let demands = [camera("a")];
    let reason = |budget: Budget| Allocator::default().divide(budget, &demands, Instant::now()).grants[0].limited;
    assert_eq!(reason(Budget::new(None, None, 0)), Limited::No);
    assert_eq!(reason(Budget::new(Some(1_000_000), None, 0)), Limited::Estimate);
    assert_eq!(reason(Budget::new(Some(1_000_000), Some(400_000), 0)), Limited::Limit);
    assert_eq!(reason(Budget::new(Some(400_000), Some(1_000_000), 0)), Limited::Estimate);
    assert_eq!(reason(Budget::new(None, Some(400_000), 0)), Limited::Limit);
    assert_eq!(reason(Budget::new(None, None, 900_000).within(Some(400_000))), Limited::Share);
    assert_eq!(reason(Budget::new(Some(1_000_000), None, 0).within(Some(400_000))), Limited::Share);
    assert_eq!(reason(Budget::new(Some(400_000), None, 0).within(Some(1_000_000))), Limited::Estimate);
    assert_eq!(reason(Budget::new(None, None, 0).under(Ceiling::Low)), Limited::Overload);
}

#[test]
fn sound_is_taken_off_before_pictures_get_anything() {
    let mut allocator = Allocator::default();
    let allocation = allocator.divide(Budget::new(Some(200_000), None, 100_000), &[camera("a")], Instant::now());
    assert_eq!(allocation.grants[0].rung, None, "80 kbit/s are left after 100 of sound and its headroom");
}

#[test]
fn a_rate_rises_quickly_and_falls_slowly() {
    let start = Instant::now();
    let mut rate = Rate::default();
    let mut now = start;
    let mut run = |rate: &mut Rate, bytes: usize, seconds: u32| {
        for _ in 0..seconds * 10 {
            rate.count(bytes, now);
            now += Duration::from_millis(100);
            rate.tick(now);
        }
        rate.bps()
    };
    let busy = run(&mut rate, 12_500, 4);
    assert!((900_000..1_150_000).contains(&busy), "{busy}");
    let soon = run(&mut rate, 1_250, 1);
    assert!(soon > 700_000, "{soon}");
    let later = run(&mut rate, 1_250, 20);
    assert!((90_000..150_000).contains(&later), "{later}");
}

fn demands() -> impl Strategy<Value = Vec<Demand>> {
    let rank = prop_oneof![Just(Rank::Screen), Just(Rank::Pinned), Just(Rank::Speaking), Just(Rank::Shown)];
    let wanted = prop_oneof![Just(Rung::Low), Just(Rung::Medium), Just(Rung::High)];
    let cost = || prop::option::weighted(0.8, 20_000_u64..2_000_000);
    let demand = (rank, 0_u32..4, 0_u64..4, wanted, [cost(), cost(), cost(), cost()]);
    prop::collection::vec(demand, 0..9).prop_map(|list| {
        let numbered = list.into_iter().enumerate();
        numbered
            .map(|(at, (rank, priority, area, wanted, costs))| Demand {
                rank,
                priority,
                area,
                wanted,
                costs,
                ..camera(&format!("t{at}"))
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn never_more_than_the_budget_and_never_more_than_wanted(
        demands in demands(),
        budgets in prop::collection::vec((0_u64..6_000_000, 0_u64..5_000), 1..20),
    ) {
        let mut allocator = Allocator::default();
        let mut now = Instant::now();
        for (bps, later) in budgets {
            now += Duration::from_millis(later);
            let allocation = allocator.divide(Budget::new(Some(bps), None, 0), &demands, now);
            // One picture goes on for a moment whether it fits or not.
            let kept = demands.iter().filter_map(|demand| demand.ladder().next()).map(|(_, cost)| cost).max().unwrap_or(0);
            prop_assert!(allocation.granted_bps <= (bps * 105 / 100).max(kept));
            prop_assert_eq!(allocation.grants.len(), demands.len());
            for (demand, grant) in demands.iter().zip(&allocation.grants) {
                if let Some(rung) = grant.rung {
                    prop_assert!(demand.costs[rung as usize].is_some(), "only what there is");
                    let others_below = RUNGS.iter().any(|below| *below <= demand.wanted && demand.costs[*below as usize].is_some());
                    prop_assert!(rung <= demand.wanted || !others_below);
                }
            }
        }
    }

    #[test]
    fn whoever_matters_more_is_served_at_least_as_well(
        bps in 0_u64..6_000_000,
        ranks in prop::collection::vec(0_usize..4, 2..8),
    ) {
        // All alike but for their rank, so that only the rank can make a difference.
        let all = [Rank::Screen, Rank::Pinned, Rank::Speaking, Rank::Shown];
        let demands: Vec<Demand> = ranks
            .iter()
            .enumerate()
            .map(|(at, rank)| Demand { rank: all[*rank], ..camera(&format!("t{at}")) })
            .collect();
        let allocation = Allocator::default().divide(Budget::new(Some(bps), None, 0), &demands, Instant::now());
        let mut worst = BTreeMap::new();
        let mut best = BTreeMap::new();
        for (demand, grant) in demands.iter().zip(allocation.grants) {
            let low = worst.entry(demand.rank).or_insert(grant.rung);
            *low = (*low).min(grant.rung);
            let high = best.entry(demand.rank).or_insert(grant.rung);
            *high = (*high).max(grant.rung);
        }
        // Whether somebody is seen at all; how sharp they are is settled after that.
        for (rank, low) in &worst {
            for (other, high) in &best {
                if rank < other {
                    prop_assert!(low.is_some() || high.is_none(), "{rank:?} {low:?}, {other:?} {high:?}");
                }
            }
        }
    }

    #[test]
    fn under_a_steady_budget_the_division_comes_to_rest(demands in demands(), bps in 0_u64..6_000_000) {
        let mut allocator = Allocator::default();
        let mut now = Instant::now();
        let mut rungs = Vec::new();
        for _ in 0..80 {
            now += Duration::from_secs(1);
            let allocation = allocator.divide(Budget::new(Some(bps), None, 0), &demands, now);
            rungs.push(allocation.grants.iter().map(|grant| grant.rung).collect::<Vec<_>>());
        }
        prop_assert_eq!(&rungs[78], &rungs[79]);
        prop_assert_eq!(&rungs[70], &rungs[79]);
    }
}

#[test]
fn an_estimate_that_fell_without_pictures_is_made_anew() {
    let start = Instant::now();
    let after = |ms| start + Duration::from_millis(ms);
    let mut resting = Resting::default();
    assert_eq!(resting.wake(50_000, start), None, "it did not rest");
    resting.back(600_000, start);

    resting.rest(after(1_000));
    assert_eq!(resting.wake(50_000, after(1_900)), None, "a short break spoils nothing");
    resting.rest(after(2_000));
    resting.rest(after(2_900));
    assert_eq!(resting.wake(50_000, after(3_000)), Some(600_000), "from where it was");
    // Reports are means over a time that reaches back into the rest.
    resting.back(90_000, after(3_100));
    assert_eq!((resting.worth(90_000, after(5_999)), resting.worth(90_000, after(6_000))), (600_000, 90_000));

    resting.rest(after(7_000));
    assert_eq!(resting.wake(700_000, after(9_000)), None, "it is good enough");
    resting.back(90_000, after(9_100));
    resting.rest(after(10_000));
    assert_eq!(resting.wake(80_000, after(12_000)), Some(90_000), "a line that carried little is not asked for more");
    resting.back(5_000_000, after(20_000));
    resting.rest(after(20_000));
    assert_eq!(resting.wake(80_000, after(30_000)), Some(800_000), "no more than a new line");
}

#[test]
fn too_much_to_do_takes_faces_before_screens_and_who_matters_last() {
    let speaker = Demand { rank: Rank::Speaking, ..camera("speaker") };
    let mut single = camera("single");
    single.costs = [None, None, None, Some(900_000)];
    let demands = vec![camera("face"), single, speaker, screen("screen")];
    let mut script = Script::with(demands);
    let mut text = String::new();
    let mut ceiling = Ceiling::Open;
    for _ in 0..7 {
        let budget = Budget::new(None, None, 0).under(ceiling);
        let grants = script.allocator.divide(budget, &script.demands, script.now).grants;
        let words = script.demands.iter().zip(&grants).map(|(demand, grant)| {
            let rung = grant.rung.map_or("paused".to_owned(), |rung| format!("{rung:?}").to_lowercase());
            format!("{} {rung}{}", demand.track, if grant.limited == Limited::Overload { "*" } else { "" })
        });
        text += &format!("{ceiling:?}: {}\n", words.collect::<Vec<_>>().join(", "));
        script.now += Duration::from_secs(1);
        ceiling = ceiling.lower();
    }
    insta::assert_snapshot!(text, @r"
    Open: face high, single high, speaker high, screen high
    Medium: face medium*, single high, speaker medium*, screen high
    Low: face low*, single high, speaker low*, screen high
    Least: face thinned*, single high, speaker thinned*, screen low*
    Essential: face paused*, single paused*, speaker thinned*, screen low*
    Nothing: face paused*, single paused*, speaker paused*, screen paused*
    Nothing: face paused*, single paused*, speaker paused*, screen paused*
    ");
}

#[test]
fn what_too_much_to_do_took_comes_back_when_it_is_over() {
    let mut script = Script::with(vec![camera("face")]);
    let mut had = Vec::new();
    for ceiling in [Ceiling::Open, Ceiling::Nothing, Ceiling::Open] {
        script.now += Duration::from_secs(5);
        let budget = Budget::new(None, None, 0).under(ceiling);
        had.push(script.allocator.divide(budget, &script.demands, script.now).grants[0]);
    }
    let rungs: Vec<Option<Rung>> = had.iter().map(|grant| grant.rung).collect();
    assert_eq!(rungs, [Some(Rung::High), None, Some(Rung::High)]);
}

#[test]
fn a_picture_that_cannot_stand_a_pause_stays_even_then_and_one_kept_out_of_patience_does_not() {
    let demands = [Demand { keeps: true, ..camera("stubborn") }, camera("other")];
    let grants = |budget: Budget| Allocator::default().divide(budget, &demands, Instant::now()).grants;
    let rungs: Vec<_> = grants(Budget::new(None, None, 0).under(Ceiling::Nothing)).iter().map(|g| g.rung).collect();
    assert_eq!(rungs, [Some(Rung::Thinned), None]);
    let mut script = Script::with(vec![camera("first")]);
    script.after(0, 1_000_000);
    let budget = Budget::new(Some(10_000), None, 0);
    assert!(script.allocator.divide(budget, &script.demands, script.now).grants[0].rung.is_some(), "out of patience");
    let budget = budget.under(Ceiling::Nothing);
    assert_eq!(script.allocator.divide(budget, &script.demands, script.now).grants[0].rung, None);
}
