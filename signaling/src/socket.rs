//! One client's WebSocket: the only file that names WebSocket types.
//!
//! ```text
//! client ──frames──▶ read: limits, pace, pings ──Input──▶ the meeting's actor
//! client ◀──frames── write ◀──Outbox (bounded)──────────┘
//! ```
//! Binary frames hold protobuf. A client that sends text gets text (JSON) from then on.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use protocol::frame;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{Pong, SignalResponse};
use tokio::time::{sleep, timeout};

use crate::actor::{Handle, Input, Parting};
use crate::config::{FIRST_WORD, GOOD_BYE, SILENCE, WRITE_PATIENCE};
use crate::meeting::Farewell;
use crate::outbox::{Outbound, Outbox, Outgoing, Outlet};
use crate::pace::OFFER_COST;
use crate::registry::Surroundings;
use crate::toll::{Due, Toll};

/// Serves one connection until it ends. The actor already has the other end of the outbox.
pub async fn serve(
    socket: WebSocket,
    connection: u64,
    handle: Handle,
    outbox: Outbox,
    outlet: Outlet,
    toll: Toll,
    around: &Surroundings,
) {
    let (mut sink, mut stream) = socket.split();
    let speaks_text = AtomicBool::new(false);
    let Outlet { mut receiver, cut } = outlet;
    let parting = tokio::select! {
        parting = read(&mut stream, connection, &handle, &outbox, &speaks_text, toll, around) => Some(parting),
        _ = write(&mut sink, &mut receiver, &speaks_text) => None,
        () = cut.notified() => Some(Parting::Lost),
    };
    if let Some(parting) = parting {
        handle.send(Input::Gone { connection, parting }).await;
        if parting == Parting::Misbehaved {
            // The meeting answers with a good-bye.
            let _ = timeout(GOOD_BYE, write(&mut sink, &mut receiver, &speaks_text)).await;
        }
    }
    // Both ends close in order, or the last words could be lost.
    let code = if parting == Some(Parting::Misbehaved) { close_code::POLICY } else { close_code::NORMAL };
    let close = Message::Close(Some(CloseFrame { code, reason: "".into() }));
    let _ = timeout(GOOD_BYE, async {
        let _ = sink.send(close).await;
        while let Some(Ok(_)) = stream.next().await {}
    })
    .await;
}

async fn read(
    stream: &mut SplitStream<WebSocket>,
    connection: u64,
    handle: &Handle,
    outbox: &Outbox,
    speaks_text: &AtomicBool,
    toll: Toll,
    around: &Surroundings,
) -> Parting {
    let clock = &around.clock;
    loop {
        let message = match timeout(SILENCE, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return broken(&error),
            Ok(None) | Err(_) => return Parting::Lost,
        };
        outbox.note_heard(clock.now());
        let (size, request) = match &message {
            Message::Binary(bytes) => (bytes.len(), frame::decode_binary(bytes)),
            Message::Text(text) => {
                speaks_text.store(true, Ordering::Relaxed);
                (text.len(), frame::decode_text(text))
            }
            Message::Ping(_) | Message::Pong(_) => (0, Err(frame::FrameRefused::Unknown)),
            Message::Close(_) => return Parting::Lost,
        };
        metrics::counter!("rennsteig_signaling_frames_total", "direction" => "in").increment(1);
        let offers = matches!(request, Ok(Request::Offer(_)));
        let cost = if offers { OFFER_COST } else { 1.0 } + (size / 4096) as f64;
        match toll.pay(cost) {
            Due::Now => {}
            Due::After(wait) => sleep(wait).await,
            Due::TooMuch => {
                metrics::counter!("rennsteig_signaling_floods_total").increment(1);
                return Parting::Misbehaved;
            }
        }
        if size > around.config.frame_bytes && !request.as_ref().is_ok_and(describes_a_session) {
            return Parting::Misbehaved;
        }
        match request {
            Ok(Request::Ping(_)) => outbox.say(&Outgoing::new(say(Response::Pong(clock.now().as_millisecond())))),
            Ok(Request::PingReq(ping)) => {
                let timestamp = clock.now().as_millisecond();
                let pong = Pong { last_ping_timestamp: ping.timestamp, timestamp };
                outbox.say(&Outgoing::new(say(Response::PongResp(pong))));
            }
            Ok(request) => handle.send(Input::Request { connection, request: Box::new(request) }).await,
            // A newer client may say things we do not know: it is not told, and nothing breaks.
            Err(frame::FrameRefused::Unknown) => {}
            Err(frame::FrameRefused::Malformed) => return Parting::Misbehaved,
        }
    }
}

async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    receiver: &mut tokio::sync::mpsc::Receiver<Outbound>,
    speaks_text: &AtomicBool,
) {
    let mut next = match timeout(FIRST_WORD, receiver.recv()).await {
        Ok(Some(first)) => Some(first),
        // The meeting closed in this very moment: the client tries again.
        Ok(None) | Err(_) => {
            let leave = Farewell::OutOfStep.words().map(Response::Leave);
            Some(Outbound::Say(Outgoing::new(SignalResponse { message: leave })))
        }
    };
    while let Some(Outbound::Say(outgoing)) = next {
        let message = if speaks_text.load(Ordering::Relaxed) {
            Message::Text(outgoing.text().into())
        } else {
            Message::Binary(outgoing.binary())
        };
        metrics::counter!("rennsteig_signaling_frames_total", "direction" => "out").increment(1);
        if !matches!(timeout(WRITE_PATIENCE, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
        next = receiver.recv().await;
    }
}

/// What may be large: browsers describe each section of a session in kilobytes.
fn describes_a_session(request: &Request) -> bool {
    matches!(request, Request::Offer(_) | Request::Answer(_) | Request::SyncState(_))
}

fn say(message: Response) -> SignalResponse {
    SignalResponse { message: Some(message) }
}

/// Too large a frame is the client's doing, everything else may be the line's. The library that
/// knows the difference is not ours to name, its text is what remains.
fn broken(error: &axum::Error) -> Parting {
    if error.to_string().contains("too long") { Parting::Misbehaved } else { Parting::Lost }
}
