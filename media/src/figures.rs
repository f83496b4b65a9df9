//! The latest figures of every stream of a connection, as reports of either side give them.

use std::collections::BTreeMap;

use crate::Quality;
use crate::mid::Mid;

/// How one section is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SectionFigures {
    /// Share of packets lost on the way, lately, 0..=1.
    pub(crate) loss: Option<f32>,
    pub(crate) jitter_ms: Option<f32>,
}

/// Keeps what was reported last.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    incoming: BTreeMap<(Mid, Quality), Incoming>,
    outgoing: BTreeMap<Mid, SectionFigures>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Incoming {
    packets: u64,
    /// Since the report before.
    fresh: u64,
    loss: Option<f32>,
    jitter_ms: f32,
}

impl Figures {
    /// What we found about a stream that comes in; `packets` since it began.
    pub(crate) fn came(&mut self, mid: Mid, quality: Quality, packets: u64, loss: Option<f32>, jitter_ms: f32) {
        let before = self.incoming.get(&(mid, quality)).map_or(0, |before| before.packets);
        let fresh = packets.saturating_sub(before);
        self.incoming.insert((mid, quality), Incoming { packets, fresh, loss, jitter_ms });
    }

    /// What the client found about a stream we send.
    pub(crate) fn went(&mut self, mid: Mid, loss: Option<f32>, jitter_ms: Option<f32>) {
        self.outgoing.insert(mid, SectionFigures { loss, jitter_ms });
    }

    /// Whether the client has reported on a stream we send.
    pub(crate) fn has_gone(&self, mid: Mid) -> bool {
        self.outgoing.get(&mid).is_some_and(|figures| figures.jitter_ms.is_some())
    }

    /// What comes in, section by section: loss weighted by packets, the greatest jitter. Sections
    /// that are silent say nothing.
    pub(crate) fn incoming(&self) -> Vec<(Mid, SectionFigures)> {
        let mut sections: BTreeMap<Mid, Vec<Incoming>> = BTreeMap::new();
        for ((mid, _), incoming) in self.incoming.iter().filter(|(_, incoming)| incoming.fresh > 0) {
            sections.entry(*mid).or_default().push(*incoming);
        }
        let figures = |streams: Vec<Incoming>| SectionFigures {
            loss: weighted_loss(&streams),
            jitter_ms: streams.iter().map(|stream| stream.jitter_ms).reduce(f32::max),
        };
        sections.into_iter().map(|(mid, streams)| (mid, figures(streams))).collect()
    }

    pub(crate) fn outgoing(&self) -> Vec<(Mid, SectionFigures)> {
        self.outgoing.iter().map(|(mid, figures)| (*mid, *figures)).collect()
    }

    /// The share lost on the way to us, over everything that comes in.
    pub(crate) fn loss_up(&self) -> Option<f32> {
        let fresh: Vec<Incoming> = self.incoming.values().filter(|incoming| incoming.fresh > 0).copied().collect();
        weighted_loss(&fresh)
    }
}

fn weighted_loss(streams: &[Incoming]) -> Option<f32> {
    let known = || streams.iter().filter_map(|stream| Some((stream.loss?, stream.fresh)));
    let packets: u64 = known().map(|(_, fresh)| fresh).sum();
    #[expect(clippy::cast_precision_loss, reason = "packets of a second")]
    let lost: f32 = known().map(|(loss, fresh)| loss * fresh as f32).sum();
    #[expect(clippy::cast_precision_loss, reason = "packets of a second")]
    (packets > 0).then(|| lost / packets as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mid(name: &str) -> Mid {
        Mid::new(name).expect("it is short")
    }

    #[test]
    fn loss_counts_by_packets_and_silent_streams_do_not_count() {
        let mut figures = Figures::default();
        assert_eq!(figures.loss_up(), None);
        figures.came(mid("0"), Quality::High, 300, Some(0.1), 4.0);
        figures.came(mid("1"), Quality::Low, 100, Some(0.0), 9.0);
        figures.came(mid("1"), Quality::High, 100, None, 2.0);
        assert_eq!(figures.loss_up(), Some(0.075));
        let expected = SectionFigures { loss: Some(0.0), jitter_ms: Some(9.0) };
        assert_eq!(figures.incoming()[1], (mid("1"), expected));
        figures.came(mid("0"), Quality::High, 300, Some(0.1), 4.0);
        assert_eq!(figures.loss_up(), Some(0.0), "nothing new came of the lossy one");
        assert_eq!(figures.incoming().len(), 1);
    }
}
