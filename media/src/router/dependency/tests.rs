use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::mid::Mid;
use crate::packet::{Codec, Packet};
use crate::peer::Carried;
use crate::router::{Effect, Router, Track};
use crate::{Kind, LayerWish, PeerId, PublishedLayer, Quality, TrackSid};

/// A kind of frame: layer in space and time, what it means to each decode target (`-`, `D`, `S`,
/// `R`), which frames it needs, and where its chains were last.
type Template = (u8, u8, &'static str, &'static [u8], &'static [u8]);

struct Scheme {
    templates: &'static [Template],
    /// By decode target, which chain protects it.
    protected_by: &'static [u8],
    chains: u8,
}

/// As the browsers' encoders describe their streams.
const IN_TIME: Scheme = Scheme {
    templates: &[
        (0, 0, "SSS", &[], &[0]),
        (0, 0, "SSS", &[4], &[4]),
        (0, 1, "-DS", &[2], &[2]),
        (0, 2, "--D", &[1], &[1]),
        (0, 2, "--D", &[1], &[3]),
    ],
    protected_by: &[0, 0, 0],
    chains: 1,
};
const IN_SPACE: Scheme = Scheme {
    templates: &[
        (0, 0, "SR", &[2], &[2, 1]),
        (0, 0, "SS", &[], &[0, 0]),
        (1, 0, "-S", &[2, 1], &[1, 1]),
        (1, 0, "-S", &[1], &[1, 1]),
    ],
    protected_by: &[0, 1],
    chains: 2,
};
/// The larger size needs the smaller one at keyframes only.
const APART: Scheme = Scheme {
    templates: &[
        (0, 0, "S-", &[2], &[2, 1]),
        (0, 0, "SS", &[], &[0, 0]),
        (1, 0, "-S", &[2], &[1, 2]),
        (1, 0, "-S", &[1], &[1, 1]),
    ],
    protected_by: &[0, 1],
    chains: 2,
};

/// The first packets of Chromium 156, 1280 by 720 in AV1 as `L3T3_KEY`. It begins with two sizes, and
/// begins anew with three.
const CHROMIUM: &[&str] = &[
    "c00001c0081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf1f80",
    "c50002",
    "c300031a20100800",
    "c800041a20181000",
    "c0000580081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf",
    "c50006",
    "8a0007",
    "4a0007",
    "c30008",
    "c80009",
    "cd000a",
    "c2000b",
    "c7000c",
    "8c000d",
    "4c000d",
    "c4000e",
    "c9000f",
    "ce0010",
    "c10011",
    "860012",
    "460012",
    "8b0013",
    "0b0013",
    "0b0013",
    "4b0013",
];

fn from_hex(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("two digits");
    (0..text.len()).step_by(2).map(digits).collect()
}

/// Writes numbers bit by bit.
#[derive(Default)]
struct Pen {
    bits: Vec<bool>,
}

impl Pen {
    fn write(&mut self, count: u32, number: u32) {
        self.bits.extend((0..count).rev().map(|bit| number >> bit & 1 == 1));
    }

    fn below(&mut self, bound: u8, number: u8) {
        let width = bound.ilog2() + 1;
        let short = (1 << width) - bound;
        if number < short {
            self.write(width - 1, number.into());
        } else {
            self.write(width, u32::from(number) + u32::from(short));
        }
    }

    fn bytes(self) -> Vec<u8> {
        self.bits
            .chunks(8)
            .map(|byte| (0..8).fold(0, |all, at| all << 1 | u8::from(byte.get(at) == Some(&true))))
            .collect()
    }
}

fn meaning(sign: char) -> u32 {
    "-DSR".find(sign).expect("one of the four") as u32
}

impl Scheme {
    /// The descriptor of a packet that is a whole frame.
    fn frame(&self, template: usize, number: u16) -> Vec<u8> {
        let mut pen = Pen::default();
        pen.write(2, 0b11);
        pen.write(6, template as u32 + 5);
        pen.write(16, number.into());
        pen.bytes()
    }

    /// The same with the structure, and which decode targets are sent.
    fn beginning(&self, template: usize, number: u16, active: Option<u32>) -> Vec<u8> {
        let targets = self.protected_by.len();
        let mut pen = Pen::default();
        pen.write(2, 0b11);
        pen.write(6, template as u32 + 5);
        pen.write(16, number.into());
        pen.write(5, 0b1_0000 | u32::from(active.is_some()) << 3);
        pen.write(6, 5);
        pen.write(5, targets as u32 - 1);
        for (at, (spatial, temporal, ..)) in self.templates.iter().enumerate() {
            let step = match self.templates.get(at + 1) {
                None => 3,
                Some((next, ..)) if next > spatial => 2,
                Some((_, next, ..)) if next > temporal => 1,
                Some(_) => 0,
            };
            pen.write(2, step);
        }
        for (_, _, meanings, ..) in self.templates {
            meanings.chars().for_each(|sign| pen.write(2, meaning(sign)));
        }
        for (_, _, _, references, _) in self.templates {
            for before in *references {
                pen.write(5, 1 << 4 | u32::from(before - 1));
            }
            pen.write(1, 0);
        }
        pen.below(targets as u8 + 1, self.chains);
        self.protected_by.iter().for_each(|chain| pen.below(self.chains, *chain));
        for (.., chains) in self.templates {
            chains.iter().for_each(|before| pen.write(4, (*before).into()));
        }
        // No sizes in pixels.
        pen.write(1, 0);
        if let Some(active) = active {
            pen.write(targets as u32, active);
        }
        pen.bytes()
    }
}

/// A stream and one receiver of it.
#[derive(Default)]
struct Watched {
    stream: Dependencies,
    following: Following,
}

impl Watched {
    /// Whether a frame is sent, when the receiver should have these layers at most: `+`, or `.` if the
    /// picture ends with it, or `-`.
    fn sees(&mut self, descriptor: &[u8], spatial: u8, temporal: u8) -> char {
        let frame = self.stream.read(descriptor).expect("it makes sense");
        match self.following.packet(&self.stream, &frame, spatial, temporal) {
            Some(verdict) if verdict.ends_picture => '.',
            Some(verdict) if verdict.is_needed => '+',
            _ => '-',
        }
    }
}

#[test]
fn a_structure_names_layers_and_what_frames_need() {
    let mut stream = Dependencies::default();
    assert_eq!(stream.read(&IN_TIME.frame(1, 6)), None, "nothing is known yet");
    let key = stream.read(&IN_TIME.beginning(0, 7, None)).expect("it makes sense");
    assert!(key.is_key && key.begins && key.ends);
    assert_eq!(stream.sizes(), 1);
    let frame = stream.read(&IN_TIME.frame(2, 9)).expect("it makes sense");
    assert_eq!((frame.spatial, frame.temporal, frame.is_key), (0, 1, false));
    assert_eq!(frame.references.all(), [2]);
    let meanings = [0, 1, 2].map(|target| frame.indication(target));
    assert_eq!(meanings, [Indication::NotPresent, Indication::Discardable, Indication::Switch]);
    let targets = &stream.structure.as_ref().expect("it was read").targets;
    assert_eq!(targets.iter().map(|target| target.temporal).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(stream.read(&IN_TIME.frame(7, 10)), None, "no such template");
}

#[test]
fn what_a_browser_sends_is_understood() {
    let mut stream = Dependencies::default();
    let mut read = |text: &&str| stream.read(&from_hex(text)).expect("it makes sense");
    let frames: Vec<Frame> = CHROMIUM.iter().map(&mut read).collect();
    let key: Vec<u64> = frames.iter().filter(|frame| frame.is_key).map(|frame| frame.number & 0xffff).collect();
    assert_eq!(key, [1, 5]);
    let layers: Vec<(u8, u8)> =
        frames.iter().filter(|frame| frame.begins).map(|frame| (frame.spatial, frame.temporal)).collect();
    let expected = [
        vec![(0, 0), (1, 0), (0, 2), (1, 2)],
        [0, 2, 1, 2, 0].iter().flat_map(|temporal| [0, 1, 2].map(|spatial| (spatial, *temporal))).collect(),
    ];
    assert_eq!(layers, expected.concat());
    assert_eq!(stream.sizes(), 3);
    assert!(stream.has_independent_layers());
}

#[test]
fn of_what_a_browser_sends_each_receiver_gets_its_own_size() {
    let seen = |spatial: u8, temporal: u8| {
        let mut watched = Watched::default();
        CHROMIUM.iter().map(|text| watched.sees(&from_hex(text), spatial, temporal)).collect::<String>()
    };
    // A frame in two packets ends with the second.
    assert_eq!(seen(0, 9), ".-.- .--- .-- .--- .-- .------".replace(' ', ""));
    assert_eq!(seen(1, 9), "+.-. +.-- -.- -.-- -.- -+.----".replace(' ', ""));
    assert_eq!(seen(2, 9), "+.-. +++. --. --+. --. ---+++.".replace(' ', ""));
    assert_eq!(seen(2, 1), "+.-- +++. --- --+. --- ---+++.".replace(' ', ""));
    assert_eq!(seen(2, 0), "+.-- +++. --- ---- --- ---+++.".replace(' ', ""));
}

#[test]
fn layers_in_time_come_and_go_where_the_stream_allows_it() {
    let mut watched = Watched::default();
    assert_eq!(watched.sees(&IN_TIME.beginning(0, 0, None), 0, 9), '.');
    let pattern = [3, 2, 4, 1];
    let mut number = 0;
    let mut picture = |watched: &mut Watched, temporal: u8| {
        pattern.map(|template| {
            number += 1;
            watched.sees(&IN_TIME.frame(template, number), 0, temporal)
        })
    };
    assert_eq!(picture(&mut watched, 9), ['.'; 4], "everything");
    assert_eq!(picture(&mut watched, 1), ['.'; 4], "less begins with the lowest layer");
    assert_eq!(picture(&mut watched, 1), ['-', '.', '-', '.']);
    assert_eq!(picture(&mut watched, 9), ['-', '.', '.', '.'], "more begins where nothing is missing");
    assert_eq!(picture(&mut watched, 0), ['.'; 4]);
    assert_eq!(picture(&mut watched, 0), ['-', '-', '-', '.']);
}

#[test]
fn a_larger_size_begins_with_a_keyframe_and_a_smaller_one_anywhere() {
    let mut watched = Watched::default();
    assert_eq!(watched.sees(&IN_SPACE.beginning(1, 0, None), 0, 9), '.');
    assert_eq!(watched.sees(&IN_SPACE.frame(3, 1), 0, 9), '-');
    assert_eq!(watched.sees(&IN_SPACE.frame(0, 2), 1, 9), '.', "more is wanted");
    assert_eq!(watched.sees(&IN_SPACE.frame(2, 3), 1, 9), '-', "but it needs what was not sent");
    assert_eq!(watched.sees(&IN_SPACE.beginning(1, 4, None), 1, 9), '+', "the picture goes on");
    assert_eq!(watched.sees(&IN_SPACE.frame(3, 5), 1, 9), '.');
    assert_eq!(watched.sees(&IN_SPACE.frame(0, 6), 0, 9), '.', "less is wanted");
    assert_eq!(watched.sees(&IN_SPACE.frame(2, 7), 0, 9), '-');
    assert!(!watched.stream.has_independent_layers());
}

#[test]
fn where_sizes_are_apart_the_smaller_one_waits_for_a_keyframe_too() {
    let mut watched = Watched::default();
    assert_eq!(watched.sees(&APART.beginning(1, 0, None), 1, 9), '+');
    assert_eq!(watched.sees(&APART.frame(3, 1), 1, 9), '.');
    assert_eq!(watched.sees(&APART.frame(0, 2), 1, 9), '-', "only the larger one");
    assert_eq!(watched.sees(&APART.frame(2, 3), 1, 9), '.');
    assert!(watched.stream.has_independent_layers());
    for number in [4, 6, 8] {
        assert_eq!(watched.sees(&APART.frame(0, number), 0, 9), '-', "nothing before it was sent");
        assert_eq!(watched.sees(&APART.frame(2, number + 1), 0, 9), '.', "so the larger one stays");
    }
    assert_eq!(watched.sees(&APART.beginning(1, 10, None), 0, 9), '.');
    assert_eq!(watched.sees(&APART.frame(3, 11), 0, 9), '-');
    assert_eq!(watched.sees(&APART.frame(0, 12), 0, 9), '.');
}

#[test]
fn of_sizes_that_are_not_sent_the_next_smaller_one_counts() {
    let mut watched = Watched::default();
    assert_eq!(watched.sees(&IN_SPACE.beginning(1, 0, Some(0b01)), 1, 9), '.');
    assert_eq!(watched.sees(&IN_SPACE.frame(0, 2), 1, 9), '.');
    assert_eq!(watched.sees(&IN_SPACE.beginning(1, 4, Some(0b11)), 1, 9), '+');
}

#[test]
fn a_lost_frame_keeps_the_receiver_from_going_up() {
    let mut watched = Watched::default();
    watched.sees(&IN_TIME.beginning(0, 0, None), 0, 0);
    // The frame in the middle of the pattern got lost on the way here, and with it number 4.
    assert_eq!(watched.sees(&IN_TIME.frame(3, 5), 0, 9), '-');
    assert_eq!(watched.sees(&IN_TIME.frame(2, 6), 0, 9), '-', "it needs number 4");
    assert_eq!(watched.sees(&IN_TIME.frame(1, 8), 0, 9), '.', "the lowest layer goes on, and is repeated");
    assert_eq!(watched.sees(&IN_TIME.frame(3, 9), 0, 9), '-');
    assert_eq!(watched.sees(&IN_TIME.frame(2, 10), 0, 9), '.', "here everything is there again");
}

#[test]
fn frame_numbers_go_round() {
    let mut watched = Watched::default();
    watched.sees(&IN_TIME.beginning(0, 65_534, None), 0, 9);
    assert_eq!(watched.sees(&IN_TIME.frame(2, 0), 0, 9), '.');
    assert_eq!(watched.sees(&IN_TIME.frame(3, 65_535), 0, 9), '.', "late");
    assert_eq!(watched.stream.newest, Some((1 << 16) + 65_536));
}

#[test]
fn what_is_cut_off_changes_nothing() {
    let whole = IN_SPACE.beginning(1, 3, Some(0b11));
    for length in 0..whole.len() {
        let mut stream = Dependencies::default();
        assert_eq!(stream.read(&whole[..length]), None, "{length} bytes");
        assert!(!stream.is_known());
    }
}

proptest! {
    #[test]
    fn no_descriptors_break_anything(
        descriptors in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..60), 0_u8..4, 0_u8..4), 0..30)
    ) {
        let mut watched = Watched::default();
        watched.stream.read(&IN_SPACE.beginning(1, 0, None));
        for (descriptor, spatial, temporal) in descriptors {
            if let Some(frame) = watched.stream.read(&descriptor) {
                watched.following.packet(&watched.stream, &frame, spatial, temporal);
                prop_assert!(watched.stream.sizes() <= 64);
            }
        }
    }
}

