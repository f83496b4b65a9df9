//! The peer connection: everything that names the WebRTC engine of the probe.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8};
use rtc::rtp_transceiver::RTCRtpTransceiverInit;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use tokio::sync::mpsc::UnboundedSender;
use webrtc::data_channel::{DataChannel, RTCDataChannelInit};
use webrtc::media_stream::MediaStreamTrack;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder,
    RTCIceCandidateInit, RTCPeerConnectionIceEvent, RTCPeerConnectionState, RTCSessionDescription, Registry,
    StatsSelector, configure_nack, configure_rtcp_reports, configure_simulcast_extension_headers, configure_twcc,
};
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RtpTransceiver};

use super::seen::Media;
use crate::probe::ProbeError;

/// Payload types the client offers.
const OPUS: u8 = 111;
const VP8: u8 = 96;
const VP8_AGAIN: u8 = 97;
/// Loudness of every audio packet.
const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// What the engine tells.
pub(super) enum PeerEvent {
    Candidate(RTCIceCandidateInit),
    State(RTCPeerConnectionState),
    Track(Arc<dyn TrackRemote>),
}

struct Ear(UnboundedSender<PeerEvent>);

// A closed channel means that the client is gone: nothing is lost.
#[async_trait]
impl PeerConnectionEventHandler for Ear {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        if let Ok(candidate) = event.candidate.to_json() {
            let _ = self.0.send(PeerEvent::Candidate(candidate));
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let _ = self.0.send(PeerEvent::State(state));
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let _ = self.0.send(PeerEvent::Track(track));
    }
}

/// How media travels, as this side sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// `udp` or `tcp`.
    pub transport: String,
    /// Seconds there and back; 0 if the engine has not measured it.
    pub round_trip_seconds: f64,
}

/// One peer connection.
pub(super) struct Peer {
    connection: Arc<dyn PeerConnection>,
    pub(super) reliable: Arc<dyn DataChannel>,
    pub(super) lossy: Arc<dyn DataChannel>,
    _data_track: Arc<dyn DataChannel>,
}

/// A track on its way out.
pub(super) struct LocalTrack {
    pub(super) media: Media,
    pub(super) track: Arc<TrackLocalStaticRTP>,
    pub(super) ssrc: u32,
    transceiver: Arc<dyn RtpTransceiver>,
}

impl Peer {
    /// Makes a connection with the three data channels and three receiving sections of each kind.
    pub(super) async fn new(local: IpAddr, events: UnboundedSender<PeerEvent>) -> Result<Self, ProbeError> {
        let mut engine = codecs()?;
        let interceptors = interceptors(&mut engine)?;
        let connection = PeerConnectionBuilder::new()
            .with_configuration(RTCConfigurationBuilder::new().build())
            .with_media_engine(engine)
            .with_interceptor_registry(interceptors)
            .with_handler(Arc::new(Ear(events)))
            .with_udp_addrs(vec![SocketAddr::new(local, 0)])
            .build()
            .await?;
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);
        let unordered =
            || Some(RTCDataChannelInit { ordered: false, max_retransmits: Some(0), ..RTCDataChannelInit::default() });
        let lossy = connection.create_data_channel("_lossy", unordered()).await?;
        let reliable = connection
            .create_data_channel("_reliable", Some(RTCDataChannelInit { ordered: true, ..Default::default() }))
            .await?;
        let data_track = connection.create_data_channel("_data_track", unordered()).await?;
        let peer = Self { connection, reliable, lossy, _data_track: data_track };
        peer.add_receivers(Media::Audio, 3).await?;
        peer.add_receivers(Media::Video, 3).await?;
        Ok(peer)
    }

    /// Adds sections that can receive.
    pub(super) async fn add_receivers(&self, media: Media, number: u32) -> Result<(), ProbeError> {
        for _ in 0..number {
            let init = RTCRtpTransceiverInit {
                direction: RTCRtpTransceiverDirection::Recvonly,
                ..RTCRtpTransceiverInit::default()
            };
            self.connection.add_transceiver_from_kind(kind(media), Some(init)).await?;
        }
        Ok(())
    }

    /// Makes a track with its own sending section; `cid` becomes its id in the offer.
    pub(super) async fn add_sender(&self, media: Media, cid: &str) -> Result<LocalTrack, ProbeError> {
        let ssrc = rand::random();
        let coding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
            codec: codec(media),
            ..Default::default()
        };
        let stream = format!("probe-{cid}");
        let track = MediaStreamTrack::new(stream.clone(), cid.to_owned(), cid.to_owned(), kind(media), vec![coding]);
        let track = Arc::new(TrackLocalStaticRTP::new(track));
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Sendonly,
            streams: vec![stream],
            ..RTCRtpTransceiverInit::default()
        };
        let sending = Arc::clone(&track) as _;
        let transceiver = self.connection.add_transceiver_from_track(sending, Some(init)).await?;
        Ok(LocalTrack { media, track, ssrc, transceiver })
    }

    /// Writes a new offer and takes it as the local description.
    pub(super) async fn offer(&self) -> Result<String, ProbeError> {
        let offer = self.connection.create_offer(None).await?;
        let sdp = offer.sdp.clone();
        self.connection.set_local_description(offer).await?;
        Ok(sdp)
    }

    /// Takes the server's answer.
    pub(super) async fn accept(&self, answer: String) -> Result<(), ProbeError> {
        // This engine overlooks candidates in inactive sections, and before anything is
        // forwarded all sections of the bundle are inactive.
        let candidates: BTreeSet<String> =
            answer.lines().filter_map(|line| line.strip_prefix("a=candidate:")).map(str::to_owned).collect();
        self.connection.set_remote_description(RTCSessionDescription::answer(answer)?).await?;
        for candidate in candidates {
            let candidate = format!("candidate:{}", candidate.trim_end());
            self.add_candidate(RTCIceCandidateInit { candidate, ..Default::default() }).await?;
        }
        Ok(())
    }

    /// Takes one of the server's candidates.
    pub(super) async fn add_candidate(&self, candidate: RTCIceCandidateInit) -> Result<(), ProbeError> {
        Ok(self.connection.add_ice_candidate(candidate).await?)
    }

    /// How media travels now; none while nothing is chosen.
    pub(super) async fn path(&self) -> Option<Path> {
        let transport = self.connection.sctp().await?.transport().ice_transport();
        let pair = transport.get_selected_candidate_pair().await.ok()??;
        // The engine tells the protocol of a pair in its text only.
        let is_tcp = pair.to_string().starts_with("(local) tcp");
        let report = self.connection.get_stats(Instant::now(), StatsSelector::None).await;
        let round_trips = report.candidate_pairs().map(|pair| pair.current_round_trip_time);
        Some(Path {
            transport: if is_tcp { "tcp" } else { "udp" }.to_owned(),
            round_trip_seconds: round_trips.fold(0.0, f64::max),
        })
    }

    pub(super) async fn close(&self) {
        // Already closed is as good.
        let _ = self.connection.close().await;
    }
}

