//! One peer connection. The only folder that names the WebRTC library; everybody else sees the
//! [`Connection`] trait, and tests put their own behind it.

mod carried;
#[cfg(test)]
pub(crate) mod client;
mod connection;
mod dependency;
mod description;
mod egress;
mod feedback;
mod header;
mod numbering;
mod offering;
mod repeats;
mod replay;
mod sealing;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustc_hash::FxHashMap;
use str0m::bwe::Bitrate;
use str0m::channel::ChannelId;
use str0m::config::DtlsCert;
use str0m::format::PayloadParams;
use str0m::media::{KeyframeRequestKind, Pt, Rid};
use str0m::net::{DatagramRecv, Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap, RedDecoder, RtpPacket, RtpWrite, Vp8Descriptor};
use str0m::{Candidate, IceCreds, Input, Output, Rtc};

pub(crate) use carried::Carried;
pub(crate) use connection::{Connection, Polled, Received, Sent};
use dependency::{DEPENDENCY_DESCRIPTOR, DependencyDescriptor, DependencyDescriptors};
pub(crate) use description::Description;
use egress::{Egress, LibrarysWay};
use offering::Outstanding;
pub(crate) use offering::{Acceptance, Proposal, Proposed};
use repeats::{MOST_REPEATS, REPEATABLE_FOR, REPEATABLE_PACKETS};

use crate::bandwidth::Desire;
use crate::figures::Figures;
use crate::mid::Mid;
use crate::packet::{Codec, Happening, Measured, Packet, Rewrite};
use crate::sdp::{Credentials, OfferedSection};
use crate::{Channel, PeerId, Quality};

/// Sent but not yet acknowledged data, before messages wait in our own queue.
const DATA_IN_FLIGHT: usize = 128 * 1024;
const STATS_EVERY: Duration = Duration::from_secs(1);

/// What a new connection must know.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) peer: PeerId,
    pub(crate) credentials: Credentials,
    /// Addresses to offer to the client.
    pub(crate) candidates: Vec<SocketAddr>,
}

/// A certificate shared by the connections of an engine: making one costs milliseconds.
#[derive(Clone)]
pub(crate) struct Certificate(Option<DtlsCert>);

impl Certificate {
    pub(crate) fn generate() -> Self {
        Self(str0m::crypto::from_feature_flags().dtls_provider.generate_certificate())
    }
}

/// [`Connection`] on top of the WebRTC library.
pub(crate) struct Peer {
    rtc: Rtc,
    setup: Setup,
    /// Section, step and whether it has a rid by source identifier, learned from the first packet.
    sources: FxHashMap<u32, (Mid, Quality, bool)>,
    /// The rid a publisher uses for a step of a section.
    rids: FxHashMap<(Mid, Quality), Rid>,
    /// Our payload type for a format of a publisher.
    payload_types: FxHashMap<(PeerId, u8, Mid), Option<Chosen>>,
    channels: Vec<(Channel, ChannelId)>,
    /// Our own offer that waits for its answer, if the server offers.
    outstanding: Option<Outstanding>,
    has_been_answered: bool,
    /// Sections whose outgoing stream was set up.
    prepared: HashSet<Mid>,
    is_connected: bool,
    /// When the library wants to be called, and whether something was given to it since.
    due: Instant,
    is_written: bool,
    /// What leaves without the library.
    egress: Egress,
    figures: Figures,
}

/// How a publisher's format is sent to this receiver.
#[derive(Clone, Copy)]
struct Chosen {
    payload_type: Pt,
    /// The same for repeats.
    repeats: Option<Pt>,
    /// Take the newest block out of its RED wrapping first.
    unwrap: bool,
}