const ANNA: PeerId = PeerId(1);
const BERT: PeerId = PeerId(2);

/// A track with two sizes inside one stream, and who receives it.
struct Forwarded {
    router: Router,
    now: Instant,
    effects: Vec<Effect>,
    sequence: u64,
}

impl Forwarded {
    fn new() -> Self {
        let mut forwarded = Self { router: Router::default(), now: Instant::now(), effects: Vec::new(), sequence: 100 };
        let layers = [(Quality::Low, 320), (Quality::Medium, 640)];
        let layers = layers.map(|(quality, width)| PublishedLayer { quality, width, height: width * 9 / 16 });
        forwarded.router.publish(Track::new(sid(), ANNA, mid(), Kind::Video, layers.to_vec()));
        forwarded.router.attach(&sid(), BERT, mid(), None, forwarded.now, &mut forwarded.effects);
        forwarded
    }

    /// A packet; what follows: numbers, a dot where the picture ends, and questions.
    fn packet(&mut self, descriptor: &[u8], marker: bool, keyframe: bool) -> String {
        let packet = Packet {
            from: ANNA,
            mid: mid(),
            quality: Quality::High,
            has_rid: false,
            sequence: self.sequence,
            timestamp: (self.sequence as u32) * 3_000,
            marker,
            codec: Codec::Av1,
            payload: Arc::from([if keyframe { 0x18 } else { 0x10 }, 0, 0]),
            level: None,
            carried: Carried::described(descriptor),
        };
        self.sequence += 1;
        self.now += Duration::from_millis(33);
        self.router.packet(&packet, self.now, &mut self.effects);
        self.said()
    }

