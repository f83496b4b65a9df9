use str0m::change::SdpOffer;

use crate::sdp::{Direction, OfferedSection};

/// An offer in the library's words. Reading one takes a millisecond or two and needs no
/// connection, so it is done where nobody waits for media.
pub(crate) struct Description(SdpOffer);

impl Description {
    pub(crate) fn read(text: &str) -> Option<Self> {
        SdpOffer::from_sdp_string(text).ok().map(Self)
    }

    /// The offer with other directions.
    pub(super) fn directed(&self, sections: &[OfferedSection]) -> SdpOffer {
        let mut sdp = (*self.0).clone();
        for line in &mut sdp.media_lines {
            let mid = line.mid();
            if let Some(section) = sections.iter().find(|section| section.mid.as_str() == &*mid) {
                line.set_direction(match section.direction {
                    Direction::SendOnly => str0m::media::Direction::SendOnly,
                    Direction::RecvOnly => str0m::media::Direction::RecvOnly,
                    Direction::SendRecv => str0m::media::Direction::SendRecv,
                    Direction::Inactive => str0m::media::Direction::Inactive,
                });
            }
        }
        sdp.into()
    }
}