impl LocalTrack {
    /// The payload type both sides agreed on.
    pub(super) async fn payload_type(&self) -> Result<u8, ProbeError> {
        let Some(sender) = self.transceiver.sender().await? else {
            return Err(ProbeError::Unexpected("the section of a track does not send".into()));
        };
        let agreed = sender.get_parameters().await?.rtp_parameters.codecs;
        let wanted = codec(self.media).mime_type;
        let codec = agreed.iter().find(|codec| codec.rtp_codec.mime_type.eq_ignore_ascii_case(&wanted));
        codec
            .map(|codec| codec.payload_type)
            .ok_or_else(|| ProbeError::Unexpected(format!("the answer leaves no {wanted}")))
    }

    /// Turns the section inactive; the next offer says so.
    pub(super) async fn stop(&self) -> Result<(), ProbeError> {
        Ok(self.transceiver.set_direction(RTCRtpTransceiverDirection::Inactive).await?)
    }
}

/// The address of this host that leads to the server; loopback for a server on this host.
pub(super) async fn local_address(host: &str, port: u16) -> Result<IpAddr, ProbeError> {
    let socket = tokio::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    // Connecting a UDP socket sends nothing: it only asks for the route.
    socket.connect((host, port)).await?;
    Ok(socket.local_addr()?.ip())
}

fn kind(media: Media) -> RtpCodecKind {
    match media {
        Media::Audio => RtpCodecKind::Audio,
        Media::Video => RtpCodecKind::Video,
    }
}

fn codec(media: Media) -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback { typ: typ.to_owned(), parameter: parameter.to_owned() };
    match media {
        Media::Audio => RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
            rtcp_feedback: vec![],
        },
        Media::Video => RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.to_owned(),
            clock_rate: 90_000,
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![feedback("ccm", "fir"), feedback("nack", ""), feedback("nack", "pli")],
        },
    }
}

/// What browsers do as well: lost packets are asked for, reports sent, all packets numbered.
fn interceptors(engine: &mut MediaEngine) -> Result<Registry, ProbeError> {
    let registry = configure_nack(Registry::new(), engine);
    configure_simulcast_extension_headers(engine)?;
    Ok(configure_rtcp_reports(configure_twcc(registry, engine)?))
}

fn codecs() -> Result<MediaEngine, ProbeError> {
    let mut engine = MediaEngine::default();
    let opus = RTCRtpCodecParameters { rtp_codec: codec(Media::Audio), payload_type: OPUS };
    engine.register_codec(opus, RtpCodecKind::Audio)?;
    let vp8 = RTCRtpCodecParameters { rtp_codec: codec(Media::Video), payload_type: VP8 };
    engine.register_codec(vp8, RtpCodecKind::Video)?;
    let again = RTCRtpCodec {
        mime_type: MIME_TYPE_RTX.to_owned(),
        clock_rate: 90_000,
        sdp_fmtp_line: format!("apt={VP8}"),
        ..RTCRtpCodec::default()
    };
    let again = RTCRtpCodecParameters { rtp_codec: again, payload_type: VP8_AGAIN };
    engine.register_codec(again, RtpCodecKind::Video)?;
    let level = RTCRtpHeaderExtensionCapability { uri: AUDIO_LEVEL.to_owned() };
    engine.register_header_extension(level, RtpCodecKind::Audio, None)?;
    Ok(engine)
}