    fn prefer(&mut self, at_most: Quality) -> String {
        self.now += Duration::from_secs(1);
        let wish = LayerWish { at_most, ..LayerWish::default() };
        self.router.prefer(&sid(), BERT, wish, self.now, &mut self.effects);
        self.said()
    }

    fn said(&mut self) -> String {
        let words = self.effects.drain(..).map(|effect| match effect {
            Effect::Forward { rewrite, .. } => format!("{}{}", rewrite.sequence, if rewrite.marker { "." } else { "" }),
            Effect::RequestKeyframe { .. } => "ask".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

fn mid() -> Mid {
    Mid::new("v").expect("it is short")
}

fn sid() -> TrackSid {
    TrackSid("TR_a".into())
}

#[test]
fn a_receiver_gets_the_layers_of_its_size_without_a_gap() {
    let mut forwarded = Forwarded::new();
    assert_eq!(forwarded.packet(&IN_SPACE.beginning(1, 0, None), false, true), "ask 1");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(3, 1), true, false), "2.");
    forwarded.prefer(Quality::Low);
    assert_eq!(forwarded.packet(&IN_SPACE.frame(0, 2), false, false), "3.", "its picture ends here");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(2, 3), true, false), "");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(0, 4), false, false), "4.");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(2, 5), true, false), "");
    assert_eq!(forwarded.prefer(Quality::High), "ask", "more needs a keyframe");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(0, 6), false, false), "5.");
    assert_eq!(forwarded.packet(&IN_SPACE.beginning(1, 8, None), false, true), "6");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(3, 9), true, false), "7.");
}

