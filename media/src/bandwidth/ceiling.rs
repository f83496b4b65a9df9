use super::{Rank, Rung};

/// What is still sent of pictures while the server has too much to do, the mildest first. Sound
/// is never touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ceiling {
    /// Everything.
    #[default]
    Open,
    /// No picture above the middle; shared screens stay readable.
    Medium,
    /// No picture above the smallest; shared screens stay readable.
    Low,
    /// Of every picture the least there is.
    Least,
    /// The least, and only of shared screens, pinned pictures and who speaks.
    Essential,
    /// No picture but those whose receivers cannot stand a pause.
    Nothing,
}

/// From the mildest to the hardest.
const STEPS: [Ceiling; 6] =
    [Ceiling::Open, Ceiling::Medium, Ceiling::Low, Ceiling::Least, Ceiling::Essential, Ceiling::Nothing];

impl Ceiling {
    /// One step harder; the last stays.
    pub(crate) fn lower(self) -> Self {
        STEPS.into_iter().find(|step| *step > self).unwrap_or(self)
    }

    /// One step milder; the first stays.
    pub(crate) fn higher(self) -> Self {
        STEPS.into_iter().rev().find(|step| *step < self).unwrap_or(self)
    }

    /// How far down this is, for metrics: 0 is [`Ceiling::Open`].
    pub(crate) fn steps(self) -> u32 {
        self as u32
    }

    /// Whether a picture that has this much may get that much. Its first rung is not held back
    /// before pictures pause on purpose: a camera that sends one size only has no smaller one.
    pub(super) fn allows(self, rank: Rank, has: Option<Rung>, rung: Rung) -> bool {
        let is_first = has.is_none();
        match self {
            Self::Open => true,
            Self::Medium => is_first || rank == Rank::Screen || rung <= Rung::Medium,
            Self::Low => is_first || rank == Rank::Screen || rung <= Rung::Low,
            Self::Least => is_first,
            Self::Essential => is_first && rank <= Rank::Speaking,
            Self::Nothing => false,
        }
    }
}
