/// What programs inside a meeting do with what people say and show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Captures {
    /// Sound or pictures are kept.
    pub recording: bool,
    /// What is said is written down as text.
    pub captions: bool,
}

impl Captures {
    /// Nothing of the kind.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// What of it is not in the other.
    pub fn beyond(self, other: Self) -> Self {
        Self { recording: self.recording && !other.recording, captions: self.captions && !other.captions }
    }
}
