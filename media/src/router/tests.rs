use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;
use crate::packet::Codec;
use crate::peer::Carried;
use crate::{Kind, PublishedLayer};

const ANNA: PeerId = PeerId(1);
const BERT: PeerId = PeerId(2);
const CARL: PeerId = PeerId(3);

/// A router with one track of Anna's, a clock, and what it did.
struct Script {
    router: Router,
    start: Instant,
    now: Instant,
    codec: Codec,
    effects: Vec<Effect>,
}

fn mid(name: &str) -> Mid {
    Mid::new(name).expect("it is short")
}

fn sid() -> TrackSid {
    TrackSid("TR_1".into())
}

fn wish(at_most: Quality) -> LayerWish {
    LayerWish { at_most, ..LayerWish::default() }
}

impl Script {
    fn video() -> Self {
        Self::with(Kind::Video, Codec::Vp8)
    }

    fn with(kind: Kind, codec: Codec) -> Self {
        let start = Instant::now();
        let mut router = Router::default();
        let layers = [(Quality::Low, 160), (Quality::Medium, 320), (Quality::High, 640)]
            .map(|(quality, width)| PublishedLayer { quality, width, height: width * 9 / 16 });
        router.publish(Track::new(sid(), ANNA, mid("v"), kind, layers.to_vec()));
        Self { router, start, now: start, codec, effects: Vec::new() }
    }

    fn attach(&mut self, peer: PeerId) {
        assert!(self.router.attach(&sid(), peer, mid("r"), None, self.now, &mut self.effects));
    }

    fn after(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.router.tick(self.now, &mut self.effects);
    }

    fn packet(&mut self, quality: Quality, sequence: u64, timestamp: u32, keyframe: bool) {
        let payload = if self.codec == Codec::Vp8 { picture(sequence as u16, keyframe) } else { vec![0; 20] };
        let packet = Packet {
            from: ANNA,
            mid: mid("v"),
            quality,
            has_rid: true,
            sequence,
            timestamp,
            marker: true,
            codec: self.codec,
            payload: Arc::from(payload),
            level: None,
            carried: Carried::plain(),
        };
        self.router.packet(&packet, self.now, &mut self.effects);
    }

    /// Everything it did since the last look, one line each.
    fn did(&mut self) -> String {
        let mut text = String::new();
        for effect in self.effects.drain(..) {
            match effect {
                Effect::Forward { to, rewrite } => {
                    let picture = rewrite.vp8.and_then(|patch| patch.picture_id);
                    let picture = picture.map(|id| format!(" picture {id}")).unwrap_or_default();
                    writeln!(text, "to {} seq {} ts {}{picture}", to.0, rewrite.sequence, rewrite.timestamp)
                }
                Effect::RequestKeyframe { from, quality, .. } => writeln!(text, "ask {} {quality:?}", from.0),
            }
            .expect("a string takes everything");
        }
        text
    }
}

/// A VP8 payload with a 15-bit picture number and a TL0PICIDX.
fn picture(id: u16, keyframe: bool) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    vec![0x90, 0xe0, 0x80 | high, low, id as u8, 0x20, if keyframe { 0x10 } else { 0x11 }, 0, 0]
}

