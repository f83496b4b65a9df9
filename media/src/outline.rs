//! What an offer contains, for those who announce its tracks in the client's stead.

use crate::sdp::{self, Direction, Offer};
use crate::{Kind, OfferRefused};

/// An offer of a client that announces nothing in words of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The sections with sound or pictures, in their order.
    pub sections: Vec<OutlinedSection>,
    /// The text, with one layer of each picture.
    pub sdp: String,
}

/// A section of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlinedSection {
    /// Audio or video.
    pub kind: Kind,
    /// The client sends here.
    pub sends: bool,
    /// The client receives here.
    pub receives: bool,
    /// The client's name for what it sends.
    pub cid: Option<String>,
}

impl Outline {
    /// Reads an offer within the limits of [`crate::Command::Offer`].
    ///
    /// # Errors
    /// As for [`crate::Command::Offer`], but for what only the peer can tell.
    pub fn read(text: &str) -> Result<Self, OfferRefused> {
        let offer = Offer::read(text)?;
        let sections = offer.sections.into_iter().map(|section| OutlinedSection {
            kind: section.kind,
            sends: matches!(section.direction, Direction::SendOnly | Direction::SendRecv),
            receives: matches!(section.direction, Direction::RecvOnly | Direction::SendRecv),
            cid: section.cid,
        });
        Ok(Self { sections: sections.collect(), sdp: sdp::one_layer(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_tells_what_is_sent_and_asks_for_one_layer() {
        let text = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
            m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=sendonly\r\na=msid:stream cam\r\na=rid:1 send\r\n\
            a=rid:2 send\r\na=simulcast:send 1;2\r\na=rtpmap:96 VP8/90000\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\na=recvonly\r\na=rtpmap:111 opus/48000/2\r\n";
        let outline = Outline::read(text).expect("it is an offer");
        let video = OutlinedSection { kind: Kind::Video, sends: true, receives: false, cid: Some("cam".into()) };
        let audio = OutlinedSection { kind: Kind::Audio, sends: false, receives: true, cid: None };
        assert_eq!(outline.sections, [video, audio]);
        assert!(!outline.sdp.contains("rid") && !outline.sdp.contains("simulcast"), "{}", outline.sdp);
        assert_eq!(Outline::read("nonsense"), Err(OfferRefused::Malformed));
    }
}