#[test]
fn a_receiver_waits_for_a_keyframe_and_for_less_only_where_sizes_are_apart() {
    let mut forwarded = Forwarded::new();
    assert_eq!(forwarded.packet(&APART.frame(0, 1), true, false), "ask");
    assert_eq!(forwarded.packet(&APART.beginning(1, 2, None), false, true), "1");
    assert_eq!(forwarded.packet(&APART.frame(3, 3), true, false), "2.");
    assert_eq!(forwarded.packet(&APART.frame(0, 4), false, false), "");
    assert_eq!(forwarded.packet(&APART.frame(2, 5), true, false), "3.");
    assert_eq!(forwarded.prefer(Quality::Low), "ask");
    assert_eq!(forwarded.packet(&APART.frame(0, 6), false, false), "");
    assert_eq!(forwarded.packet(&APART.frame(2, 7), true, false), "4.");
    assert_eq!(forwarded.packet(&APART.beginning(1, 8, None), false, true), "5.");
    assert_eq!(forwarded.packet(&APART.frame(3, 9), true, false), "");
}

#[test]
fn a_packet_whose_descriptor_makes_no_sense_goes_to_everybody_who_has_begun() {
    let mut forwarded = Forwarded::new();
    forwarded.packet(&IN_SPACE.beginning(1, 0, None), false, true);
    assert_eq!(forwarded.packet(&[0xff], false, false), "2");
    assert_eq!(forwarded.packet(&IN_SPACE.frame(60, 1), true, false), "3.");
}
