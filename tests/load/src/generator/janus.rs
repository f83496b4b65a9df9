//! Joins Janus (VideoRoom plugin) over its WebSocket API.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::client::{Client, Wanted};
use super::stage::Stage;
use super::{Role, Target};

/// Janus forgets a session after a minute of silence.
const ALIVE_EVERY: Duration = Duration::from_secs(20);
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A session with a handle of the plugin.
struct Session {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    id: Value,
    handle: Value,
    transactions: u64,
}

/// Joins and keeps the session alive in the background.
pub async fn join(target: &Target, stage: &Stage, role: &Role) -> Result<()> {
    let mut client = Client::new(target.local, None)?;
    client.began = Instant::now();
    let at = stage.add(client).await?;
    let mut session = Session::open(&target.url).await?;
    let room = 1_000 + role.meeting;
    // Whoever comes first makes it; the others hear that it exists.
    let create = json!({"request": "create", "room": room, "publishers": 100, "bitrate": 10_000_000,
        "audiocodec": "opus", "videocodec": "vp8", "notify_joining": false});
    session.say(create, None).await?;
    if let Some(media) = role.media {
        session.say(json!({"request": "join", "ptype": "publisher", "room": room}), None).await?;
        let wanted = Wanted { receive: 0, media: Some(media), cid: Some(format!("cid-{}", role.number)) };
        let (_, sdp) = stage.with(at, move |client| client.offer(&wanted)).await??;
        let offer = json!({"type": "offer", "sdp": sdp});
        let answer = session.say(json!({"request": "publish"}), Some(offer)).await?;
        let sdp = answer["jsep"]["sdp"].as_str().context("an answer")?.to_owned();
        stage.with(at, move |client| client.answered(&sdp, None)).await??;
    }
    if role.streams > 0 && role.media.is_none() {
        let feeds = session.feeds(room, role.streams).await?;
        let subscribe = json!({"request": "join", "ptype": "subscriber", "room": room, "streams": feeds});
        let offer = session.say(subscribe, None).await?;
        let sdp = offer["jsep"]["sdp"].as_str().with_context(|| format!("an offer in {offer}"))?.to_owned();
        let answer = stage.with(at, move |client| client.answer(&sdp)).await??;
        session.say(json!({"request": "start"}), Some(json!({"type": "answer", "sdp": answer}))).await?;
    }
    tokio::spawn(async move {
        let mut alive = tokio::time::interval(ALIVE_EVERY);
        loop {
            let outcome = tokio::select! {
                _ = alive.tick() => session.send(json!({"janus": "keepalive"})).await.map(|_| ()),
                message = session.socket.next() => match message {
                    Some(Ok(_)) => Ok(()),
                    _ => Err(anyhow::anyhow!("the connection ended")),
                },
            };
            if outcome.is_err() {
                return;
            }
        }
    });
    Ok(())
}

impl Session {
    async fn open(url: &str) -> Result<Self> {
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", "janus-protocol".parse()?);
        let (socket, _) = connect_async(request).await?;
        let mut session = Self { socket, id: Value::Null, handle: Value::Null, transactions: 0 };
        session.id = session.ask(json!({"janus": "create"})).await?["data"]["id"].clone();
        let attach = json!({"janus": "attach", "plugin": "janus.plugin.videoroom"});
        session.handle = session.ask(attach).await?["data"]["id"].clone();
        Ok(session)
    }

    /// Those who send; they can be subscribed to once their media path is open.
    async fn feeds(&mut self, room: usize, wanted: usize) -> Result<Vec<Value>> {
        let give_up = Instant::now() + ANSWER_WITHIN;
        loop {
            let listed = self.say(json!({"request": "listparticipants", "room": room}), None).await?;
            let all = listed["plugindata"]["data"]["participants"].as_array().cloned().unwrap_or_default();
            let open = all.iter().filter(|one| one["publisher"] == json!(true));
            let feeds: Vec<Value> = open.map(|one| json!({"feed": one["id"]})).collect();
            if feeds.len() >= wanted {
                return Ok(feeds);
            }
            if Instant::now() > give_up {
                bail!("only {} of {wanted} send", feeds.len());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Says something to the plugin and waits for what it has to say to that.
    async fn say(&mut self, body: Value, jsep: Option<Value>) -> Result<Value> {
        let mut message = json!({"janus": "message", "body": body});
        if let Some(jsep) = jsep {
            message["jsep"] = jsep;
        }
        self.ask(message).await
    }

    async fn ask(&mut self, message: Value) -> Result<Value> {
        let transaction = self.send(message).await?;
        let answer = async {
            while let Some(message) = self.socket.next().await {
                let Message::Text(text) = message? else { continue };
                let answer: Value = serde_json::from_str(&text)?;
                if answer["transaction"] != json!(transaction) || answer["janus"] == json!("ack") {
                    continue;
                }
                if answer["janus"] == json!("error") {
                    bail!("refused: {}", answer["error"]);
                }
                return Ok(answer);
            }
            bail!("the connection ended")
        };
        tokio::time::timeout(ANSWER_WITHIN, answer).await.context("no answer")?
    }

    async fn send(&mut self, mut message: Value) -> Result<String> {
        self.transactions += 1;
        let transaction = self.transactions.to_string();
        message["transaction"] = json!(transaction);
        for (name, value) in [("session_id", &self.id), ("handle_id", &self.handle)] {
            if !value.is_null() {
                message[name] = value.clone();
            }
        }
        self.socket.send(Message::Text(message.to_string().into())).await?;
        Ok(transaction)
    }
}
