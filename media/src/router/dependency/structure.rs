use super::bits::Bits;

/// As many as five bits can count.
pub(super) const MOST_TARGETS: usize = 32;
/// As many as six bits can name.
const MOST_TEMPLATES: usize = 64;
/// AV1 keeps eight pictures; who names more means no stream.
pub(super) const MOST_REFERENCES: usize = 8;
const DONE: u8 = 3;

/// What a frame means to a decode target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indication {
    /// Belongs to others.
    NotPresent,
    /// No other frame needs it.
    Discardable,
    /// Whoever can decode it can decode the target from here on.
    Switch,
    Required,
}

impl Indication {
    pub(super) fn read(bits: &mut Bits<'_>) -> Option<Self> {
        Some(match bits.small(2)? {
            0 => Self::NotPresent,
            1 => Self::Discardable,
            2 => Self::Switch,
            _ => Self::Required,
        })
    }
}

/// The frames a frame needs, by how many frames before it they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct References {
    before: [u16; MOST_REFERENCES],
    count: usize,
}

impl References {
    /// `None` if there are too many.
    pub(super) fn push(&mut self, before: u16) -> Option<()> {
        *self.before.get_mut(self.count)? = before;
        self.count += 1;
        Some(())
    }

    pub(super) fn all(&self) -> &[u16] {
        &self.before[..self.count]
    }
}

/// What frames of a kind have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) spatial: u8,
    pub(super) temporal: u8,
    /// By decode target.
    pub(super) indications: Vec<Indication>,
    pub(super) references: References,
    /// By chain, how many frames before this one the chain's last frame is.
    pub(super) chains: Vec<u8>,
}

/// What a decode target gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) spatial: u8,
    pub(super) temporal: u8,
    /// The chain that must be whole for it.
    pub(super) chain: Option<u8>,
}

/// The kinds of frames of a stream, and the ways of decoding it (AV1 RTP specification, A.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Structure {
    offset: u8,
    templates: Vec<Template>,
    pub(super) targets: Vec<Target>,
    pub(super) chains: u8,
}

impl Structure {
    pub(super) fn read(bits: &mut Bits<'_>) -> Option<Self> {
        let offset = bits.small(6)?;
        let target_count = usize::from(bits.small(5)?) + 1;
        let mut templates = layers(bits)?;
        for template in &mut templates {
            for _ in 0..target_count {
                template.indications.push(Indication::read(bits)?);
            }
        }
        for template in &mut templates {
            while bits.flag()? {
                template.references.push(u16::from(bits.small(4)?) + 1)?;
            }
        }
        let mut targets: Vec<Target> = (0..target_count).map(|at| target(&templates, at)).collect();
        let chains = bits.below(u8::try_from(target_count).ok()? + 1)?;
        if chains > 0 {
            for target in &mut targets {
                target.chain = Some(bits.below(chains)?);
            }
            for template in &mut templates {
                for _ in 0..chains {
                    template.chains.push(bits.small(4)?);
                }
            }
        }
        if bits.flag()? {
            // Width and height of each size; the track's announcement says that already.
            let sizes = templates.last().map_or(0, |last| last.spatial) + 1;
            for _ in 0..sizes {
                bits.number(32)?;
            }
        }
        Some(Self { offset, templates, targets, chains })
    }

    /// The template a packet names; their numbers go round.
    pub(super) fn template(&self, id: u8) -> Option<&Template> {
        self.templates.get(usize::from((id + 64 - self.offset) % 64))
    }

    /// Whether higher layers do without the lower ones between keyframes, so that a lower one cannot be
    /// taken up in between either.
    pub(super) fn has_independent_layers(&self) -> bool {
        let best = self.targets.iter().enumerate().max_by_key(|(_, target)| (target.spatial, target.temporal));
        let Some((best, target)) = best else { return false };
        let is_missing = |template: &Template| {
            template.spatial < target.spatial && template.indications[best] == Indication::NotPresent
        };
        self.templates.iter().any(is_missing)
    }
}

/// The layer of each template: the same as the one before, the next in time, or the next in space.
fn layers(bits: &mut Bits<'_>) -> Option<Vec<Template>> {
    let mut templates = Vec::new();
    let (mut spatial, mut temporal) = (0, 0);
    loop {
        if templates.len() == MOST_TEMPLATES {
            return None;
        }
        let (indications, references, chains) = (Vec::new(), References::default(), Vec::new());
        templates.push(Template { spatial, temporal, indications, references, chains });
        match bits.small(2)? {
            1 => temporal += 1,
            2 => (spatial, temporal) = (spatial + 1, 0),
            DONE => return Some(templates),
            _ => {}
        }
    }
}

fn target(templates: &[Template], at: usize) -> Target {
    let present = || templates.iter().filter(|template| template.indications[at] != Indication::NotPresent);
    Target {
        spatial: present().map(|template| template.spatial).max().unwrap_or(0),
        temporal: present().map(|template| template.temporal).max().unwrap_or(0),
        chain: None,
    }
}
