//! The server offers: to clients of the older shape, which keep what they receive apart from what
//! they send.

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, Reliability};
use str0m::media::{Direction, MediaKind};

use super::{Peer, creds};
use crate::mid::Mid;
use crate::sdp::Credentials;
use crate::{Kind, LONGEST_OFFER, MOST_SECTIONS, OfferRefused};

/// What an offer to a client shall say.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    /// The sections there are, and which of them send.
    pub(crate) sections: Vec<(Mid, bool)>,
    /// Sections to add; all of them send.
    pub(crate) added: Vec<Kind>,
    /// The client shall look for its way anew (RFC 8445, section 9).
    pub(crate) restarts: bool,
}

/// An offer to a client.
#[derive(Debug)]
pub(crate) struct Proposed {
    pub(crate) sdp: String,
    /// The names of the added sections, in their order.
    pub(crate) added: Vec<Mid>,
    /// What the client's checks must name.
    pub(crate) credentials: Credentials,
}

/// An answer of a client in the library's words, read where nobody waits for media.
pub(crate) struct Acceptance(SdpAnswer);

impl Acceptance {
    /// Reads an answer; refuses what is too big or makes no sense.
    pub(crate) fn read(text: &str) -> Result<Self, OfferRefused> {
        if text.len() > LONGEST_OFFER {
            return Err(OfferRefused::TooLong);
        }
        if text.lines().filter(|line| line.starts_with("m=")).count() > MOST_SECTIONS {
            return Err(OfferRefused::TooManySections);
        }
        SdpAnswer::from_sdp_string(text).map(Self).map_err(|_| OfferRefused::Malformed)
    }
}

/// An offer that waits for its answer.
pub(super) struct Outstanding {
    pending: SdpPendingOffer,
    /// The credentials from then on, if it restarts the checks.
    renewed: Option<Credentials>,
    /// The sections there are then.
    mids: Vec<Mid>,
}

impl Peer {
    /// An offer takes the place of one that was not answered; `None` if there is nothing to say.
    pub(super) fn make_offer(&mut self, proposal: &Proposal) -> Option<Proposed> {
        let mut change = self.rtc.sdp_api();
        if !self.has_been_answered {
            // As clients open them towards servers of the newer shape.
            for (label, ordered) in [("_reliable", true), ("_lossy", false)] {
                let reliability =
                    if ordered { Reliability::Reliable } else { Reliability::MaxRetransmits { retransmits: 0 } };
                let label = label.to_owned();
                change.add_channel_with_config(ChannelConfig { label, ordered, reliability, ..Default::default() });
            }
        }
        for (mid, sends) in &proposal.sections {
            let direction = if *sends { Direction::SendOnly } else { Direction::Inactive };
            change.set_direction(mid.as_str().into(), direction);
        }
        let added: Vec<_> = proposal
            .added
            .iter()
            .map(|kind| {
                let kind = if *kind == Kind::Audio { MediaKind::Audio } else { MediaKind::Video };
                change.add_media(kind, Direction::SendOnly, None, None, None)
            })
            .collect();
        let renewed = proposal.restarts.then(|| {
            let given = change.ice_restart(true);
            self.setup.credentials.renewed(&given.ufrag, given.pass)
        });
        let (offer, pending) = change.apply()?;
        let credentials = renewed.clone().unwrap_or_else(|| self.setup.credentials.clone());
        let added: Vec<_> = added.iter().map(|mid| Mid::new(mid).expect("the library's names are short")).collect();
        let mids = proposal.sections.iter().map(|(mid, _)| *mid).chain(added.iter().copied()).collect();
        self.outstanding = Some(Outstanding { pending, renewed, mids });
        Some(Proposed { sdp: offer.to_sdp_string(), added, credentials })
    }

    /// Whether the answer fits the offer that waits for it.
    pub(super) fn take_answer(&mut self, answer: Acceptance) -> bool {
        let Some(Outstanding { pending, renewed, mids }) = self.outstanding.take() else { return false };
        if self.rtc.sdp_api().accept_answer(pending, answer.0).is_err() {
            return false;
        }
        if let Some(renewed) = renewed {
            self.rtc.direct_api().set_local_ice_credentials(creds(&renewed));
            self.setup.credentials = renewed;
        }
        self.has_been_answered = true;
        self.payload_types.clear();
        self.look_at(&mids);
        true
    }
}
