//! All lose their signalling in the same moment, as when a proxy in front restarts, and go on; media stays.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use prost::Message as _;
use protocol::livekit::data_packet::Value;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{DataPacket, UserPacket};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::peer::Peer;
use super::visitor::{Visitor, Who};
use super::{Ground, Shown};
use crate::result::at;

const PEOPLE: usize = 500;
/// In one meeting.
const MEETING: usize = 10;
/// Joins at the same time.
const TOGETHER: usize = 24;
/// How often all lines break.
const TIMES: usize = 10;
/// Who is not back by then has to join anew in truth.
const PATIENCE: Duration = Duration::from_secs(20);

struct Person {
    who: Who,
    /// None while the line is broken.
    visitor: Option<Visitor>,
    sid: String,
    peer: Peer,
}

/// How long it took until everybody had a second welcome and knew who is there.
pub async fn run(ground: &Ground) -> Result<Shown> {
    let server = ground.serve()?;
    let people = enter(ground, &server.url).await?;
    eprintln!("{} inside", people.len());
    let (mut people, mut took, mut failed) = (people, Vec::new(), 0);
    for _ in 0..TIMES {
        // Without a good-bye: the server finds out by itself.
        people.iter_mut().for_each(|person| drop(person.visitor.take()));
        let cut_at = Instant::now();
        let mut back = JoinSet::new();
        for mut person in people.drain(..) {
            let url = server.url.clone();
            back.spawn_local(async move {
                let resumed = timeout(PATIENCE, come_back(&url, &mut person)).await;
                let is_back = matches!(resumed, Ok(Ok(())));
                (person, is_back.then(|| cut_at.elapsed()))
            });
        }
        while let Some(done) = back.join_next().await {
            let (person, after) = done?;
            match after {
                Some(after) => took.push(after.as_secs_f64() * 1_000.0),
                None => failed += 1,
            }
            people.push(person);
        }
    }
    let deaf = count_deaf(&mut people).await?;
    took.sort_unstable_by(f64::total_cmp);
    ensure!(!took.is_empty(), "nobody could go on");
    let figures = [("p50", at(&took, 0.5)), ("p95", at(&took, 0.95)), ("most", at(&took, 1.0))];
    let counts = [("failed", failed as f64), ("deaf", deaf as f64)];
    Ok(figures.into_iter().chain(counts).map(|(key, value)| (format!("resumes.{key}"), value)).collect())
}

async fn enter(ground: &Ground, url: &str) -> Result<Vec<Person>> {
    let (mut joins, mut people) = (JoinSet::new(), Vec::new());
    for number in 0..ground.scaled(PEOPLE) {
        let (url, local, who) = (url.to_owned(), ground.local, Who { number, meeting: number / MEETING });
        joins.spawn_local(async move {
            let (mut visitor, _) = Visitor::join(&url, who).await?;
            let peer = Peer::connect(local, &mut visitor, None).await?;
            let sid = visitor.sid.clone();
            anyhow::Ok(Person { who, visitor: Some(visitor), sid, peer })
        });
        if joins.len() >= TOGETHER {
            people.push(joins.join_next().await.context("somebody joins")???);
        }
    }
    while let Some(joined) = joins.join_next().await {
        people.push(joined??);
    }
    Ok(people)
}

/// Goes on, and reads until it is told who is there.
async fn come_back(url: &str, person: &mut Person) -> Result<()> {
    let mut visitor = Visitor::resume(url, person.who, &person.sid).await?.context("it is to join anew")?;
    while !matches!(visitor.next().await?, Response::Update(_)) {}
    person.visitor = Some(visitor);
    Ok(())
}

/// One in each meeting says something over the media path; how many others do not hear it.
async fn count_deaf(people: &mut [Person]) -> Result<usize> {
    let user = UserPacket { payload: b"still there?".to_vec(), ..UserPacket::default() };
    let packet = DataPacket { value: Some(Value::User(user)), ..DataPacket::default() }.encode_to_vec();
    people.sort_by_key(|person| person.who.number);
    let mut deaf = 0;
    for meeting in people.chunks_mut(MEETING) {
        let [speaker, others @ ..] = meeting else { continue };
        speaker.peer.voice()(packet.clone());
        for other in others {
            let heard = timeout(PATIENCE, other.peer.hear()).await;
            deaf += usize::from(!matches!(heard, Ok(Ok(_))));
        }
    }
    Ok(deaf)
}
