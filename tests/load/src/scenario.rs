//! What is measured.

use std::time::Duration;

use impairment::{Bursts, Conditions};

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
    /// How, and under what.
    pub trial: Trial,
    /// Threads of the server that forward; with two it has both cores.
    pub workers: usize,
    /// Part of a quick look.
    pub quick: bool,
}

/// The circumstances of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// Joins a few at a time, then a window of steady traffic.
    Steady,
    /// The receivers join at once.
    Burst,
    /// The server was killed and is back; everybody joins at once.
    Storm,
    /// The receivers' lines are bad.
    Impaired(Impairment),
    /// Strangers send packets all the time.
    Hostile,
    /// More and more is sent until too much is lost or late.
    Capacity,
}

/// What a receiver's line does to what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impairment {
    /// Loses packets, each for itself, in percent; takes 50 ms and up to 10 more, reorders one in a hundred.
    Loses(u8),
    /// About the same share, several in a row.
    LosesInBursts(u8),
    /// 2 Mbit/s, then 0.3, then 2 again.
    Dips,
}

impl Impairment {
    /// What the line away from the server is.
    pub fn conditions(self) -> Conditions {
        let rough = Conditions {
            delay: Duration::from_millis(50),
            jitter: Duration::from_millis(10),
            reordering: 0.01,
            ..Conditions::default()
        };
        match self {
            Self::Loses(percent) => Conditions { loss: f64::from(percent) / 100.0, ..rough },
            // Three in a row on average.
            Self::LosesInBursts(percent) => {
                let share = f64::from(percent) / 100.0;
                let ends = 1.0 / 3.0;
                Conditions { bursts: Some(Bursts { begins: ends * share / (1.0 - share), ends }), ..rough }
            }
            Self::Dips => Conditions {
                delay: Duration::from_millis(20),
                rates: vec![(Duration::ZERO, 2_000_000), (DIP.0, 300_000), (DIP.1, 2_000_000)],
                ..Conditions::default()
            },
        }
    }
}

/// When the line becomes narrow and wide again, after it was made.
pub const DIP: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(40));
/// How long is looked at a line that dips, after it was made.
pub const DIP_WATCHED: Duration = Duration::from_secs(80);

/// What a sender sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// 50 packets a second of 80 bytes.
    Audio,
    /// The same, each packet with what the one before it said (RFC 2198).
    Redundant,
    /// 25 pictures a second in packets of 1,100 bytes, about 1 Mbit/s.
    Video,
    /// The same in three steps; the receivers get one of them.
    Simulcast,
}

const fn audio(name: &'static str, publishers: usize, subscribers: usize, quick: bool) -> Scenario {
    let (media, trial) = (Media::Audio, Trial::Steady);
    Scenario { name, meetings: 1, publishers, subscribers, all_to_all: false, media, trial, workers: 1, quick }
}

const fn impaired(name: &'static str, media: Media, subscribers: usize, impairment: Impairment) -> Scenario {
    Scenario { media, trial: Trial::Impaired(impairment), ..audio(name, 1, subscribers, false) }
}

/// All scenarios, in the order of the report.
pub const SCENARIOS: &[Scenario] = &[
    audio("audio 1x100", 1, 100, true),
    audio("audio 10x100", 10, 100, true),
    audio("audio 20x100", 20, 100, false),
    Scenario { workers: 2, ..audio("audio 20x100, two workers", 20, 100, false) },
    Scenario { media: Media::Video, ..audio("video 1x100", 1, 100, true) },
    Scenario { media: Media::Simulcast, ..audio("simulcast 4x25", 4, 25, false) },
    Scenario { meetings: 40, all_to_all: true, ..audio("audio 40 meetings of 5", 5, 0, false) },
    Scenario { trial: Trial::Burst, ..audio("200 join one meeting at once", 1, 200, false) },
    Scenario { meetings: 40, trial: Trial::Burst, ..audio("200 join 40 meetings at once", 1, 5, false) },
    Scenario { meetings: 40, trial: Trial::Storm, ..audio("200 come back after a restart", 1, 4, false) },
    impaired("audio, 2 % lost", Media::Redundant, 10, Impairment::Loses(2)),
    impaired("audio, 10 % lost", Media::Redundant, 10, Impairment::Loses(10)),
    impaired("audio, 10 % lost in bursts", Media::Redundant, 10, Impairment::LosesInBursts(10)),
    impaired("video, 2 % lost", Media::Simulcast, 4, Impairment::Loses(2)),
    impaired("video, 10 % lost", Media::Simulcast, 4, Impairment::Loses(10)),
    impaired("video, 10 % lost in bursts", Media::Simulcast, 4, Impairment::LosesInBursts(10)),
    impaired("video, the line dips", Media::Simulcast, 1, Impairment::Dips),
    Scenario { trial: Trial::Hostile, ..audio("audio 4x25 under attack", 4, 25, false) },
    Scenario { trial: Trial::Capacity, ..audio("audio 20x100 to the limit", 20, 100, false) },
];

impl Media {
    /// Sound, or else pictures.
    pub fn is_sound(self) -> bool {
        matches!(self, Self::Audio | Self::Redundant)
    }
}

impl Scenario {
    /// The scenario of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SCENARIOS.iter().find(|scenario| scenario.name == name)
    }

    /// Whether everybody joins without waiting for the others.
    pub fn rushes(&self) -> bool {
        matches!(self.trial, Trial::Burst | Trial::Storm)
    }

    /// Whether it is done once instead of in every round, because it takes long.
    pub fn is_long(&self) -> bool {
        matches!(self.trial, Trial::Hostile | Trial::Capacity)
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
