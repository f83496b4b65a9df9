//! One participant of the load: a peer connection, its socket, what it sends and what it counts.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mio::net::UdpSocket;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use super::flow::{self, Clock, Streams};
use super::heard::{self, Heard};
use super::watched::{Part, Watched};
use crate::floor;
use crate::scenario::Media;

/// Between two packets of sound.
pub const AUDIO_EVERY: Duration = Duration::from_millis(20);
const AUDIO_BYTES: usize = 80;
/// The library's payload type for Opus, which blocks in a packet of sound name.
const OPUS: u8 = 111;
const PICTURE_EVERY: Duration = Duration::from_millis(40);
const VIDEO_BYTES: usize = 1_100;
/// Packets of a picture: alone, and in the steps a quarter, half and full.
const PICTURE_PACKETS: usize = 4;
const STEPS: [(&str, usize); 3] = [("q", 1), ("h", 2), ("f", PICTURE_PACKETS)];

/// A participant.
pub struct Client {
    pub socket: UdpSocket,
    pub streams: Streams,
    /// When it began to connect, and when the first media packet was there.
    pub began: Instant,
    pub first_packet: Option<Instant>,
    pub is_connected: bool,
    /// When the peer connection wants to be looked at.
    pub due: Instant,
    pub sends: Option<Sends>,
    /// What gets through a bad line; only who has one looks.
    pub heard: Option<Heard>,
    pub watched: Option<Watched>,
    /// Since when it counts.
    pub window_from: Option<Instant>,
    /// Where the server takes media.
    pub server: Option<SocketAddr>,
    way: Way,
}

/// How media travels.
enum Way {
    Peer(Box<Peer>),
    /// Without a peer connection: the floor.
    Plain(SocketAddr),
}

struct Peer {
    rtc: Rtc,
    local: SocketAddr,
    receiving: Vec<Mid>,
    in_flight: Option<SdpPendingOffer>,
    offers: u32,
}

/// What a participant sends.
pub struct Sends {
    pub media: Media,
    pub due: Instant,
    /// From one to the next.
    pub every: Duration,
    mid: Option<Mid>,
    source: u32,
    /// Next number by step.
    sequences: [u64; 3],
    picture: u32,
    keyframe: bool,
    /// The piece of sound before.
    before: Vec<u8>,
}

/// What an offer shall have.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub receive: usize,
    pub media: Option<Media>,
    pub cid: Option<String>,
}

