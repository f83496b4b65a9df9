//! Groups within a meeting: people in different ones neither hear, see nor write to each other.
//!
//! A group has a number, from 1; the main room has none.

use serde::{Deserialize, Serialize};

use crate::Identity;

/// Fewest groups that are opened.
pub const FEWEST: usize = 2;
/// Most groups.
pub const MOST: usize = 20;
/// Longest title of a group, in characters.
pub const TITLE_LIMIT: usize = 60;
/// Longest time that may be set, minutes.
pub const LONGEST_MINUTES: u16 = 240;
/// Shortest notice of the end, unless it is at once; seconds.
pub const SHORTEST_NOTICE: u8 = 10;
/// Longest notice of the end, seconds.
pub const LONGEST_NOTICE: u8 = 60;
/// Longest word to all groups, in characters.
pub const WORD_LIMIT: usize = 500;
/// Most people who are given a place by hand when the groups are opened.
pub const MOST_SEATS: usize = 2_000;

/// Who is led where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Whom.
    pub identity: Identity,
    /// The number of the group.
    pub group: u8,
}

/// How people come into the groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Division {
    /// The moderation says who goes where; whoever is not named stays in the main room.
    Hand {
        /// Who goes where.
        seats: Vec<Seat>,
    },
    /// Everybody but the moderation, in groups of equal size.
    Chance {
        /// Decides who comes together with whom.
        seed: u64,
    },
    /// Everybody chooses.
    Choice,
}

/// Deals so many people out to `groups` groups, whose sizes differ by one at most: for each person the group.
pub fn deal(people: usize, groups: u8, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut draw = move || {
        // SplitMix64: small, and even enough for lots.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    };
    let mut dealt: Vec<u8> = (1..=groups).cycle().take(if groups == 0 { 0 } else { people }).collect();
    for last in (1..dealt.len()).rev() {
        let other = draw() % (last as u64 + 1);
        dealt.swap(last, usize::try_from(other).unwrap_or_default());
    }
    dealt
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::deal;

    proptest! {
        #[test]
        fn groups_are_of_equal_size(people in 0..200_usize, groups in 1..=20_u8, seed: u64) {
            let mut sizes: BTreeMap<u8, usize> = (1..=groups).map(|group| (group, 0)).collect();
            for group in deal(people, groups, seed) {
                *sizes.get_mut(&group).expect("one of the groups") += 1;
            }
            let (least, most) = (sizes.values().min().copied(), sizes.values().max().copied());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
            prop_assert_eq!(sizes.values().sum::<usize>(), people);
        }
    }

    #[test]
    fn lots_fall_differently() {
        assert_eq!(deal(12, 3, 1), deal(12, 3, 1));
        assert_ne!(deal(12, 3, 1), deal(12, 3, 2));
    }
}