impl Peer {
    pub(crate) fn new(setup: Setup, certificate: &Certificate, now: Instant) -> Self {
        let mut config = Rtc::builder()
            .set_crypto_provider(replay::provider())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_local_ice_credentials(creds(&setup.credentials))
            .set_extension_map(extensions())
            .set_stats_interval(Some(STATS_EVERY))
            .set_send_buffer_video(REPEATABLE_PACKETS)
            .set_sctp_max_buffered_amount(DATA_IN_FLIGHT)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_h264(true)
            .enable_vp9(true)
            .enable_av1(true);
        if let Some(certificate) = &certificate.0 {
            config = config.set_dtls_cert(certificate.clone());
        }
        let mut rtc = config.build(now);
        for candidate in setup.candidates.iter().filter_map(|address| Candidate::host(*address, "udp").ok()) {
            rtc.add_local_candidate(candidate);
        }
        Self {
            rtc,
            setup,
            sources: FxHashMap::default(),
            rids: FxHashMap::default(),
            payload_types: FxHashMap::default(),
            channels: Vec::new(),
            outstanding: None,
            has_been_answered: false,
            prepared: HashSet::new(),
            is_connected: false,
            due: now,
            is_written: true,
            egress: Egress::new(now),
            figures: Figures::default(),
        }
    }

    fn packet(&mut self, packet: RtpPacket) -> Option<Packet> {
        let ssrc = *packet.header.ssrc;
        let (mid, quality, has_rid) = match self.sources.get(&ssrc) {
            Some(known) => *known,
            None => {
                let mut api = self.rtc.direct_api();
                let stream = api.stream_rx(&packet.header.ssrc)?;
                let (mid, rid) = (Mid::new(&stream.mid())?, stream.rid());
                let quality = rid.map_or(Quality::High, |rid| step(&rid));
                if let Some(rid) = rid {
                    self.rids.insert((mid, quality), rid);
                }
                *self.sources.entry(ssrc).or_insert((mid, quality, rid.is_some()))
            }
        };
        let payload_type = packet.header.payload_type;
        let formats = self.rtc.codec_config().params();
        let format =
            *formats.iter().find(|format| format.pt() == payload_type || format.red() == Some(payload_type))?;
        let red = format.red() == Some(payload_type);
        let codec = codec(&format);
        let mut extensions = packet.header.ext_vals;
        // These belong to the way here; the way on gets its own.
        extensions.mid = None;
        extensions.rid = None;
        extensions.rid_repair = None;
        extensions.transport_cc = None;
        extensions.abs_send_time = None;
        if !matches!(codec, Codec::Av1 | Codec::Vp9) {
            // Its frame numbers do not survive a change of the simulcast step.
            extensions.user_values.remove::<DependencyDescriptor>();
        }
        #[expect(clippy::cast_lossless, reason = "a level of at most 127")]
        let level = extensions.audio_level.map(|decibels| 10f32.powf(decibels as f32 / 20.0));
        Some(Packet {
            from: self.setup.peer,
            mid,
            quality,
            has_rid,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            codec,
            payload: packet.payload,
            level,
            carried: Carried { format, red, extensions },
        })
    }

    fn chosen(&mut self, packet: &Packet, mid: Mid) -> Option<Chosen> {
        let carried = &packet.carried;
        let source_type = if carried.red { carried.format.red() } else { None }.unwrap_or(carried.format.pt());
        let key = (packet.from, *source_type, mid);
        if let Some(known) = self.payload_types.get(&key) {
            return *known;
        }
        let chosen = self.rtc.media(mid.as_str().into()).and_then(|media| {
            let format = self.rtc.codec_config().match_params(carried.format)?;
            if !media.remote_pts().contains(&format.pt()) {
                return None;
            }
            // The blocks inside name the publisher's payload type: only equal ones may pass.
            let passes = carried.red && format.pt() == carried.format.pt();
            Some(match format.red().filter(|_| passes) {
                Some(red) => Chosen { payload_type: red, repeats: None, unwrap: false },
                None => Chosen { payload_type: format.pt(), repeats: format.resend(), unwrap: carried.red },
            })
        });
        self.payload_types.insert(key, chosen);
        chosen
    }

