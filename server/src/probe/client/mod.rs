//! One participant: joins a meeting through the public address as any client SDK would, built on
//! a WebRTC engine other than the server's, so that both ends of a test never share a fault.

mod peer;
mod receiver;
mod seen;
mod sender;
mod session;
mod socket;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use prost::Message as _;
use protocol::livekit::{self, data_packet, signal_request};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use webrtc::data_channel::DataChannel;

pub use peer::Path;
pub use seen::{Media, Message, Received, Seen};
pub use socket::{First, Socket, TokenIn};

use self::peer::Peer;
use self::session::{Command, Offers, Session, description};
use crate::probe::ProbeError;

/// How a client joins.
#[derive(Clone, Debug)]
pub struct JoinOptions {
    /// How it shows its token.
    pub token_in: TokenIn,
    /// The first offer travels with the join request, as Chromium does; else after it, as Firefox does.
    pub offer_at_once: bool,
    /// Gets all tracks of the others without asking.
    pub auto_subscribe: bool,
    /// The own address everything comes from; found by the route to the server if none.
    pub local: Option<IpAddr>,
}

impl Default for JoinOptions {
    fn default() -> Self {
        Self { token_in: TokenIn::Query, offer_at_once: true, auto_subscribe: true, local: None }
    }
}

/// What a stock client of this kind says about itself.
pub fn join_request(auto_subscribe: bool, offer: Option<livekit::SessionDescription>) -> livekit::JoinRequest {
    livekit::JoinRequest {
        client_info: Some(livekit::ClientInfo {
            sdk: livekit::client_info::Sdk::Rust.into(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: 17,
            ..Default::default()
        }),
        connection_settings: Some(livekit::ConnectionSettings {
            auto_subscribe,
            subscriber_allow_pause: Some(true),
            ..Default::default()
        }),
        publisher_offer: offer,
        ..Default::default()
    }
}

/// A participant of a meeting. Dropping it breaks the connection without a word.
pub struct Client {
    commands: mpsc::UnboundedSender<Command>,
    seen: watch::Receiver<Seen>,
    reliable: Arc<dyn DataChannel>,
    lossy: Arc<dyn DataChannel>,
    tasks: Vec<JoinHandle<()>>,
}

impl Client {
    /// Joins; ready as soon as the server has said who else is there. Media may take a little longer.
    pub async fn join(base: &str, token: &str, options: JoinOptions) -> Result<Self, ProbeError> {
        let address = socket::Address::parse(base)?;
        let local = match options.local {
            Some(local) => local,
            None => peer::local_address(&address.host, address.port).await?,
        };
        let (told, events) = mpsc::unbounded_channel();
        let peer = Peer::new(local, told).await?;
        let mut offers = Offers::default();
        let mut offer = None;
        if options.offer_at_once {
            (offers.last, offers.open) = (1, true);
            offer = Some(description(peer.offer().await?, 1));
        }
        let request = join_request(options.auto_subscribe, offer);
        let (socket, first) = Socket::open_from(options.local, base, token, options.token_in, &request).await?;
        let First::Joined(joined) = first else {
            return Err(ProbeError::Unexpected("a new session was resumed".into()));
        };

        let mut beginning = Seen::default();
        if let Some(own) = joined.participant {
            (beginning.sid, beginning.identity) = (own.sid.clone(), own.identity.clone());
            beginning.own = Some(own);
        }
        beginning.meeting = joined.room.map(|room| room.name).unwrap_or_default();
        joined.other_participants.into_iter().for_each(|who| receiver::place(&mut beginning, who));
        let (sender, seen) = watch::channel(beginning);

        let (reliable, lossy) = (Arc::clone(&peer.reliable), Arc::clone(&peer.lossy));
        let mut tasks = vec![
            tokio::spawn(receiver::listen(Arc::clone(&reliable), true, sender.clone())),
            tokio::spawn(receiver::listen(Arc::clone(&lossy), false, sender.clone())),
        ];
        let (commands, orders) = mpsc::unbounded_channel();
        let mut session = Session::new(socket, peer, sender, orders, events, offers);
        if joined.ping_interval > 0 {
            session.ping_every = Duration::from_secs(joined.ping_interval as u64);
        }
        if !options.offer_at_once {
            session.offer().await?;
        }
        tasks.push(tokio::spawn(session.run()));
        Ok(Self { commands, seen, reliable, lossy, tasks })
    }

    /// What it has seen so far.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Waits until what it has seen fulfils a condition; `what` names it if it does not come true.
    pub async fn until(
        &self,
        what: &'static str,
        within: Duration,
        condition: impl FnMut(&Seen) -> bool,
    ) -> Result<(), ProbeError> {
        let mut seen = self.seen.clone();
        let mut condition = condition;
        let outcome = timeout(within, seen.wait_for(|seen| condition(seen) || seen.failure.is_some())).await;
        match outcome {
            Ok(Ok(seen)) => match &seen.failure {
                Some(failure) => Err(ProbeError::Unexpected(failure.clone())),
                None => Ok(()),
            },
            Ok(Err(_)) => Err(ProbeError::Broken("closed".into())),
            Err(_) => Err(ProbeError::Late(what, within.as_secs_f64())),
        }
    }

    /// Publishes an endless track; answers with its name once the server has agreed to it.
    pub async fn publish(&self, media: Media) -> Result<String, ProbeError> {
        let (published, answer) = oneshot::channel();
        self.order(Command::Publish { media, published })?;
        let within = Duration::from_secs(10);
        match timeout(within, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(self.ending()),
            Err(_) => Err(ProbeError::Late("published track", within.as_secs_f64())),
        }
    }

    /// Stops publishing a track.
    pub fn unpublish(&self, track: &str) -> Result<(), ProbeError> {
        self.order(Command::Unpublish { track: track.to_owned() })
    }

    /// Mutes or unmutes an own track.
    pub fn mute(&self, track: &str, muted: bool) -> Result<(), ProbeError> {
        self.order(Command::Mute { track: track.to_owned(), muted })
    }

    /// Packets of an own track sent so far.
    pub async fn sent(&self, track: &str) -> u64 {
        let (answer, sent) = oneshot::channel();
        match self.order(Command::Sent { track: track.to_owned(), answer }) {
            Ok(()) => sent.await.unwrap_or(0),
            Err(_) => 0,
        }
    }

    /// Sends any other signalling message.
    pub fn request(&self, message: signal_request::Message) -> Result<(), ProbeError> {
        self.order(Command::Send(Box::new(message)))
    }

    /// Sends any bytes as a signalling frame.
    pub fn request_bytes(&self, frame: Vec<u8>) -> Result<(), ProbeError> {
        self.order(Command::SendBytes(frame))
    }

    /// Sends data to everybody, or to some by identity, as soon as the channel is open.
    pub async fn send_data(&self, topic: &str, payload: &[u8], to: &[&str], reliable: bool) -> Result<(), ProbeError> {
        let open = |seen: &Seen| if reliable { seen.reliable_open } else { seen.lossy_open };
        self.until("open data channel", Duration::from_secs(10), open).await?;
        let user =
            livekit::UserPacket { payload: payload.to_vec(), topic: Some(topic.to_owned()), ..Default::default() };
        #[allow(deprecated)]
        let packet = livekit::DataPacket {
            kind: if reliable { livekit::data_packet::Kind::Reliable } else { livekit::data_packet::Kind::Lossy }
                .into(),
            destination_identities: to.iter().map(|identity| (*identity).to_owned()).collect(),
            value: Some(data_packet::Value::User(user)),
            ..Default::default()
        };
        let channel = if reliable { &self.reliable } else { &self.lossy };
        Ok(channel.send(BytesMut::from(packet.encode_to_vec().as_slice())).await?)
    }

    /// How its media travels; none before it does.
    pub async fn path(&self) -> Option<Path> {
        let (answer, path) = oneshot::channel();
        self.order(Command::Path(answer)).ok()?;
        path.await.ok()?
    }

    /// Says goodbye.
    pub async fn leave(self) {
        if self.order(Command::Leave).is_ok() {
            let mut seen = self.seen.clone();
            // A server that never closes its side is not waited for any longer.
            let _ = timeout(Duration::from_secs(2), seen.wait_for(|seen| seen.closed)).await;
        }
    }

    fn order(&self, command: Command) -> Result<(), ProbeError> {
        self.commands.send(command).map_err(|_| self.ending())
    }

    /// Why there is no session any more.
    fn ending(&self) -> ProbeError {
        let seen = self.seen.borrow();
        match (&seen.leave, &seen.failure) {
            (Some((reason, action)), _) => ProbeError::Left { reason: *reason, action: *action },
            (None, Some(failure)) => ProbeError::Unexpected(failure.clone()),
            (None, None) => ProbeError::Broken("closed".into()),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
