use str0m::media::Pt;

use crate::peer::header::Numbers;
use crate::peer::repeats::Repeats;

/// Of so many packets of a stream one goes the library's way: sender reports take their clock from
/// it. They come every few seconds, and no clock runs that far off in so long; a packet that goes
/// that way costs five of the others.
const LIBRARYS_SHARE: u32 = 200;
/// So many packets of a stream say whose they are.
const NAMED: u32 = 50;

/// What is sent in one section.
pub(super) struct Stream {
    pub(super) source: u32,
    pub(super) numbers: Numbers,
    /// Source and format of its repeats.
    pub(super) repeats_source: Option<u32>,
    pub(super) repeats_type: Option<Pt>,
    pub(super) repeats: Repeats,
    /// The newest timestamp.
    pub(super) timestamp: u32,
    /// What it is like is known from a packet that went the library's way.
    is_known: bool,
    packets: u32,
    since_library: u32,
    repeated: u32,
}

impl Stream {
    pub(super) fn new(source: u32, repeats_source: Option<u32>, numbers: Numbers) -> Self {
        Self {
            source,
            numbers,
            repeats_source,
            repeats_type: None,
            repeats: Repeats::default(),
            timestamp: 0,
            is_known: true,
            packets: 0,
            since_library: 0,
            repeated: 0,
        }
    }

    /// The first packet, and one in so many. Of pictures it is the last packet of one, because
    /// what leaves in the same turn would overtake another.
    pub(super) fn is_librarys_turn(&self, is_sound: bool, marker: bool) -> bool {
        !self.is_known || self.since_library >= LIBRARYS_SHARE && (is_sound || marker)
    }

    /// A packet went the library's way, and the stream is as in `this`.
    pub(super) fn went_by_library(&mut self, this: Self) {
        if self.source != this.source {
            *self = this;
        } else if !self.is_known {
            (self.numbers, self.repeats_source, self.is_known) = (this.numbers, this.repeats_source, true);
        }
        self.since_library = 0;
    }

    /// It may be like another.
    pub(super) fn look_again(&mut self) {
        (self.is_known, self.packets, self.repeated) = (false, 0, 0);
    }

    pub(super) fn can_pad(&self) -> bool {
        self.repeats_source.is_some() && self.repeats_type.is_some()
    }

    /// A packet of ours leaves; whether it says whose it is.
    pub(super) fn is_named(&mut self) -> bool {
        self.packets = self.packets.saturating_add(1);
        self.since_library = self.since_library.saturating_add(1);
        self.packets <= NAMED
    }

    /// The same for a repeat.
    pub(super) fn is_repeat_named(&mut self) -> bool {
        self.repeated = self.repeated.saturating_add(1);
        self.repeated <= NAMED
    }
}