impl Client {
    /// A participant with a peer connection of its own; `media`: what it sends or receives.
    pub fn new(local: IpAddr, media: Option<Media>) -> Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::new(local, 0))?;
        let address = socket.local_addr()?;
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, media == Some(Media::Redundant))
            .enable_vp8(true)
            .build(Instant::now());
        rtc.add_local_candidate(Candidate::host(address, "udp")?);
        let peer = Peer { rtc, local: address, receiving: Vec::new(), in_flight: None, offers: 0 };
        Ok(Self::with(socket, Way::Peer(Box::new(peer))))
    }

    /// A participant of the floor.
    pub fn plain(local: IpAddr, server: SocketAddr) -> Result<Self> {
        Ok(Self::with(UdpSocket::bind(SocketAddr::new(local, 0))?, Way::Plain(server)))
    }

    fn with(socket: UdpSocket, way: Way) -> Self {
        let now = Instant::now();
        Self {
            socket,
            streams: Streams::default(),
            began: now,
            first_packet: None,
            is_connected: false,
            due: now,
            sends: None,
            heard: None,
            watched: None,
            window_from: None,
            server: None,
            way,
        }
    }

    fn peer(&mut self) -> Result<&mut Peer> {
        match &mut self.way {
            Way::Peer(peer) => Ok(peer),
            Way::Plain(_) => anyhow::bail!("the floor has no peer connections"),
        }
    }

    /// An offer with its number; later ones offer the same again and what is added.
    pub fn offer(&mut self, wanted: &Wanted) -> Result<(u32, String)> {
        let source = rand::random();
        let peer = self.peer()?;
        let mut change = peer.rtc.sdp_api();
        if peer.offers == 0 {
            change.add_channel("_reliable".to_owned());
        }
        // The library takes a section answered inactive for inactive; a browser goes on offering.
        for mid in &peer.receiving {
            change.set_direction(*mid, Direction::RecvOnly);
        }
        let kind = |media: Media| if media.is_sound() { MediaKind::Audio } else { MediaKind::Video };
        let receive = wanted.media.map_or(MediaKind::Audio, kind);
        for _ in 0..wanted.receive {
            peer.receiving.push(change.add_media(receive, Direction::RecvOnly, None, None, None));
        }
        let mut sends = None;
        if let (Some(media), Some(cid)) = (wanted.media, &wanted.cid) {
            let steps = (media == Media::Simulcast).then(|| {
                let mut steps = Simulcast::new();
                for (rid, _) in STEPS {
                    steps.add_send_layer(SimulcastLayer { rid: rid.into(), attributes: None });
                }
                steps
            });
            let stream = Some("stream".to_owned());
            let mid = change.add_media(kind(media), Direction::SendOnly, stream, Some(cid.clone()), steps);
            sends = Some((media, mid));
        }
        if !change.has_changes() {
            peer.receiving.push(change.add_media(receive, Direction::RecvOnly, None, None, None));
        }
        let (offer, pending) = change.apply().context("an offer changes something")?;
        peer.offers += 1;
        peer.in_flight = Some(pending);
        let numbered = (peer.offers, offer.to_sdp_string());
        if let Some((media, mid)) = sends {
            self.sends = Some(Sends::new(media, Some(mid), source));
        }
        Ok(numbered)
    }

    /// The server's answer to the latest offer; with `via` media goes there instead.
    pub fn answered(&mut self, sdp: &str, via: Option<SocketAddr>) -> Result<()> {
        let (sdp, server) = led(sdp, via);
        self.server = server;
        let peer = self.peer()?;
        let pending = peer.in_flight.take().context("an offer is on its way")?;
        peer.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&sdp)?)?;
        self.due = Instant::now();
        Ok(())
    }

    /// Our answer to the server's offer.
    pub fn answer(&mut self, sdp: &str) -> Result<String> {
        let peer = self.peer()?;
        let answer = peer.rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(sdp)?)?;
        self.due = Instant::now();
        Ok(answer.to_sdp_string())
    }

    /// Whether the latest offer was answered.
    pub fn is_settled(&mut self) -> bool {
        self.peer().is_ok_and(|peer| peer.in_flight.is_none())
    }

    /// Sends plain media, or says that it wants some.
    pub fn take_part(&mut self, media: Option<Media>) {
        self.sends = media.map(|media| Sends::new(media, None, rand::random()));
        if let (Way::Plain(server), None) = (&self.way, media) {
            let _ = self.socket.send_to(floor::JOIN, *server);
        }
        self.is_connected = true;
    }

    /// Sends what is due.
    pub fn speak(&mut self, clock: &Clock, now: Instant) -> Result<()> {
        let Some(sends) = &mut self.sends else { return Ok(()) };
        if !self.is_connected || now < sends.due {
            return Ok(());
        }
        // What was missed is not caught up in one burst.
        sends.due = (sends.due + sends.every).max(now);
        let steps: &[(&str, usize)] = match sends.media {
            Media::Audio | Media::Redundant => &[("", 1)],
            Media::Video => &[("", PICTURE_PACKETS)],
            Media::Simulcast => &STEPS,
        };
        let is_audio = sends.media.is_sound();
        let is_redundant = sends.media == Media::Redundant;
        let keyframe = std::mem::take(&mut sends.keyframe);
        sends.picture += 1;
        let ticks = clock.ticks(now);
        for (step, (rid, packets)) in steps.iter().enumerate() {
            for packet in 0..*packets {
                sends.sequences[step] += 1;
                let mut payload = vec![0_u8; if is_audio { AUDIO_BYTES } else { VIDEO_BYTES }];
                if !is_audio {
                    // Descriptor with a 15-bit picture number, the begin of a partition in the
                    // first packet, and the flag of the picture's header (RFC 7741).
                    let [_, _, high, low] = sends.picture.to_be_bytes();
                    let first = if packet == 0 { 0x90 } else { 0x80 };
                    payload[..5].copy_from_slice(&[first, 0x80, 0x80 | high, low, u8::from(!keyframe)]);
                    let (at, of) = (packet as u8, *packets as u8);
                    Part { picture: sends.picture, at, of, is_keyframe: keyframe, step: step as u8 }
                        .write(&mut payload);
                }
                if is_redundant {
                    let piece = heard::piece(sends.picture, ticks, AUDIO_BYTES);
                    payload = heard::redundant(OPUS, &sends.before, &piece);
                    sends.before = piece;
                }
                flow::stamp(&mut payload, ticks);
                let timestamp = ticks;
                match &mut self.way {
                    Way::Plain(server) => {
                        let mut datagram = vec![0x80, 111];
                        datagram.extend((sends.sequences[step] as u16).to_be_bytes());
                        datagram.extend(timestamp.to_be_bytes());
                        datagram.extend((sends.source + step as u32).to_be_bytes());
                        datagram.extend(&payload);
                        let _ = self.socket.send_to(&datagram, *server);
                    }
                    Way::Peer(peer) => {
                        let codec = if is_audio { Codec::Opus } else { Codec::Vp8 };
                        let format = peer.rtc.codec_config().find(|format| format.spec().codec == codec);
                        let format = format.context("the codec is configured")?;
                        let red = format.red().filter(|_| is_redundant);
                        let pt = red.unwrap_or(format.pt());
                        let extensions = ExtensionValues {
                            audio_level: is_audio.then_some(-30),
                            voice_activity: is_audio.then_some(true),
                            ..ExtensionValues::default()
                        };
                        let mut api = peer.rtc.direct_api();
                        let rid = (!rid.is_empty()).then(|| (*rid).into());
                        let mid = sends.mid.context("it was offered")?;
                        let Some(stream) = api.stream_tx_by_mid(mid, rid) else { continue };
                        let marker = packet + 1 == *packets;
                        stream.write_rtp(
                            RtpWrite::new(pt, sends.sequences[step].into(), timestamp, now, payload)
                                .marker(marker)
                                .ext_vals(extensions)
                                .nackable(!is_audio),
                        );
                    }
                }
            }
        }
        self.due = now;
        Ok(())
    }

    /// Time passes for the peer connection.
    pub fn advance(&mut self, clock: &Clock, now: Instant) -> Result<()> {
        if now < self.due {
            return Ok(());
        }
        match &mut self.way {
            Way::Plain(server) => {
                if self.sends.is_none() && self.first_packet.is_none() {
                    let _ = self.socket.send_to(floor::JOIN, *server);
                }
                self.due = now + Duration::from_millis(200);
            }
            Way::Peer(peer) => {
                peer.rtc.handle_input(Input::Timeout(now))?;
                self.drain(clock)?;
            }
        }
        Ok(())
    }

    /// Takes everything that has arrived.
    pub fn receive(&mut self, clock: &Clock, decrypt_all: bool, measuring: bool) -> Result<()> {
        let mut buffer = [0; 2_000];
        loop {
            let (length, source) = match self.socket.recv_from(&mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // An ICMP error of some earlier packet.
                Err(_) => continue,
            };
            let datagram = &buffer[..length];
            let now = Instant::now();
            let mut must_read = true;
            if let Some(header) = flow::header(datagram) {
                self.first_packet.get_or_insert(now);
                must_read = self.streams.arrived(header, clock.ticks(now), measuring) || decrypt_all;
            }
            match &mut self.way {
                Way::Plain(_) => self.streams.calibrate_all(),
                Way::Peer(peer) if must_read => {
                    if let Ok(receive) = Receive::new(Protocol::Udp, source, peer.local, datagram) {
                        peer.rtc.handle_input(Input::Receive(now, receive))?;
                        self.drain(clock)?;
                    }
                }
                Way::Peer(_) => {}
            }
        }
    }

    /// Counts from now on.
    pub fn open_window(&mut self) {
        let now = Instant::now();
        self.window_from = Some(now);
        self.streams.open_window();
        if let Some(heard) = &mut self.heard {
            heard.open_window();
        }
        if let Some(watched) = &mut self.watched {
            watched.open_window(now);
        }
    }

    /// Asks for a keyframe if nothing else helps.
    pub fn look(&mut self, now: Instant) {
        let (Some(watched), Way::Peer(peer)) = (&mut self.watched, &mut self.way) else { return };
        if watched.needs_keyframe(now) {
            for mid in &peer.receiving {
                if let Some(stream) = peer.rtc.direct_api().stream_rx_by_mid(*mid, None) {
                    stream.request_keyframe(KeyframeRequestKind::Pli);
                }
            }
            self.due = now;
        }
    }

    fn drain(&mut self, clock: &Clock) -> Result<()> {
        let Way::Peer(peer) = &mut self.way else { return Ok(()) };
        loop {
            match peer.rtc.poll_output()? {
                Output::Timeout(due) => {
                    self.due = due;
                    return Ok(());
                }
                Output::Transmit(transmit) => {
                    let _ = self.socket.send_to(&transmit.contents, transmit.destination);
                }
                Output::Event(Event::Connected) => self.is_connected = true,
                Output::Event(Event::KeyframeRequest(_)) => {
                    if let Some(sends) = &mut self.sends {
                        sends.keyframe = true;
                    }
                }
                Output::Event(Event::RtpPacket(packet)) => {
                    if let Some(sent) = flow::stamped(&packet.payload) {
                        self.streams.calibrate(*packet.header.ssrc, packet.header.timestamp, sent);
                    }
                    let now = Instant::now();
                    if let Some(heard) = &mut self.heard {
                        heard.packet(&packet.payload, clock.ticks(now));
                    }
                    if let Some(watched) = &mut self.watched {
                        let took = flow::stamped(&packet.payload).map(|sent| clock.since(sent, now));
                        watched.packet(&packet.payload, now, took.unwrap_or_default());
                    }
                }
                Output::Event(_) => {}
            }
        }
    }
}

