//! Somebody sends far too much, is sent away, comes back and goes on: the others do not notice.

mod house;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use house::{Client, House};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{MuteTrackRequest, UpdateSubscription};

const OTHERS: usize = 50;
/// Questions each of the others asks in one part.
const ROUNDS: usize = 30;
/// Parts without and with the flood, in turn: whatever else the machine does, it does to both.
const PARTS: usize = 3;
/// 5,000 messages a second.
const FLOOD: (usize, Duration) = (50, Duration::from_millis(10));
/// Longer than it takes on any machine until a flood is sent away twice.
const PATIENCE: Duration = Duration::from_secs(60);

/// The others ask no faster than that: on a quick machine they would be the flood themselves.
const PACE: Duration = Duration::from_millis(20);

/// How long the meeting takes to answer each of many questions.
async fn asks(client: &mut Client) -> Vec<Duration> {
    let mut delays = Vec::with_capacity(ROUNDS);
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for _ in 0..ROUNDS {
        ticks.tick().await;
        let began = Instant::now();
        let unknown = UpdateSubscription { track_sids: vec!["TR_none".into()], subscribe: true, ..Default::default() };
        client.say(Request::Subscription(unknown)).await;
        client.find(|response| matches!(response, Response::SubscriptionResponse(_)).then_some(())).await;
        delays.push(began.elapsed());
    }
    delays
}

/// Sends without a pause until it is sent away, then comes again; counts how often that happens.
async fn floods(house: &House, token: &str, goes_on: &AtomicBool, sent_away: &AtomicUsize) {
    let mut ticks = tokio::time::interval(FLOOD.1);
    while goes_on.load(Ordering::Relaxed) {
        ticks.tick().await;
        let Ok(mut mallory) = Client::connect(house.address, token, &house::join_request()).await else { continue };
        let mut is_away = false;
        while goes_on.load(Ordering::Relaxed) && !is_away {
            ticks.tick().await;
            for _ in 0..FLOOD.0 {
                mallory.say(Request::Mute(MuteTrackRequest { sid: "TR_none".into(), muted: true })).await;
            }
            is_away = mallory.is_closed();
        }
        sent_away.fetch_add(is_away.into(), Ordering::Relaxed);
    }
}

fn p99(delays: &mut [Duration]) -> Duration {
    delays.sort();
    delays[delays.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_messages_a_second_of_one_change_nothing_for_fifty_others() {
    let house = House::open().await;
    let token = |who: &str| {
        let mut claims = house.claims(who);
        claims.room_config = None;
        house.sign(&claims)
    };
    let mut others = Vec::new();
    for number in 0..OTHERS {
        others.push(Client::join(house.address, &token(&format!("guest-{number}"))).await);
    }
    let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
    for part in 0..PARTS {
        quiet.extend(join_all(others.iter_mut().map(asks)).await.concat());
        // Each time somebody else, who may still send.
        let (goes_on, sent_away) = (AtomicBool::new(true), AtomicUsize::new(0));
        let asking = async {
            let mut delays = Vec::new();
            let began = Instant::now();
            while sent_away.load(Ordering::Relaxed) < 2 {
                delays.extend(join_all(others.iter_mut().map(asks)).await.concat());
                assert!(began.elapsed() < PATIENCE, "nobody sends the flood away");
            }
            goes_on.store(false, Ordering::Relaxed);
            delays
        };
        let mallory = token(&format!("mallory-{part}"));
        let (delays, ()) = tokio::join!(asking, floods(&house, &mallory, &goes_on, &sent_away));
        flooded.extend(delays);
    }
    let (quiet, flooded) = (p99(&mut quiet), p99(&mut flooded));
    assert!(flooded < 3 * quiet + Duration::from_millis(100), "{flooded:?} instead of {quiet:?}");
}