#[test]
fn a_late_receiver_asks_at_once_and_starts_with_a_keyframe() {
    let mut script = Script::video();
    script.packet(Quality::High, 100, 9_000, true);
    assert_eq!(script.did(), "");
    script.attach(BERT);
    script.packet(Quality::High, 101, 12_000, false);
    script.packet(Quality::High, 102, 15_000, true);
    script.packet(Quality::High, 103, 18_000, false);
    insta::assert_snapshot!(script.did(), @r"
    ask 1 High
    to 2 seq 1 ts 15000
    to 2 seq 2 ts 18000
    ");
}

#[test]
fn the_best_layer_is_chosen_and_the_change_waits_for_its_keyframe() {
    let mut script = Script::video();
    script.attach(BERT);
    script.packet(Quality::Low, 10, 1_000, true);
    script.packet(Quality::Low, 11, 4_000, false);
    script.after(40);
    // The better layer starts with something undecodable.
    script.packet(Quality::High, 7_000, 90_000, false);
    script.packet(Quality::Low, 12, 7_000, false);
    script.after(40);
    script.packet(Quality::High, 7_001, 93_000, true);
    script.packet(Quality::Low, 13, 10_000, false);
    script.packet(Quality::High, 7_002, 96_000, false);
    // The keyframe Bert waited for has come by the time High is asked: 80 ms are 7200 ticks after ts 4000.
    insta::assert_snapshot!(script.did(), @r"
    ask 1 Low
    to 2 seq 1 ts 1000
    to 2 seq 2 ts 4000
    ask 1 High
    to 2 seq 3 ts 7000
    to 2 seq 4 ts 10600 picture 13
    to 2 seq 5 ts 13600 picture 14
    ");
}

#[test]
fn a_wish_limits_the_layer_and_no_wish_for_pictures_stops_them_without_a_gap() {
    let mut script = Script::video();
    script.attach(BERT);
    for (at, quality) in layers::STEPS.into_iter().enumerate() {
        script.packet(quality, 100 * (at as u64 + 1), 1_000, false);
    }
    script.did();
    script.router.prefer(&sid(), BERT, wish(Quality::Medium), script.now, &mut script.effects);
    script.packet(Quality::Medium, 201, 4_000, true);
    script.packet(Quality::High, 301, 4_000, true);
    script.router.prefer(
        &sid(),
        BERT,
        LayerWish { enabled: false, ..wish(Quality::High) },
        script.now,
        &mut script.effects,
    );
    script.packet(Quality::Medium, 202, 7_000, true);
    script.router.prefer(&sid(), BERT, wish(Quality::Medium), script.now, &mut script.effects);
    script.packet(Quality::Medium, 203, 10_000, false);
    script.packet(Quality::Medium, 204, 13_000, true);
    script.after(500);
    insta::assert_snapshot!(script.did(), @r"
    to 2 seq 1 ts 4000
    to 2 seq 2 ts 13000
    ");
}

#[test]
fn the_smallest_layer_that_fills_the_display_is_enough() {
    let published = [(Quality::Low, 160, 90), (Quality::Medium, 320, 180), (Quality::High, 640, 360)]
        .map(|(quality, width, height)| PublishedLayer { quality, width, height });
    let choose = |arriving, width, height| {
        layers::choose(arriving, &published, LayerWish { width, height, ..LayerWish::default() })
    };
    assert_eq!(choose([true; 3], 100, 50), Some(Quality::Low));
    assert_eq!(choose([true; 3], 161, 90), Some(Quality::Medium));
    assert_eq!(choose([true; 3], 90, 161), Some(Quality::Medium), "held upright");
    assert_eq!(choose([true; 3], 4_000, 3_000), Some(Quality::High));
    assert_eq!(choose([true; 3], 0, 0), Some(Quality::High));
    assert_eq!(choose([true, false, false], 4_000, 3_000), Some(Quality::Low));
    assert_eq!(choose([false, false, true], 100, 50), Some(Quality::High));
    assert_eq!(choose([false; 3], 100, 50), None);
    let low = LayerWish { at_most: Quality::Low, ..LayerWish::default() };
    assert_eq!(
        layers::choose([false, true, true], &published, low),
        Some(Quality::Medium),
        "better too much than nothing"
    );
}

#[test]
fn a_layer_that_dries_up_is_left_for_one_that_flows() {
    let mut script = Script::video();
    script.attach(BERT);
    script.packet(Quality::High, 500, 0, true);
    script.packet(Quality::Low, 50, 0, true);
    script.did();
    for step in 1..=22_u32 {
        script.after(100);
        script.packet(Quality::Low, 50 + u64::from(step), step * 9_000, step == 22);
    }
    insta::assert_snapshot!(script.did(), @r"
    ask 1 Low
    to 2 seq 2 ts 198000 picture 501
    ");
}

#[test]
fn many_receivers_without_a_picture_cost_the_publisher_one_keyframe_in_half_a_second() {
    let mut script = Script::video();
    script.attach(BERT);
    script.attach(CARL);
    script.packet(Quality::High, 1, 0, false);
    script.packet(Quality::High, 2, 0, true);
    assert_eq!(script.did(), "ask 1 High\nto 2 seq 1 ts 0\nto 3 seq 1 ts 0\n");
    for _ in 0..50 {
        script.router.keyframe_wanted(&sid(), BERT, script.now, &mut script.effects);
        script.router.keyframe_wanted(&sid(), CARL, script.now, &mut script.effects);
        script.after(10);
    }
    assert_eq!(script.did(), "ask 1 High\n", "the put-off one, when half a second was over");
    assert_eq!(script.now - script.start, Duration::from_millis(500));
}

#[test]
fn what_is_lost_on_the_way_here_leaves_its_gap_and_late_packets_fill_it() {
    let mut script = Script::with(Kind::Audio, Codec::Opus);
    script.attach(BERT);
    for sequence in [20, 21, 24, 22, 19, 25] {
        script.packet(Quality::High, sequence, (sequence as u32) * 960, false);
    }
    insta::assert_snapshot!(script.did(), @r"
    to 2 seq 1 ts 19200
    to 2 seq 2 ts 20160
    to 2 seq 5 ts 23040
    to 2 seq 3 ts 21120
    to 2 seq 6 ts 24000
    ");
}

#[test]
fn nothing_of_a_muted_track_is_sent_and_no_gap_shows_afterwards() {
    let mut script = Script::with(Kind::Audio, Codec::Opus);
    script.attach(BERT);
    script.packet(Quality::High, 1, 960, false);
    script.router.set_muted(&sid(), true, script.now, &mut script.effects);
    for sequence in 2..40 {
        script.packet(Quality::High, sequence, (sequence as u32) * 960, false);
    }
    script.router.set_muted(&sid(), false, script.now, &mut script.effects);
    script.packet(Quality::High, 40, 38_400, false);
    assert_eq!(script.did(), "to 2 seq 1 ts 960\nto 2 seq 2 ts 38400\n");
}

#[test]
fn video_that_is_switched_on_again_starts_with_a_keyframe() {
    let mut script = Script::video();
    script.attach(BERT);
    script.packet(Quality::High, 1, 0, true);
    script.router.set_muted(&sid(), true, script.now, &mut script.effects);
    script.after(1_000);
    script.did();
    script.router.set_muted(&sid(), false, script.now, &mut script.effects);
    script.packet(Quality::High, 2, 90_000, false);
    script.packet(Quality::High, 3, 93_000, true);
    assert_eq!(script.did(), "ask 1 High\nto 2 seq 2 ts 93000\n");
}

#[test]
fn a_section_goes_on_counting_when_it_carries_another_track() {
    let mut script = Script::with(Kind::Audio, Codec::Opus);
    script.attach(BERT);
    script.packet(Quality::High, 7, 960, false);
    script.router.unpublish(&sid());
    script.router.publish(Track::new(sid(), ANNA, mid("v"), Kind::Audio, Vec::new()));
    script.attach(BERT);
    script.after(100);
    script.packet(Quality::High, 90_000, 5, false);
    assert_eq!(script.did(), "to 2 seq 1 ts 960\nto 2 seq 2 ts 5760\n");
}

#[test]
fn a_packet_of_no_track_goes_nowhere() {
    let mut script = Script::video();
    script.attach(BERT);
    script.router.unpublish(&sid());
    script.packet(Quality::High, 1, 0, true);
    assert_eq!(script.did(), "");
}

mod payloads {
    use super::super::keyframes::starts_keyframe;
    use super::super::vp8::Descriptor;
    use super::picture;
    use crate::packet::Codec;

    #[test]
    fn a_keyframe_is_recognised_in_each_codec() {
        let cases: [(Codec, &[u8], bool); 15] = [
            (Codec::Vp8, &picture(3, true), true),
            (Codec::Vp8, &picture(3, false), false),
            (Codec::Vp8, &[0x10, 0x10], true),
            (Codec::Vp8, &[0x00, 0x10], false),
            (Codec::Vp9, &[0x08], true),
            (Codec::Vp9, &[0x48], false),
            (Codec::Vp9, &[0xa8, 0x80, 0x01, 0x00], true),
            (Codec::Vp9, &[0xa8, 0x80, 0x01, 0x02], false),
            (Codec::H264, &[0x67, 0x42], true),
            (Codec::H264, &[0x61, 0x42], false),
            (Codec::H264, &[0x78, 0, 2, 0x09, 0xf0, 0, 1, 0x67], true),
            (Codec::H264, &[0x7c, 0x85], true),
            (Codec::H264, &[0x7c, 0x05], false),
            (Codec::Av1, &[0x08], true),
            (Codec::Av1, &[0x10], false),
        ];
        for (codec, payload, expected) in cases {
            assert_eq!(starts_keyframe(codec, payload), expected, "{codec:?} {payload:02x?}");
        }
    }

    #[test]
    fn the_descriptor_gives_its_counters() {
        let read = Descriptor::read(&picture(0x1234, true)).expect("it is complete");
        assert_eq!(read.picture_id, Some((0x1234, true)));
        assert_eq!(read.tl0_pic_idx, Some(0x34));
        assert_eq!(Descriptor::read(&[0x90, 0x80, 0x85]), None, "cut in the middle");
    }

    proptest::proptest! {
        #[test]
        fn no_payload_confuses_the_readers(payload in proptest::collection::vec(proptest::num::u8::ANY, 0..40)) {
            for codec in [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1, Codec::Opus, Codec::Other] {
                let _ = starts_keyframe(codec, &payload);
            }
        }
    }
}

/// A VP8 payload with a picture number, a temporal layer and its Y bit.
fn layered(id: u16, temporal: u8, syncs: bool, keyframe: bool) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    let layer = temporal << 6 | u8::from(syncs) << 5;
    vec![0x90, 0xe0, 0x80 | high, low, (id / 4) as u8, layer, if keyframe { 0x10 } else { 0x11 }, 0, 0]
}

impl Script {
    /// The n-th picture of the pattern 0 2 1 2, one packet each, 30 a second.
    fn layered_picture(&mut self, n: u16) {
        let temporal = [0, 2, 1, 2][usize::from(n % 4)];
        let payload = layered(n, temporal, n % 4 == 1, n == 0);
        let packet = Packet {
            from: ANNA,
            mid: mid("v"),
            quality: Quality::Low,
            has_rid: true,
            sequence: 100 + u64::from(n),
            timestamp: u32::from(n) * 3_000,
            marker: true,
            codec: Codec::Vp8,
            payload: Arc::from(payload),
            level: None,
            carried: Carried::plain(),
        };
        self.router.packet(&packet, self.now, &mut self.effects);
    }

    fn allow(&mut self, allowed: Option<Rung>) {
        self.router.allow(&sid(), BERT, allowed, self.now, &mut self.effects);
    }
}

#[test]
fn a_thinned_picture_loses_every_second_frame_and_closes_up() {
    let mut script = Script::video();
    script.attach(BERT);
    (0..4).for_each(|n| script.layered_picture(n));
    script.allow(Some(Rung::Thinned));
    (4..10).for_each(|n| script.layered_picture(n));
    // The layer comes back with the first picture of it that needs nothing left out: number 13.
    script.allow(Some(Rung::Low));
    (10..15).for_each(|n| script.layered_picture(n));
    insta::assert_snapshot!(script.did(), @r"
    ask 1 Low
    to 2 seq 1 ts 0
    to 2 seq 2 ts 3000
    to 2 seq 3 ts 6000
    to 2 seq 4 ts 9000
    to 2 seq 5 ts 12000
    to 2 seq 6 ts 18000 picture 5
    to 2 seq 7 ts 24000 picture 6
    to 2 seq 8 ts 30000 picture 7
    to 2 seq 9 ts 36000 picture 8
    to 2 seq 10 ts 39000 picture 9
    to 2 seq 11 ts 42000 picture 10
    ");
}

#[test]
fn what_was_left_out_and_comes_late_is_stood_in_for() {
    let mut script = Script::video();
    script.attach(BERT);
    (0..4).for_each(|n| script.layered_picture(n));
    script.allow(Some(Rung::Thinned));
    for n in [4, 6, 5, 8, 7, 9, 10] {
        script.layered_picture(n);
    }
    let fillers: Vec<u64> = script
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Forward { rewrite, .. } if rewrite.is_filler => Some(rewrite.sequence),
            _ => None,
        })
        .collect();
    assert_eq!(fillers.len(), 2, "pictures 5 and 7 came late");
    let mut sequences: Vec<u64> = script
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Forward { rewrite, .. } => Some(rewrite.sequence),
            Effect::RequestKeyframe { .. } => None,
        })
        .collect();
    sequences.sort_unstable();
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequences:?}");
}

