//! A peer connection that carries data: each a task and a socket of its own.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{AddTrackRequest, SessionDescription, TrackSource, TrackType};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::ChannelId;
use str0m::media::{Direction, MediaKind};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::visitor::Visitor;

/// How long the media path may take.
const WITHIN: Duration = Duration::from_secs(20);
const RELIABLE: &str = "_reliable";

/// An open media path. It ends with this value.
pub struct Peer {
    words: mpsc::UnboundedSender<Vec<u8>>,
    heard: mpsc::UnboundedReceiver<(Instant, Vec<u8>)>,
}

/// What somebody offers before anything is connected.
pub struct Draft {
    rtc: Rtc,
    pending: SdpPendingOffer,
    pub sdp: String,
}

impl Draft {
    /// A data channel, this many tracks to receive, and perhaps one of sound to send.
    pub fn new(receive: usize, publish: Option<&str>) -> Result<Self> {
        let mut rtc = Rtc::builder().clear_codecs().enable_opus(true, false).build(Instant::now());
        let mut change = rtc.sdp_api();
        change.add_channel(RELIABLE.to_owned());
        for _ in 0..receive {
            change.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
        }
        if let Some(cid) = publish {
            let (stream, track) = (Some("stream".to_owned()), Some(cid.to_owned()));
            change.add_media(MediaKind::Audio, Direction::SendOnly, stream, track, None);
        }
        let (offer, pending) = change.apply().context("an offer changes something")?;
        Ok(Self { rtc, pending, sdp: offer.to_sdp_string() })
    }

    /// Offers it and waits for the answer.
    pub async fn offer(&self, visitor: &mut Visitor) -> Result<String> {
        let offer =
            SessionDescription { r#type: "offer".to_owned(), sdp: self.sdp.clone(), id: 1, ..Default::default() };
        visitor.say(Request::Offer(offer)).await?;
        let answered = async {
            loop {
                match visitor.next().await? {
                    Response::Answer(answer) => return Ok(answer.sdp),
                    Response::Leave(leave) => bail!("sent away: {:?}", leave.reason()),
                    _ => {}
                }
            }
        };
        timeout(WITHIN, answered).await.context("no answer to the offer")?
    }
}

impl Peer {
    /// Publishes a track of sound if it has a name, and waits until media flows and data may.
    pub async fn connect(local: IpAddr, visitor: &mut Visitor, publish: Option<&str>) -> Result<Self> {
        if let Some(cid) = publish {
            let track = AddTrackRequest {
                cid: cid.to_owned(),
                r#type: TrackType::Audio.into(),
                source: TrackSource::Microphone.into(),
                ..Default::default()
            };
            visitor.say(Request::AddTrack(track)).await?;
        }
        let socket = UdpSocket::bind(SocketAddr::new(local, 0)).await?;
        let mut draft = Draft::new(0, publish)?;
        draft.rtc.add_local_candidate(Candidate::host(socket.local_addr()?, "udp")?);
        let answer = draft.offer(visitor).await?;
        let Draft { mut rtc, pending, .. } = draft;
        rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer)?)?;
        let (words, to_say) = mpsc::unbounded_channel();
        let (hears, heard) = mpsc::unbounded_channel();
        let (opened, open) = oneshot::channel();
        tokio::spawn(async move {
            let line = Line { rtc, socket, hears, opened: Some(opened), channel: None };
            if let Err(error) = line.run(to_say).await {
                eprintln!("a media path was lost: {error:#}");
            }
        });
        timeout(WITHIN, open).await.context("no media path in time")?.context("the media path broke")?;
        Ok(Self { words, heard })
    }

    /// Sends reliable messages.
    pub fn voice(&self) -> impl Fn(Vec<u8>) + use<> {
        let words = self.words.clone();
        move |message| {
            let _ = words.send(message);
        }
    }

    /// The next message, and when it came.
    pub async fn hear(&mut self) -> Result<(Instant, Vec<u8>)> {
        self.heard.recv().await.context("the media path broke")
    }
}

/// The running end of a connection.
struct Line {
    rtc: Rtc,
    socket: UdpSocket,
    hears: mpsc::UnboundedSender<(Instant, Vec<u8>)>,
    opened: Option<oneshot::Sender<()>>,
    channel: Option<ChannelId>,
}

impl Line {
    async fn run(mut self, mut to_say: mpsc::UnboundedReceiver<Vec<u8>>) -> Result<()> {
        let local = self.socket.local_addr()?;
        let mut buffer = [0; 2_000];
        loop {
            let due = self.drain()?;
            tokio::select! {
                received = self.socket.recv_from(&mut buffer) => {
                    let Ok((length, source)) = received else { continue };
                    let now = Instant::now();
                    if let Ok(receive) = Receive::new(Protocol::Udp, source, local, &buffer[..length]) {
                        self.rtc.handle_input(Input::Receive(now, receive))?;
                    }
                }
                word = to_say.recv() => {
                    let Some(word) = word else { return Ok(()) };
                    let channel = self.channel.and_then(|channel| self.rtc.channel(channel));
                    channel.context("the channel is open")?.write(true, &word)?;
                }
                () = tokio::time::sleep_until(due.into()) => self.rtc.handle_input(Input::Timeout(Instant::now()))?,
            }
        }
    }

    fn drain(&mut self) -> Result<Instant> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(due) => return Ok(due),
                Output::Transmit(transmit) => {
                    // A full buffer is a lost packet.
                    let _ = self.socket.try_send_to(&transmit.contents, transmit.destination);
                }
                Output::Event(Event::ChannelOpen(channel, label)) if label == RELIABLE => {
                    self.channel = Some(channel);
                    if let Some(opened) = self.opened.take() {
                        let _ = opened.send(());
                    }
                }
                Output::Event(Event::ChannelData(data)) => {
                    let _ = self.hears.send((Instant::now(), data.data));
                }
                Output::Event(_) => {}
            }
        }
    }
}