impl Sends {
    fn new(media: Media, mid: Option<Mid>, source: u32) -> Self {
        // Not all in the same moment.
        let phase = Duration::from_micros(rand::random::<u64>() % 40_000);
        let source = source & !3;
        Self {
            media,
            due: Instant::now() + phase,
            every: if media.is_sound() { AUDIO_EVERY } else { PICTURE_EVERY },
            mid,
            source,
            sequences: [0; 3],
            picture: 0,
            keyframe: true,
            before: heard::piece(0, 0, AUDIO_BYTES),
        }
    }
}

/// An answer whose candidates lead elsewhere, and where they led.
fn led(sdp: &str, via: Option<SocketAddr>) -> (String, Option<SocketAddr>) {
    let mut server = None;
    let lines: Vec<String> = sdp
        .lines()
        .map(|line| {
            let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let place = line
                .strip_prefix("a=candidate:")
                .and_then(|_| Some(SocketAddr::new(words.get(4)?.parse().ok()?, words.get(5)?.parse().ok()?)));
            server = server.or(place);
            if let (Some(_), Some(via)) = (place, via) {
                (words[4], words[5]) = (via.ip().to_string(), via.port().to_string());
            }
            words.join(" ")
        })
        .collect();
    (lines.join("\r\n") + "\r\n", server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_lead_where_they_shall() {
        let sdp = "v=0\r\na=candidate:1 1 udp 2130706175 10.0.0.1 7882 typ host\r\na=end-of-candidates\r\n";
        let own: SocketAddr = "10.0.0.1:7882".parse().expect("an address");
        assert_eq!(led(sdp, None), (sdp.to_owned(), Some(own)));
        let via = led(sdp, Some("10.0.0.2:99".parse().expect("an address")));
        assert_eq!(via, (sdp.replace("10.0.0.1 7882", "10.0.0.2 99"), Some(own)));
    }
}
