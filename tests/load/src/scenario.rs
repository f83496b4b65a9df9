//! What is measured.

/// Who does what in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// How it is called in the report.
    pub name: &'static str,
    /// Meetings at the same time.
    pub meetings: usize,
    /// Participants of each meeting who send.
    pub publishers: usize,
    /// Participants of each meeting who only receive.
    pub subscribers: usize,
    /// Whether those who send receive each other as well.
    pub all_to_all: bool,
    /// What they send.
    pub media: Media,
    /// Everybody joins at once instead of a few at a time.
    pub burst: bool,
    /// Part of a quick look.
    pub quick: bool,
}

/// What a sender sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// 50 packets a second of 80 bytes.
    Audio,
    /// 25 pictures a second in packets of 1,100 bytes, about 1 Mbit/s.
    Video,
    /// The same in three steps; the receivers get one of them.
    Simulcast,
}

const fn audio(name: &'static str, publishers: usize, subscribers: usize, quick: bool) -> Scenario {
    let media = Media::Audio;
    Scenario { name, meetings: 1, publishers, subscribers, all_to_all: false, media, burst: false, quick }
}

/// All scenarios, in the order of the report.
pub const SCENARIOS: &[Scenario] = &[
    audio("audio 1x100", 1, 100, true),
    audio("audio 10x100", 10, 100, true),
    audio("audio 20x100", 20, 100, false),
    Scenario { media: Media::Video, ..audio("video 1x100", 1, 100, true) },
    Scenario { media: Media::Simulcast, ..audio("simulcast 4x25", 4, 25, false) },
    Scenario { meetings: 40, all_to_all: true, ..audio("audio 40 meetings of 5", 5, 0, false) },
    Scenario { burst: true, ..audio("audio 1x200, all at once", 1, 200, false) },
];

impl Scenario {
    /// The scenario of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SCENARIOS.iter().find(|scenario| scenario.name == name)
    }

    /// Streams that one participant receives.
    pub fn streams(&self, publishes: bool) -> usize {
        match publishes {
            false => self.publishers,
            true if self.all_to_all => self.publishers - 1,
            true => 0,
        }
    }

    /// Streams that all receive together.
    pub fn all_streams(&self) -> usize {
        let each = self.publishers * self.streams(true) + self.subscribers * self.streams(false);
        self.meetings * each
    }
}