#[test]
fn without_room_a_picture_pauses_and_comes_back_with_a_keyframe() {
    let mut script = Script::video();
    script.attach(BERT);
    script.packet(Quality::Low, 10, 1_000, true);
    script.allow(None);
    script.packet(Quality::Low, 11, 4_000, false);
    script.packet(Quality::Low, 12, 7_000, true);
    script.allow(Some(Rung::Low));
    script.packet(Quality::Low, 13, 10_000, false);
    script.packet(Quality::Low, 14, 13_000, true);
    script.after(600);
    insta::assert_snapshot!(script.did(), @r"
    ask 1 Low
    to 2 seq 1 ts 1000
    to 2 seq 2 ts 13000
    ");
}

#[test]
fn a_voice_nobody_hears_leaves_no_gap() {
    let mut script = Script::with(Kind::Audio, Codec::Opus);
    script.attach(BERT);
    script.packet(Quality::High, 1, 960, false);
    script.router.set_unheard(&sid(), true);
    script.packet(Quality::High, 2, 1_920, false);
    script.packet(Quality::High, 3, 2_880, false);
    script.router.set_unheard(&sid(), false);
    script.packet(Quality::High, 4, 3_840, false);
    insta::assert_snapshot!(script.did(), @r"
    to 2 seq 1 ts 960
    to 2 seq 2 ts 3840
    ");
}

proptest::proptest! {
    #[test]
    fn whatever_is_left_out_numbers_stay_gapless_and_in_order(kinds in proptest::collection::vec(0_u8..3, 1..200)) {
        let mut outbound = Outbound::new(1);
        let now = Instant::now();
        let mut sent: Vec<u64> = Vec::new();
        for (at, kind) in kinds.into_iter().enumerate() {
            let packet = Packet {
                from: ANNA,
                mid: mid("v"),
                quality: Quality::Low,
                has_rid: true,
                sequence: 5_000 + at as u64,
                timestamp: at as u32 * 3_000,
                marker: true,
                codec: Codec::Vp8,
                payload: Arc::from(layered(at as u16, 0, false, false)),
                level: None,
                carried: Carried::plain(),
            };
            let descriptor = vp8::Descriptor::read(&packet.payload);
            if kind == 0 {
                proptest::prop_assert!(outbound.leave_out(&packet, descriptor.as_ref(), mid("r"), now).is_none());
            } else {
                let rewrite = outbound.rewrite(&packet, descriptor.as_ref(), mid("r"), now).expect("it comes in order");
                if let Some(picture) = rewrite.vp8.and_then(|patch| patch.picture_id) {
                    proptest::prop_assert!(u64::from(picture) <= at as u64);
                }
                sent.push(rewrite.sequence);
            }
        }
        proptest::prop_assert!(sent.windows(2).all(|pair| pair[1] == pair[0] + 1), "{:?}", sent);
        proptest::prop_assert!(sent.first().is_none_or(|first| *first == 1));
    }
}

/// Three sizes, each in its three frame rates, inside one VP9 stream. Sizes build on each other in
/// keyframes only, as browsers send them.
struct Layers {
    script: Script,
    sequence: u64,
    pictures: u32,
}

impl Layers {
    fn new() -> Self {
        let mut script = Script::with(Kind::Video, Codec::Vp9);
        script.attach(BERT);
        Self { script, sequence: 0, pictures: 0 }
    }

    /// A picture of so many sizes, one packet each.
    fn picture(&mut self, sizes: u8, keyframe: bool) -> String {
        let temporal = if keyframe { 0 } else { [0, 2, 1, 2][self.pictures as usize % 4] };
        for spatial in 0..sizes {
            // A keyframe's larger sizes build on the smaller ones, so they are not predicted either.
            let predicted = u8::from(!keyframe) << 6;
            let lifts = u8::from(temporal == 0) << 4;
            let payload =
                vec![0b1010_1100 | predicted, self.pictures as u8 & 0x7f, temporal << 5 | lifts | spatial << 1, 0, 0];
            let packet = Packet {
                from: ANNA,
                mid: mid("v"),
                quality: Quality::High,
                has_rid: false,
                sequence: self.sequence,
                timestamp: self.pictures * 3_000,
                marker: spatial + 1 == sizes,
                codec: Codec::Vp9,
                payload: Arc::from(payload),
                level: None,
                carried: Carried::plain(),
            };
            self.sequence += 1;
            self.script.router.packet(&packet, self.script.now, &mut self.script.effects);
        }
        self.pictures += 1;
        self.script.after(33);
        let mut text = String::new();
        for effect in self.script.effects.drain(..) {
            match effect {
                Effect::Forward { rewrite, .. } => {
                    write!(text, "{}{} ", rewrite.sequence, if rewrite.marker { "." } else { "" })
                }
                Effect::RequestKeyframe { .. } => write!(text, "ask "),
            }
            .expect("a string takes everything");
        }
        text.trim_end().to_owned()
    }

    fn prefer(&mut self, at_most: Quality) {
        self.script.router.prefer(&sid(), BERT, wish(at_most), self.script.now, &mut self.script.effects);
    }
}

#[test]
fn of_layers_inside_one_stream_a_receiver_gets_those_up_to_its_size_without_a_gap() {
    let mut layers = Layers::new();
    layers.prefer(Quality::Medium);
    assert_eq!(layers.picture(3, true), "ask 1 2.", "the picture ends where the receiver's does");
    assert_eq!(layers.picture(3, false), "3 4.");
    assert_eq!(layers.picture(3, false), "5 6.");
    layers.prefer(Quality::Low);
    assert_eq!(layers.picture(3, false), "7.", "less needs no keyframe");
    assert_eq!(layers.picture(3, false), "8.");
}

#[test]
fn a_larger_layer_begins_only_where_it_needs_no_earlier_picture() {
    let mut layers = Layers::new();
    layers.prefer(Quality::Low);
    assert_eq!(layers.picture(3, true), "ask 1.");
    layers.script.after(500);
    layers.prefer(Quality::High);
    assert_eq!(layers.picture(3, false), "ask 2.", "a keyframe is asked for, meanwhile the picture goes on");
    assert_eq!(layers.picture(3, false), "3.");
    assert_eq!(layers.picture(3, true), "4 5 6.");
    assert_eq!(layers.picture(3, false), "7 8 9.");
    assert_eq!(layers.picture(2, false), "10 11.", "the encoder leaves the largest out: its own end counts");
}

#[test]
fn a_receiver_of_layers_waits_for_a_keyframe_and_pauses_and_comes_back_with_one() {
    let mut layers = Layers::new();
    assert_eq!(layers.picture(3, false), "ask", "nothing can be decoded yet");
    assert_eq!(layers.picture(3, true), "1 2 3.");
    layers.script.router.allow(&sid(), BERT, None, layers.script.now, &mut layers.script.effects);
    assert_eq!(layers.picture(3, false), "");
    layers.script.router.allow(&sid(), BERT, Some(Rung::Low), layers.script.now, &mut layers.script.effects);
    layers.script.after(500);
    assert_eq!(layers.picture(3, false), "ask");
    assert_eq!(layers.picture(3, true), "4.");
}

#[test]
fn a_thinned_picture_of_layers_loses_its_topmost_frames_and_gets_them_back() {
    let mut layers = Layers::new();
    layers.prefer(Quality::Low);
    assert_eq!(layers.picture(3, true), "ask 1.");
    let temporal: Vec<String> = (0..3).map(|_| layers.picture(3, false)).collect();
    assert_eq!(temporal, ["2.", "3.", "4."]);
    layers.script.router.allow(&sid(), BERT, Some(Rung::Thinned), layers.script.now, &mut layers.script.effects);
    let thinned: Vec<String> = (0..4).map(|_| layers.picture(3, false)).collect();
    assert_eq!(thinned, ["5.", "", "6.", ""]);
    layers.script.router.allow(&sid(), BERT, Some(Rung::Low), layers.script.now, &mut layers.script.effects);
    let whole: Vec<String> = (0..4).map(|_| layers.picture(3, false)).collect();
    assert_eq!(whole, ["7.", "8.", "9.", "10."]);
}

#[test]
fn what_a_layer_takes_includes_those_it_builds_on() {
    let mut layers = Layers::new();
    layers.picture(3, true);
    for _ in 0..60 {
        layers.picture(3, false);
    }
    let track = layers.script.router.track(&sid()).expect("it is published");
    let [_, low, medium, high] = track.offered(BERT, layers.script.now).expect("it is wanted").costs;
    assert!(low > Some(0), "{low:?}");
    assert_eq!((medium, high), (low.map(|low| low * 2), low.map(|low| low * 3)), "three of the same size");
}

#[test]
fn sizes_in_streams_of_their_own_are_not_taken_for_layers() {
    let mut script = Script::with(Kind::Video, Codec::Vp9);
    script.attach(BERT);
    let payload = vec![0b1010_1100, 1, 0, 0];
    for (sequence, quality) in [(10, Quality::Low), (20, Quality::High)] {
        let packet = Packet {
            from: ANNA,
            mid: mid("v"),
            quality,
            has_rid: true,
            sequence,
            timestamp: 0,
            marker: true,
            codec: Codec::Vp9,
            payload: Arc::from(payload.clone()),
            level: None,
            carried: Carried::plain(),
        };
        script.router.packet(&packet, script.now, &mut script.effects);
    }
    let layers: Vec<Quality> = script
        .router
        .track(&sid())
        .expect("it is published")
        .layers(script.now)
        .iter()
        .map(|(step, _)| *step)
        .collect();
    assert_eq!(layers, [Quality::Low, Quality::High]);
}

#[test]
fn a_keyframe_with_all_its_layers_is_asked_for_once() {
    let mut layers = Layers::new();
    assert_eq!(layers.picture(3, true), "ask 1 2 3.");
    for picture in 0..60 {
        assert!(!layers.picture(3, false).contains("ask"), "again after {picture} pictures");
    }
}