    fn write_to_library(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, now: Instant) -> bool {
        let Some(chosen) = self.chosen(packet, rewrite.mid) else { return false };
        let payload: Arc<[u8]> = if rewrite.is_filler {
            Arc::default()
        } else if chosen.unwrap {
            let blocks = RedDecoder::decode(&packet.payload).unwrap_or_default();
            let Some(primary) = blocks.iter().find(|block| block.is_primary) else { return false };
            Arc::from(primary.payload)
        } else {
            Arc::clone(&packet.payload)
        };
        // Until the seal is known the library repeats what it sent.
        let is_repeatable = packet.codec != Codec::Opus && self.egress.learning.is_done();
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(rewrite.mid.as_str().into(), None) else { return false };
        let (source, repeats_source) = (*stream.ssrc(), stream.rtx().map(|source| *source));
        if packet.codec != Codec::Opus && self.prepared.insert(rewrite.mid) {
            stream.set_rtx_cache(REPEATABLE_PACKETS, REPEATABLE_FOR, Some(MOST_REPEATS));
        }
        let mut write = RtpWrite::new(chosen.payload_type, rewrite.sequence.into(), rewrite.timestamp, now, payload)
            .marker(rewrite.marker)
            .ext_vals(packet.carried.extensions.clone())
            .nackable(packet.codec != Codec::Opus && !is_repeatable);
        if let Some(patch) = rewrite.vp8 {
            let built = Vp8Descriptor::parse(&packet.payload).ok().and_then(|descriptor| {
                let mut builder = descriptor.patch();
                if let Some(picture_id) = patch.picture_id {
                    builder = builder.picture_id(picture_id);
                }
                if let Some(index) = patch.tl0_pic_idx {
                    builder = builder.tl0_pic_idx(index);
                }
                builder.build().ok()
            });
            if let Some(patch) = built {
                write = write.vp8_patch(patch);
            }
        }
        stream.write_rtp(write);
        self.is_written = true;
        self.went_by_library(packet, rewrite, LibrarysWay { source, repeats_source, is_repeatable, chosen });
        true
    }

    /// Time passes for the library.
    fn call(&mut self, now: Instant) {
        self.is_written = false;
        if let Err(error) = self.rtc.handle_input(Input::Timeout(now)) {
            tracing::debug!(peer.id = self.setup.peer.0, %error, "Peer {}: a timer failed", self.setup.peer.0);
        }
    }

    /// Something was agreed on about these sections.
    fn look_at(&mut self, mids: &[Mid]) {
        let sending = mids.iter().filter_map(|mid| {
            let media = self.rtc.media(mid.as_str().into())?;
            let sends = media.direction().is_sending() && media.kind().is_video();
            sends.then(|| media.remote_extmap().id_of(Extension::TransportSequenceNumber))
        });
        self.egress.negotiated(sending.max());
    }

    fn ticks_per_ms(&self, mid: str0m::media::Mid) -> f32 {
        let is_audio = self.rtc.media(mid).is_some_and(|media| media.kind().is_audio());
        if is_audio { 48.0 } else { 90.0 }
    }

    fn event(&mut self, event: str0m::Event) -> Option<Happening> {
        use str0m::Event;
        match event {
            Event::Connected => {
                self.is_connected = true;
                Some(Happening::Connected)
            }
            Event::RtpPacket(packet) => self.packet(packet).map(|packet| Happening::Packet(Arc::new(packet))),
            Event::KeyframeRequest(request) => Mid::new(&request.mid).map(Happening::KeyframeWanted),
            Event::ChannelOpen(id, label) => {
                let channel = match label.as_str() {
                    "_reliable" => Channel::Reliable,
                    "_lossy" => Channel::Lossy,
                    _ => return None,
                };
                self.channels.retain(|(known, _)| *known != channel);
                self.channels.push((channel, id));
                Some(Happening::Opened)
            }
            Event::ChannelData(data) => {
                let (channel, _) = self.channels.iter().find(|(_, id)| *id == data.id)?;
                Some(Happening::Message(*channel, Bytes::from(data.data)))
            }
            Event::ChannelClose(id) => {
                self.channels.retain(|(_, known)| *known != id);
                None
            }
            Event::PeerStats(stats) => {
                let measured = self.egress.measured();
                let pair = stats.selected_candidate_pair;
                Some(Happening::Measured(Measured {
                    rtt: measured.and_then(|(rtt, _)| rtt).or_else(|| pair?.current_round_trip_time),
                    // Clients that do not number all their packets are judged by the gaps in their streams.
                    loss_up: stats.ingress_loss_fraction.or_else(|| self.figures.loss_up()),
                    loss_down: measured.and_then(|(_, loss)| loss),
                    media_bytes_up: stats.bytes_rx,
                    media_bytes_down: stats.bytes_tx + self.egress.sealed_bytes,
                    has_feedback: measured.is_some(),
                    incoming: self.figures.incoming(),
                    outgoing: self.figures.outgoing(),
                }))
            }
            Event::MediaIngressStats(stats) => {
                let mid = Mid::new(&stats.mid)?;
                let quality = stats.rid.map_or(Quality::High, |rid| step(&rid));
                let jitter_ms = stats.jitter as f32 / self.ticks_per_ms(stats.mid);
                self.figures.came(mid, quality, stats.packets, stats.loss, jitter_ms);
                None
            }
            Event::MediaEgressStats(stats) => {
                let jitter_ms = stats.remote.as_ref().map(|remote| remote.jitter as f32 / self.ticks_per_ms(stats.mid));
                let mid = Mid::new(&stats.mid)?;
                // The library compares two reports; numbers begin at 1, so the first one alone says it as well.
                let first = stats.remote.filter(|_| !self.figures.has_gone(mid));
                let first_loss = first.and_then(|first| share(first.packets_lost, *first.maximum_sequence_number));
                self.figures.went(mid, stats.loss.or(first_loss), jitter_ms);
                None
            }
            Event::Closed => Some(Happening::Ended),
            _ => None,
        }
    }
}

