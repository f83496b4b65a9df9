use serde::{Deserialize, Serialize};

use crate::Renewal;

/// What came of asking one colleague about a lease, by an owner that hears nothing from the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// It asked the directory itself: the lease was renewed.
    Kept,
    /// It asked the directory, or runs the meeting itself: the lease is lost.
    Lost,
    /// It hears nothing from the directory either, and has promised to wait ([`Vows`](crate::Vows)).
    Away,
    /// Nobody listens where it was: its process is gone.
    Gone,
    /// It did not answer in time. It may have the meeting, or take it.
    Silent,
}

impl Word {
    /// What this alone decides, whatever the others say.
    pub fn decides(self) -> Option<Renewal> {
        match self {
            Self::Kept => Some(Renewal::Kept),
            Self::Lost => Some(Renewal::Lost),
            Self::Away | Self::Gone | Self::Silent => None,
        }
    }
}

/// What the words of all known colleagues about one lease come to. Who knows nobody is alone: then
/// nobody else can have taken it.
///
/// ```text
/// one says lost                            ──▶ Lost
/// one says kept                            ──▶ Kept
/// one is silent                            ──▶ Unheard   (the question does not count)
/// all hear nothing either or are gone      ──▶ Unknown   (the question counts)
/// ```
pub fn sum_up(words: impl IntoIterator<Item = Word>) -> Renewal {
    words.into_iter().fold(Renewal::Unknown, |known, word| match (known, word) {
        (Renewal::Lost, _) | (_, Word::Lost) => Renewal::Lost,
        (Renewal::Kept, _) | (_, Word::Kept) => Renewal::Kept,
        (Renewal::Unheard, _) | (_, Word::Silent) => Renewal::Unheard,
        (Renewal::Unknown, Word::Away | Word::Gone) => Renewal::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_in_vain_counts_only_if_everybody_hears_nothing_or_is_gone() {
        assert_eq!(sum_up([]), Renewal::Unknown);
        assert_eq!(sum_up([Word::Away, Word::Gone]), Renewal::Unknown);
        assert_eq!(sum_up([Word::Away, Word::Silent, Word::Gone]), Renewal::Unheard);
    }

    #[test]
    fn who_reached_the_directory_decides_and_a_loss_weighs_most() {
        assert_eq!(sum_up([Word::Silent, Word::Kept, Word::Away]), Renewal::Kept);
        assert_eq!(sum_up([Word::Kept, Word::Lost, Word::Silent]), Renewal::Lost);
        assert_eq!(sum_up([Word::Lost, Word::Kept]), Renewal::Lost);
    }
}
