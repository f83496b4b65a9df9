use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use media::{Answer, Kind, PeerId, PendingTrack, ServerOffer, TrackSid};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::crypto::CryptoProvider;
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use super::Link;

/// A packet that arrived.
#[derive(Clone, Debug)]
pub struct Heard {
    pub mid: String,
    pub sequence: u64,
    pub timestamp: u32,
    pub payload: Vec<u8>,
}

/// A client that offers, as the stock SDK does: three channels, three sections of each kind.
pub struct Client {
    pub peer: PeerId,
    pub pending: Vec<PendingTrack>,
    pub published: Vec<(TrackSid, Mid, Kind)>,
    pub heard: Vec<Heard>,
    pub messages: Vec<(String, Vec<u8>)>,
    /// What the last answer put where.
    pub tracks: BTreeMap<String, TrackSid>,
    pub last_answer: String,
    pub must_offer: bool,
    pub keyframes_wanted: usize,
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    receiving: Vec<Mid>,
    channels: BTreeMap<String, ChannelId>,
    to_add: Vec<MediaKind>,
    to_publish: Vec<(TrackSid, String, Kind)>,
    /// Video is published in three steps.
    pub simulcast: bool,
    /// The next packet is the last of its picture.
    pub is_end: bool,
    to_stop: Vec<Mid>,
    restarts: bool,
    in_flight: Option<(u32, SdpPendingOffer)>,
    offers: u32,
    sequences: BTreeMap<(TrackSid, String), u64>,
    /// Keeps a copy of everything it sends.
    pub tape: Option<Vec<Vec<u8>>>,
    /// Lets nothing out to the network (the tape still gets it).
    pub is_cut_off: bool,
    /// Where the way from the engine is narrow.
    pub link: Option<Link>,
    /// Offers of the server do not reach it.
    pub is_deaf: bool,
}

impl Client {
    pub fn new(peer: PeerId) -> Self {
        Self::with(peer, None)
    }

    /// A client with cryptography of its own.
    pub fn with(peer: PeerId, provider: Option<Arc<CryptoProvider>>) -> Self {
        let socket = socket();
        let local = socket.local_addr().expect("it is bound");
        let mut config = Rtc::builder().set_rtp_mode(true);
        // A check now and then, more often than a browser: tests need not wait for the next one.
        config.set_max_stun_rto(Duration::from_millis(500));
        if let Some(provider) = provider {
            config = config.set_crypto_provider(provider);
        }
        let mut rtc = config.build(Instant::now());
        rtc.add_local_candidate(candidate(local));
        let to_add = [MediaKind::Audio, MediaKind::Video].repeat(3);
        Self {
            peer,
            pending: Vec::new(),
            published: Vec::new(),
            heard: Vec::new(),
            messages: Vec::new(),
            tracks: BTreeMap::new(),
            last_answer: String::new(),
            must_offer: false,
            keyframes_wanted: 0,
            rtc,
            socket,
            local,
            receiving: Vec::new(),
            channels: BTreeMap::new(),
            to_add,
            to_publish: Vec::new(),
            simulcast: false,
            is_end: true,
            to_stop: Vec::new(),
            restarts: false,
            in_flight: None,
            offers: 0,
            sequences: BTreeMap::new(),
            tape: None,
            is_cut_off: false,
            link: None,
            is_deaf: false,
        }
    }

    /// The same that reads no VP8.
    pub fn without_vp8(peer: PeerId) -> Self {
        let mut client = Self::new(peer);
        let config = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_h264(true);
        client.rtc = config.build(Instant::now());
        client.rtc.add_local_candidate(candidate(client.local));
        client
    }

    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Sends any bytes from where this client is.
    pub fn send_raw(&self, to: SocketAddr, datagram: &[u8]) {
        // A full buffer loses some, as any network may.
        let _ = self.socket.send_to(datagram, to);
    }

    /// The name the engine's answers give this connection.
    pub fn server_ufrag(&self) -> String {
        let line = self.last_answer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
        line.expect("an answer names one").to_owned()
    }

    pub fn open_channels(&self) -> usize {
        self.channels.keys().filter(|label| *label != "_data_track").count()
    }

    pub fn waits_for_answer(&self) -> bool {
        self.in_flight.is_some()
    }

    pub fn add_sections(&mut self, audios: u32, videos: u32) {
        self.to_add.extend((0..audios).map(|_| MediaKind::Audio));
        self.to_add.extend((0..videos).map(|_| MediaKind::Video));
    }

    pub fn publish(&mut self, sid: TrackSid, cid: String, kind: Kind) {
        self.to_publish.push((sid, cid, kind));
    }

