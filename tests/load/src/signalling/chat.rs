//! Messages in a big meeting: how long until everybody has them.
//!
//! A message is what stock clients send for one: a text stream of a head, a piece and an end.

use std::time::Duration;

use anyhow::{Context, Result};
use prost::Message as _;
use protocol::livekit::DataPacket;
use protocol::livekit::data_packet::Value;
use protocol::livekit::data_stream::{Chunk, Header, TextHeader, Trailer, header::ContentHeader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::peer::Peer;
use super::visitor::{Visitor, Who};
use super::{Ground, Shown};
use crate::result::at;

const PEOPLE: usize = 500;
const SENDERS: usize = 10;
const MESSAGES: usize = 100;
const EVERY: Duration = Duration::from_millis(200);
/// Joins at the same time.
const TOGETHER: usize = 8;
const PING_EVERY: Duration = Duration::from_secs(5);
/// How long the last message may take.
const PATIENCE: Duration = Duration::from_secs(5);
const TEXT: &str = "Das Protokoll der letzten Sitzung liegt im Ordner; bitte bis Freitag durchsehen.";

/// Everybody joins, a few write in turn.
pub async fn run(ground: &Ground) -> Result<Shown> {
    let server = ground.serve()?;
    let (people, messages) = (ground.scaled(PEOPLE), ground.scaled(MESSAGES));
    let mut joins = JoinSet::new();
    let mut peers = Vec::new();
    for number in 0..people {
        let (url, local) = (server.url.clone(), ground.local);
        joins.spawn(async move {
            let (mut visitor, _) = Visitor::join(&url, Who { number, meeting: 0 }).await?;
            let peer = Peer::connect(local, &mut visitor, None).await?;
            tokio::spawn(async move { visitor.stay(Instant::now() + Duration::from_secs(600), PING_EVERY).await });
            anyhow::Ok(peer)
        });
        if joins.len() >= TOGETHER {
            peers.push(joins.join_next().await.context("somebody joins")???);
        }
    }
    while let Some(joined) = joins.join_next().await {
        peers.push(joined??);
    }
    eprintln!("{people} inside");
    let (senders, mut said) = (peers.iter().take(SENDERS).map(Peer::voice).collect::<Vec<_>>(), Vec::new());
    let (heard, mut hears) = mpsc::unbounded_channel();
    for mut peer in peers {
        let heard = heard.clone();
        tokio::spawn(async move {
            while let Ok((at, packet)) = peer.hear().await {
                if let Ok(DataPacket { value: Some(Value::StreamTrailer(end)), .. }) = DataPacket::decode(&packet[..]) {
                    let _ = heard.send((at, end.stream_id));
                }
            }
        });
    }
    let mut ticks = tokio::time::interval(EVERY);
    for message in 0..messages {
        ticks.tick().await;
        said.push(std::time::Instant::now());
        for packet in words(message) {
            senders[message % SENDERS](packet);
        }
    }
    let expected = messages * (people - 1);
    let mut took = Vec::with_capacity(expected);
    let _ = timeout(PATIENCE, async {
        while took.len() < expected
            && let Some((at, stream)) = hears.recv().await
        {
            let message: usize = stream.parse().unwrap_or(0);
            took.push(at.saturating_duration_since(said[message]).as_secs_f64() * 1_000.0);
        }
    })
    .await;
    took.sort_unstable_by(f64::total_cmp);
    Ok(Shown::from([
        ("chat.p50".to_owned(), at(&took, 0.5)),
        ("chat.p99".to_owned(), at(&took, 0.99)),
        ("chat.missing".to_owned(), (expected - took.len()) as f64),
    ]))
}

fn words(message: usize) -> [Vec<u8>; 3] {
    let stream_id = message.to_string();
    let header = Header {
        stream_id: stream_id.clone(),
        topic: "lk.chat".to_owned(),
        mime_type: "text/plain".to_owned(),
        total_length: Some(TEXT.len() as u64),
        content_header: Some(ContentHeader::TextHeader(TextHeader::default())),
        ..Default::default()
    };
    let chunk = Chunk { stream_id: stream_id.clone(), content: TEXT.as_bytes().to_vec(), ..Default::default() };
    let trailer = Trailer { stream_id, ..Default::default() };
    [Value::StreamHeader(header), Value::StreamChunk(chunk), Value::StreamTrailer(trailer)]
        .map(|value| DataPacket { value: Some(value), ..Default::default() }.encode_to_vec())
}
