//! The dependency descriptor (AV1 RTP specification, appendix A): which layers a frame belongs to and
//! which frames it needs. It is a header extension, so it can be read where the payload is
//! encrypted, and goes on to receivers as it came.
//!
//! [`Dependencies`] reads the packets of one stream; [`Following`] decides what of it one receiver gets.

mod bits;
mod following;
mod structure;
#[cfg(test)]
mod tests;

use bits::Bits;
pub(crate) use following::Following;
use structure::{Indication, MOST_TARGETS, References, Structure, Target};

/// The least that a descriptor has; only more is followed by flags.
const MANDATORY_BYTES: usize = 3;

/// What is known of a stream from its descriptors.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    structure: Option<Structure>,
    /// Goes up with every structure: decode targets mean something else then.
    generation: u32,
    /// Decode targets that are sent at present, one bit for each.
    active: u32,
    newest: Option<u64>,
}

/// What the descriptor of a packet says about its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Never wraps.
    number: u64,
    pub(crate) begins: bool,
    pub(crate) ends: bool,
    pub(crate) spatial: u8,
    pub(crate) temporal: u8,
    /// Begins a stream that can be decoded without anything before.
    pub(crate) is_key: bool,
    references: References,
    indications: [u8; MOST_TARGETS / 4],
    /// By decode target, the frame before in its chain; 0 for none.
    chains: [u8; MOST_TARGETS],
}

impl Frame {
    fn indication(&self, target: usize) -> Indication {
        match self.indications[target / 4] >> (target % 4 * 2) & 3 {
            0 => Indication::NotPresent,
            1 => Indication::Discardable,
            2 => Indication::Switch,
            _ => Indication::Required,
        }
    }

    fn set(&mut self, target: usize, indication: Indication) {
        self.indications[target / 4] |= (indication as u8) << (target % 4 * 2);
    }
}

impl Dependencies {
    /// Whether a structure was read: from then on all packets have descriptors.
    pub(crate) fn is_known(&self) -> bool {
        self.structure.is_some()
    }

    /// How many sizes there are inside the stream.
    pub(crate) fn sizes(&self) -> u8 {
        let targets = self.structure.iter().flat_map(|structure| &structure.targets);
        targets.map(|target| target.spatial + 1).max().unwrap_or(0)
    }

    /// Higher layers do without the lower ones, and who goes down needs a keyframe as well.
    pub(crate) fn has_independent_layers(&self) -> bool {
        self.structure.as_ref().is_some_and(Structure::has_independent_layers)
    }

    /// Reads the descriptor of a packet; `None` if it makes no sense.
    pub(crate) fn read(&mut self, descriptor: &[u8]) -> Option<Frame> {
        let mut bits = Bits::new(descriptor);
        let (begins, ends) = (bits.flag()?, bits.flag()?);
        let template = bits.small(6)?;
        let number = u16::try_from(bits.number(16)?).ok()?;
        let (mut structure, mut active) = (None, None);
        let (mut own_indications, mut own_references, mut own_chains) = (false, false, false);
        if descriptor.len() > MANDATORY_BYTES {
            let (has_structure, has_active) = (bits.flag()?, bits.flag()?);
            (own_indications, own_references, own_chains) = (bits.flag()?, bits.flag()?, bits.flag()?);
            if has_structure {
                let read = Structure::read(&mut bits)?;
                active = Some(u32::MAX);
                structure = Some(read);
            }
            if has_active {
                let count = structure.as_ref().or(self.structure.as_ref())?.targets.len();
                active = Some(bits.number(u32::try_from(count).ok()?)?);
            }
        }
        let current = structure.as_ref().or(self.structure.as_ref())?;
        let template = current.template(template)?;
        let mut frame = Frame {
            number: unwrapped(number, self.newest),
            begins,
            ends,
            spatial: template.spatial,
            temporal: template.temporal,
            is_key: false,
            references: template.references,
            indications: [0; MOST_TARGETS / 4],
            chains: [0; MOST_TARGETS],
        };
        for target in 0..current.targets.len() {
            let own = own_indications.then(|| Indication::read(&mut bits));
            frame.set(target, own.unwrap_or(Some(template.indications[target]))?);
        }
        if own_references {
            frame.references = References::default();
            while let size @ 1.. = bits.number(2)? {
                frame.references.push(u16::try_from(bits.number(4 * size)?).ok()? + 1)?;
            }
        }
        let mut chains = [0; MOST_TARGETS];
        for chain in 0..usize::from(current.chains) {
            chains[chain] = if own_chains { u8::try_from(bits.number(8)?).ok()? } else { template.chains[chain] };
        }
        for (before, target) in frame.chains.iter_mut().zip(&current.targets) {
            *before = target.chain.map_or(0, |chain| chains[usize::from(chain)]);
        }
        frame.is_key = begins && structure.is_some() && frame.references.all().is_empty();
        // Only what was understood to its end counts.
        if structure.is_some() {
            self.structure = structure;
            self.generation = self.generation.wrapping_add(1);
        }
        self.active = active.unwrap_or(self.active);
        self.newest = self.newest.max(Some(frame.number));
        Some(frame)
    }

    /// The best way to decode the stream within these layers; if there is none, the least.
    fn target(&self, spatial: u8, temporal: u8) -> Option<(usize, Target)> {
        let targets = &self.structure.as_ref()?.targets;
        let sent = || targets.iter().copied().enumerate().filter(|(at, _)| self.active >> at & 1 == 1);
        let fits = |target: &Target| target.spatial <= spatial && target.temporal <= temporal;
        let rank = |(_, target): &(usize, Target)| (target.spatial, target.temporal);
        sent().filter(|(_, target)| fits(target)).max_by_key(rank).or_else(|| sent().min_by_key(rank))
    }
}

/// The number nearest to the newest one.
fn unwrapped(number: u16, newest: Option<u64>) -> u64 {
    // Room for frames that come before the first one.
    let Some(newest) = newest else { return u64::from(number) + (1 << 16) };
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are compared")]
    let ahead = number.wrapping_sub(newest as u16).cast_signed();
    newest.wrapping_add_signed(ahead.into())
}