impl Connection for Peer {
    fn receive(&mut self, now: Instant, source: SocketAddr, local: SocketAddr, datagram: &[u8]) -> Received {
        let Ok(contents) = DatagramRecv::try_from(datagram) else { return Received::Refused };
        let input = Input::Receive(now, Receive { proto: Protocol::Udp, source, destination: local, contents });
        // The library itself does not look where a packet comes from.
        if !self.rtc.accepts(&input) {
            return Received::Refused;
        }
        let rtc = &mut self.rtc;
        if let Err(error) = numbering::lend(&mut self.egress.numbering, || rtc.handle_input(input)) {
            tracing::debug!(peer.id = self.setup.peer.0, %error, "Peer {}: a packet was not understood", self.setup.peer.0);
        }
        self.egress.take_report(now);
        Received::Taken
    }

    fn advance(&mut self, now: Instant) {
        self.egress.advance(now);
        if self.is_written || now >= self.due {
            self.call(now);
        }
    }

    fn release(&mut self, now: Instant, out: &mut Vec<u8>) -> bool {
        self.release_next(now, out)
    }

    fn due(&self) -> Option<Instant> {
        self.egress.due()
    }

    fn poll(&mut self) -> Polled {
        if let Some(news) = self.egress.news() {
            return Polled::Happened(news);
        }
        loop {
            let (rtc, egress) = (&mut self.rtc, &mut self.egress);
            let learning = &mut egress.learning;
            let act = || learning.listen(|| rtc.poll_output(), is_media);
            match numbering::lend(&mut egress.numbering, act) {
                Ok(Output::Transmit(transmit)) => {
                    let mut datagram = Vec::from(transmit.contents);
                    if carries_media(&datagram) {
                        egress.librarys_left(&mut datagram);
                    }
                    return Polled::Transmit { to: transmit.destination, datagram };
                }
                Ok(Output::Event(event)) => {
                    if let Some(happening) = self.event(event) {
                        return Polled::Happened(happening);
                    }
                }
                Ok(Output::Timeout(due)) if self.rtc.is_alive() => {
                    self.due = due;
                    return Polled::Idle(due);
                }
                Ok(Output::Timeout(_)) => return Polled::Broken,
                Err(error) => {
                    tracing::debug!(peer.id = self.setup.peer.0, %error, "Peer {}: the connection failed", self.setup.peer.0);
                    return Polled::Broken;
                }
            }
        }
    }

    fn answer(&mut self, offer: &Description, sections: &[OfferedSection]) -> Option<(String, Credentials)> {
        let answer = self.rtc.sdp_api().accept_offer(offer.directed(sections)).ok()?;
        let mut api = self.rtc.direct_api();
        let given = api.local_ice_credentials();
        if given != creds(&self.setup.credentials) {
            // A restart by the client (RFC 8445, section 9): the library chose new credentials.
            // They are made to lead here as the old ones did.
            self.setup.credentials = self.setup.credentials.renewed(&given.ufrag, given.pass);
            api.set_local_ice_credentials(creds(&self.setup.credentials));
        }
        self.sources.clear();
        self.payload_types.clear();
        self.look_at(&sections.iter().map(|section| section.mid).collect::<Vec<_>>());
        Some((answer.to_sdp_string(), self.setup.credentials.clone()))
    }

