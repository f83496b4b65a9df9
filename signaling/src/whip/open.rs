//! Coming in by an offer.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use cluster::NodeId;
use http::{HeaderValue, StatusCode, header};
use media::{Kind, Outline, PeerId};
use protocol::livekit::{AddTrackRequest, ConnectionSettings, JoinRequest, SessionDescription, TrackSource, TrackType};
use tokio::sync::mpsc;

use super::session::{Session, listen};
use super::{FRAGMENT, Parts, SDP, Whip, WhipRefused, forward};
use crate::actor::Input;
use crate::admission::identify;
use crate::meeting::{Join, Shape, View};
use crate::outbox::outbox;
use crate::refusal::Refusal;
use crate::registry::Door;

/// What a client comes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// WHIP.
    Publish,
    /// WHEP.
    Watch,
}

impl Purpose {
    fn path(self) -> &'static str {
        match self {
            Self::Publish => "whip",
            Self::Watch => "whep",
        }
    }
}

/// A node's name in the address of a session.
pub fn spell(node: &NodeId) -> String {
    node.0.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}

pub async fn open(whip: &Whip, purpose: Purpose, parts: Parts) -> Result<Response, WhipRefused> {
    let registry = &whip.registry;
    registry.tolls.knock(parts.from)?;
    let visitor = identify(&registry.around.config, &*registry.around.clock, &parts.uri, &parts.headers)?;
    parts.expect_type(SDP)?;
    let outline = Outline::read(parts.text()?)?;
    let (shape, request) = wish(purpose, outline)?;
    let offer = request.publisher_offer.as_ref().map(|offer| offer.sdp.clone()).unwrap_or_default();
    registry.check_room(&visitor).await?;
    registry.check_revoked(&visitor).await?;
    // It says nothing afterwards that would have to be paid for.
    registry.tolls.enter(parts.from, &visitor.meeting, &visitor.identity)?;
    let life = registry.sign_of_life().ok_or(Refusal::Stopping)?;
    let handle = match registry.enter(&visitor.meeting).await? {
        Door::Here(handle) => handle,
        Door::There(owner) => return forward::pass_on(registry, |id| *id == owner, parts).await,
    };
    let connection = registry.number();
    let (outbox, outlet) = outbox();
    let site = registry.around.lines.site_of(parts.from, &visitor.claims);
    let identity = visitor.identity;
    let join = Join { peer: PeerId(connection), shape, identity, site, claims: visitor.claims, request };
    handle.send(Input::Join { join: Box::new(join), outbox }).await;
    let (answers, heard) = mpsc::channel(1);
    let over = tokio::spawn(listen(outlet, answers));
    let session = Arc::new(Session::new(handle, connection, offer, heard, &parts.headers));
    let answer = match session.first_answer().await {
        Ok(answer) => answer,
        Err(refused) => {
            session.leave().await;
            return Err(refused);
        }
    };
    let mut drawn = [0; 16];
    registry.around.random.fill(&mut drawn);
    let name: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
    let location = format!("/{}/v1/{}/{name}", purpose.path(), spell(&registry.around.config.node));
    whip.sessions.keep(name.clone(), session);
    let sessions = whip.sessions.clone();
    tokio::spawn(async move {
        // It does not panic; and if it did, the session would be over as well.
        let _ = over.await;
        sessions.forget(&name);
        drop(life);
    });
    let mut response = (StatusCode::CREATED, answer).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(SDP));
    headers.insert(header::LOCATION, HeaderValue::from_str(&location).expect("letters, digits and slashes"));
    headers.insert(header::ETAG, HeaderValue::from_static(Session::FIRST_STATE));
    headers.insert("accept-patch", HeaderValue::from_static(FRAGMENT));
    for relay in registry.around.config.relays.iter().map(|relays| relays.told("program", registry.around.clock.now()))
    {
        let (name, credential) = (&relay.username, &relay.credential);
        for url in &relay.urls {
            let link = format!(
                "<{url}>; rel=\"ice-server\"; username=\"{name}\"; credential=\"{credential}\"; credential-type=\"password\""
            );
            headers.extend(HeaderValue::from_str(&link).ok().map(|link| (header::LINK, link)));
        }
    }
    Ok(response)
}

/// What a client of ours would have said in its place.
fn wish(purpose: Purpose, outline: Outline) -> Result<(Shape, JoinRequest), WhipRefused> {
    let receives = |kind| outline.sections.iter().filter(|section| section.receives && section.kind == kind).count();
    let mut add_track_requests = Vec::new();
    let shape = match purpose {
        Purpose::Publish => {
            for section in outline.sections.iter().filter(|section| section.sends) {
                let number = add_track_requests.len();
                add_track_requests.push(announcement(section.kind, section.cid.clone(), number, &add_track_requests));
            }
            Shape::One
        }
        Purpose::Watch => Shape::View(View { audios: receives(Kind::Audio), videos: receives(Kind::Video) }),
    };
    let has_something = match shape {
        Shape::View(view) => view.audios + view.videos > 0,
        _ => !add_track_requests.is_empty(),
    };
    if !has_something {
        return Err(WhipRefused::Empty);
    }
    let offer = SessionDescription { r#type: "offer".into(), sdp: outline.sdp, id: 1, ..Default::default() };
    let request = JoinRequest {
        connection_settings: Some(ConnectionSettings { auto_subscribe: false, ..ConnectionSettings::default() }),
        publisher_offer: Some(offer),
        add_track_requests,
        ..JoinRequest::default()
    };
    Ok((shape, request))
}

/// The first of a kind is microphone or camera, all others are taken for a shared screen.
fn announcement(kind: Kind, cid: Option<String>, number: usize, before: &[AddTrackRequest]) -> AddTrackRequest {
    let (kind, first, further) = match kind {
        Kind::Audio => (TrackType::Audio, TrackSource::Microphone, TrackSource::ScreenShareAudio),
        Kind::Video => (TrackType::Video, TrackSource::Camera, TrackSource::ScreenShare),
    };
    let is_first = before.iter().all(|other| other.r#type != kind as i32);
    AddTrackRequest {
        cid: cid.unwrap_or_else(|| format!("section-{number}")),
        r#type: kind as i32,
        source: if is_first { first } else { further } as i32,
        ..AddTrackRequest::default()
    }
}