    pub fn unpublish(&mut self, sid: &TrackSid) {
        let at = self.published.iter().position(|(published, ..)| published == sid).expect("it is published");
        self.to_stop.push(self.published.remove(at).1);
    }

    pub fn offer(&mut self) -> (u32, String) {
        self.must_offer = false;
        let mut change = self.rtc.sdp_api();
        if self.offers == 0 {
            for (label, ordered) in [("_reliable", true), ("_lossy", false), ("_data_track", false)] {
                let reliability =
                    if ordered { Reliability::Reliable } else { Reliability::MaxRetransmits { retransmits: 0 } };
                change.add_channel_with_config(ChannelConfig {
                    label: label.to_owned(),
                    ordered,
                    reliability,
                    ..Default::default()
                });
            }
        }
        // The library takes a section answered inactive for inactive; a browser goes on offering.
        for mid in &self.receiving {
            change.set_direction(*mid, Direction::RecvOnly);
        }
        for mid in self.to_stop.drain(..) {
            change.set_direction(mid, Direction::Inactive);
        }
        for kind in self.to_add.drain(..) {
            self.receiving.push(change.add_media(kind, Direction::RecvOnly, None, None, None));
        }
        for (sid, cid, kind) in self.to_publish.drain(..) {
            let media = if kind == Kind::Audio { MediaKind::Audio } else { MediaKind::Video };
            let mid = {
                let steps = (self.simulcast && kind == Kind::Video).then(steps);
                change.add_media(media, Direction::SendOnly, Some("stream".to_owned()), Some(cid), steps)
            };
            self.published.push((sid, mid, kind));
        }
        if std::mem::take(&mut self.restarts) {
            change.ice_restart(false);
        }
        if !change.has_changes() {
            // Offering the same again needs something to say.
            self.receiving.push(change.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None));
        }
        let (offer, pending) = change.apply().expect("there are changes");
        self.offers += 1;
        self.in_flight = Some((self.offers, pending));
        (self.offers, offer.to_sdp_string())
    }

    pub fn answered(&mut self, answer: &Answer) {
        let (id, pending) = self.in_flight.take().expect("an offer is on its way");
        assert_eq!(answer.offer_id, id, "the answer echoes the offer's number");
        let parsed = SdpAnswer::from_sdp_string(&answer.sdp).expect("the answer can be read");
        self.rtc.sdp_api().accept_answer(pending, parsed).expect("the answer fits the offer");
        // A restart forgets the addresses of this side; the library knows one that is there still.
        self.rtc.add_local_candidate(candidate(self.local));
        self.tracks = answer.mid_to_track.iter().cloned().collect();
        self.last_answer.clone_from(&answer.sdp);
        self.drain();
    }

    /// Answers an offer of the server, as clients of the older shape do.
    pub fn accept(&mut self, offer: &ServerOffer) -> String {
        let parsed = SdpOffer::from_sdp_string(&offer.sdp).expect("the offer can be read");
        let answer = self.rtc.sdp_api().accept_offer(parsed).expect("the offer fits");
        self.rtc.add_local_candidate(candidate(self.local));
        self.tracks = offer.mid_to_track.iter().cloned().collect();
        self.last_answer.clone_from(&offer.sdp);
        self.drain();
        answer.to_sdp_string()
    }

    /// How many packets of a track were written.
    pub fn ticks(&self, sid: &TrackSid) -> u32 {
        u32::try_from(self.sequences.get(&(sid.clone(), String::new())).copied().unwrap_or(0))
            .expect("no test is that long")
    }

    /// Sends the next packet of a track; video payloads are VP8-like.
    pub fn write(&mut self, sid: &TrackSid, payload: &[u8], timestamp: u32) {
        self.write_step(sid, None, payload, timestamp);
    }

    /// Sends the next packet of a simulcast step.
    pub fn write_step(&mut self, sid: &TrackSid, rid: Option<&str>, payload: &[u8], timestamp: u32) {
        let (_, mid, kind) = self.published.iter().find(|(published, ..)| published == sid).expect("it is published");
        let (mid, kind) = (*mid, *kind);
        let codec = if kind == Kind::Audio { str0m::format::Codec::Opus } else { str0m::format::Codec::Vp8 };
        let format = self.rtc.codec_config().find(|format| format.spec().codec == codec).expect("it is configured");
        let payload_type = format.pt();
        let extensions = ExtensionValues { audio_level: Some(-20), voice_activity: Some(true), ..Default::default() };
        let next = self.sequences.entry((sid.clone(), rid.unwrap_or_default().to_owned())).or_insert(0);
        *next += 1;
        let sequence = *next;
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, rid.map(Into::into)).expect("the section sends");
        stream.write_rtp(
            RtpWrite::new(payload_type, sequence.into(), timestamp, Instant::now(), payload.to_vec())
                .marker(self.is_end)
                .ext_vals(extensions)
                .nackable(kind == Kind::Video),
        );
        self.rtc.handle_input(Input::Timeout(Instant::now())).expect("time passes");
        self.drain();
    }

    pub fn send(&mut self, label: &str, payload: &[u8]) {
        let id = self.channels[label];
        let taken = self.rtc.channel(id).expect("it is open").write(true, payload).expect("it can be written");
        assert!(taken, "there is room");
        self.drain();
    }

    /// Sends if there is room and the channel is still open.
    pub fn try_send(&mut self, label: &str, payload: &[u8]) {
        if let Some(mut channel) = self.channels.get(label).and_then(|id| self.rtc.channel(*id)) {
            let _ = channel.write(true, payload);
            self.drain();
        }
    }

    /// Asks for a new picture of everything it receives.
    pub fn want_keyframe(&mut self, mid: &str) {
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx_by_mid(mid.into(), None).expect("something came in this section");
        stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
        self.drain();
    }

    /// Does not wait for packets in its steps.
    pub fn hurry(&self) {
        self.socket.set_nonblocking(true).expect("it can be set");
    }

    /// The address translation on the way forgets this client: what it sends comes from another
    /// port, and it does not know.
    pub fn rebind(&mut self) {
        self.socket = socket();
    }

    /// The client changes networks: another address, and its next offer starts the checks anew.
    pub fn switch_network(&mut self) {
        self.socket = socket();
        self.local = self.socket.local_addr().expect("it is bound");
        self.restarts = true;
    }

    /// Ends without a word.
    pub fn hang_up(&mut self) {
        self.rtc.close().expect("it can be closed");
        self.drain();
    }

    pub fn step(&mut self) {
        self.rtc.handle_input(Input::Timeout(Instant::now())).expect("time passes");
        self.drain();
        let mut buffer = [0; 2000];
        while let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
            if let Some(link) = &mut self.link {
                link.put(Instant::now(), source, &buffer[..length]);
                continue;
            }
            let Ok(receive) = Receive::new(Protocol::Udp, source, self.local, &buffer[..length]) else { continue };
            self.rtc.handle_input(Input::Receive(Instant::now(), receive)).expect("the engine sends what can be read");
            self.drain();
        }
        let now = Instant::now();
        while let Some((_, source, datagram)) = self.link.as_mut().and_then(|link| link.take(now)) {
            let Ok(receive) = Receive::new(Protocol::Udp, source, self.local, &datagram) else { continue };
            self.rtc.handle_input(Input::Receive(now, receive)).expect("the engine sends what can be read");
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().expect("the connection lives") {
                Output::Timeout(_) => return,
                Output::Transmit(transmit) => {
                    if let Some(tape) = &mut self.tape {
                        tape.push(transmit.contents.to_vec());
                    }
                    if !self.is_cut_off {
                        self.socket
                            .send_to(&transmit.contents, transmit.destination)
                            .expect("loopback takes everything");
                    }
                }
                Output::Event(Event::RtpPacket(packet)) => {
                    let mut api = self.rtc.direct_api();
                    let stream = api.stream_rx(&packet.header.ssrc).expect("the packet came on a known stream");
                    self.heard.push(Heard {
                        mid: stream.mid().to_string(),
                        sequence: *packet.seq_no,
                        timestamp: packet.header.timestamp,
                        payload: packet.payload.to_vec(),
                    });
                }
                Output::Event(Event::ChannelOpen(id, label)) => {
                    self.channels.insert(label, id);
                }
                Output::Event(Event::ChannelData(data)) => {
                    let label = self.channels.iter().find(|(_, id)| **id == data.id).map(|(label, _)| label.clone());
                    self.messages.push((label.unwrap_or_default(), data.data));
                }
                Output::Event(Event::KeyframeRequest(_)) => self.keyframes_wanted += 1,
                Output::Event(_) => {}
            }
        }
    }
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
    socket.set_read_timeout(Some(Duration::from_millis(1))).expect("a millisecond is allowed");
    socket
}

fn candidate(local: SocketAddr) -> Candidate {
    Candidate::host(local, "udp").expect("a loopback address is a candidate")
}

/// The steps of a browser: a quarter, half, full.
fn steps() -> Simulcast {
    let mut steps = Simulcast::new();
    for rid in ["q", "h", "f"] {
        steps.add_send_layer(SimulcastLayer { rid: rid.into(), attributes: None });
    }
    steps
}