    fn offer(&mut self, proposal: &Proposal) -> Option<Proposed> {
        self.make_offer(proposal)
    }

    fn accept(&mut self, answer: Acceptance) -> bool {
        self.take_answer(answer)
    }

    fn forward(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, now: Instant) -> bool {
        self.queue(packet, rewrite) || self.write_to_library(packet, rewrite, now)
    }

    fn seal(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, now: Instant, out: &mut Vec<u8>) -> bool {
        self.seal_packet(packet, rewrite, now, out)
    }

    fn wants_pictures(&mut self, wants: bool) {
        self.egress.with_pictures = wants;
    }

    fn request_keyframe(&mut self, mid: Mid, quality: Quality) {
        self.is_written = true;
        let rid = self.rids.get(&(mid, quality)).copied();
        let mut api = self.rtc.direct_api();
        if let Some(stream) = api.stream_rx_by_mid(mid.as_str().into(), rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    fn send(&mut self, channel: Channel, payload: &[u8]) -> Sent {
        self.is_written = true;
        let Some((_, id)) = self.channels.iter().find(|(open, _)| *open == channel) else { return Sent::Closed };
        match self.rtc.channel(*id).map(|mut open| open.write(true, payload)) {
            Some(Ok(true)) => Sent::Taken,
            Some(Ok(false)) => Sent::Full,
            Some(Err(_)) | None => Sent::Closed,
        }
    }

    fn desire(&mut self, desire: Desire) {
        self.egress.desire(desire);
    }

    fn estimate_anew(&mut self, bps: u64) {
        self.egress.begin_anew(bps);
    }

    fn pace(&mut self, paced: bool) {
        self.egress.pace(paced);
    }

    fn ask_for_at_most(&mut self, mids: &[Mid], bps: u64) {
        self.is_written = true;
        let mut api = self.rtc.direct_api();
        // One stream is enough: clients take it as a bound for the whole connection.
        for mid in mids {
            let rid = self.rids.iter().find(|((of, _), _)| of == mid).map(|(_, rid)| *rid);
            if let Some(stream) = api.stream_rx_by_mid(mid.as_str().into(), rid) {
                stream.request_remb(Bitrate::bps(bps));
                return;
            }
        }
    }

    fn close(&mut self) {
        self.is_written = true;
        if let Err(error) = self.rtc.close() {
            tracing::debug!(peer.id = self.setup.peer.0, %error, "Peer {}: no orderly end", self.setup.peer.0);
        }
    }
}

/// Media shares a path with reports and other things (RFC 7983 and RFC 5761).
fn carries_media(datagram: &[u8]) -> bool {
    matches!(datagram, [128..192, kind, ..] if !(192..224).contains(kind))
}

fn is_media<E>(output: &Result<Output, E>) -> bool {
    matches!(output, Ok(Output::Transmit(transmit)) if carries_media(&transmit.contents))
}

/// One number as a share of another; a client may say that it got more than there was.
fn share(part: u64, whole: u64) -> Option<f32> {
    let permille = part.checked_mul(1_000)?.checked_div(whole)?;
    Some(f32::from(u16::try_from(permille).ok().filter(|permille| *permille <= 1_000)?) / 1_000.0)
}

fn creds(credentials: &Credentials) -> IceCreds {
    IceCreds { ufrag: credentials.ufrag.clone(), pass: credentials.password.clone() }
}

/// The usual extensions under the numbers Chromium uses, and the dependency descriptor.
fn extensions() -> ExtensionMap {
    let mut map = ExtensionMap::standard();
    map.set(12, Extension::with_serializer(DEPENDENCY_DESCRIPTOR, DependencyDescriptors));
    map
}

/// `q`, `h`, `f` as the clients name them; anything else counts as the best.
fn step(rid: &str) -> Quality {
    match rid {
        "q" => Quality::Low,
        "h" => Quality::Medium,
        _ => Quality::High,
    }
}

fn codec(format: &PayloadParams) -> Codec {
    use str0m::format::Codec as Library;
    match format.spec().codec {
        Library::Opus => Codec::Opus,
        Library::Vp8 => Codec::Vp8,
        Library::Vp9 => Codec::Vp9,
        Library::H264 => Codec::H264,
        Library::Av1 => Codec::Av1,
        _ => Codec::Other,
    }
}
