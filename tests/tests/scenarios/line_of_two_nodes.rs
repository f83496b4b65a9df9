//! The line of a site carries what one node sends there, and not what two do: each must know of the other.

use cluster::{Cluster, LineUse};
use domain::lines::{Line, LinePlan, SitePlan};
use domain::{PoolId, SiteId};
use protocol::data::SERVER_TOPIC;
use protocol::token::TokenKey;
use tests::servers::redis::RedisServer;
use tests::{Client, Media, Pass, Process, SOON, Seen, gets, shows, token};
use uuid::Uuid;

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";
/// More than anybody takes.
const PLENTY_BPS: u64 = 1_000_000_000;
/// Of what one of them takes, so much is enough for each alone and too little for both.
const BETWEEN_PERCENT: u64 = 160;

fn suhl() -> SiteId {
    SiteId::from_uuid(Uuid::from_u128(7))
}

/// One site with one line, as an office would say it.
async fn plan(cluster: &Cluster, limit_bps: u64) {
    let pool = PoolId::from_uuid(Uuid::from_u128(1));
    let sites = vec![SitePlan { site: suhl(), networks: Vec::new(), lines: vec![pool] }];
    let plan = LinePlan { sites, lines: vec![Line { pool, limit_bps }] };
    cluster.lines.set_plan(&plan).await.expect("Redis is there");
}

/// Waits for what nodes say that the site takes.
async fn uses(cluster: &Cluster, what: &str, enough: impl Fn(&[LineUse]) -> bool) -> Vec<LineUse> {
    let asks = async {
        loop {
            let uses = cluster.lines.uses().await.expect("Redis is there");
            if enough(&uses) {
                return uses;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await; // asks again
        }
    };
    tokio::time::timeout(SOON, asks).await.unwrap_or_else(|_| panic!("no {what}"))
}

fn pass(node: &Process, meeting: &str, who: &str, is_in_suhl: bool) -> Pass {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let token = token(&key, meeting, who, |claims| claims.home_site = is_in_suhl.then(|| suhl().to_string()));
    Pass { url: node.base.replacen("http", "ws", 1), token, identity: who.into(), role: "participant".into() }
}

fn is_told(seen: &Seen) -> bool {
    seen.on_topic(SERVER_TOPIC).any(|message| message.payload == br#"{"event":"line_full"}"#)
}

/// Somebody elsewhere who shows a picture, and somebody in Suhl who sees it, at this node.
async fn meets(node: &Process, meeting: &str) -> (Client, Client) {
    let speaker = pass(node, meeting, "anna", false).enters_in_the_end().await;
    shows(&speaker).await;
    let viewer = pass(node, meeting, "ben", true).enters_in_the_end().await;
    gets(&viewer, "anna", Media::Video).await;
    (speaker, viewer)
}

/// So many pictures that what they take has been measured, and that a new budget would have been heard of.
async fn sees_for_a_while(viewer: &Client) {
    for _ in 0..5 {
        gets(viewer, "anna", Media::Video).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_of_a_line_is_shared_by_the_nodes_and_sound_is_never_held() {
    let redis = RedisServer::start().expect("Redis starts");
    let url = redis.url();
    let settings = [("TOKENS__SECRET", SECRET), ("CLUSTER__URL", &url)];
    let folders: Vec<_> = (0..2).map(|_| tempfile::tempdir().expect("a folder")).collect();
    let first = Process::serve(folders[0].path(), Some("signaling"), &settings).await;
    let second = Process::serve(folders[1].path(), Some("signaling"), &settings).await;
    let cluster = Cluster::redis(&url).await.expect("the address can be read");
    plan(&cluster, PLENTY_BPS).await;
    let pictures = |used: &LineUse| used.crowds.iter().map(|crowd| crowd.pictures_bps).sum::<u64>();

    let (anna, ben) = meets(&first, "council").await;
    sees_for_a_while(&ben).await;
    let alone = uses(&cluster, "pictures", |uses| uses.iter().any(|used| pictures(used) > 0)).await;
    let crowds = alone.iter().flat_map(|used| &used.crowds);
    let takes_bps: u64 = crowds.map(|crowd| crowd.pictures_bps + crowd.sound_bps).sum();
    plan(&cluster, takes_bps * BETWEEN_PERCENT / 100).await;
    sees_for_a_while(&ben).await;
    assert!(!is_told(&ben.seen()), "there is room for one: {alone:?}");

    let (cleo, dora) = meets(&second, "senate").await;
    uses(&cluster, "pictures at both", |uses| uses.iter().filter(|used| pictures(used) > 0).count() == 2).await;
    ben.until("a word about the line at the first node", SOON, is_told).await.expect("it is full");
    dora.until("a word about the line at the second node", SOON, is_told).await.expect("it is full");
    gets(&ben, "anna", Media::Audio).await;
    gets(&dora, "anna", Media::Audio).await;
    drop((anna, cleo));
}
