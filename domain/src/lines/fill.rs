/// Somebody, or some people together, who want something of lines.
#[derive(Clone, Debug)]
pub struct Claimant<'a> {
    /// How many people it is: each counts the same.
    pub weight: u64,
    /// What they want together, bits per second.
    pub wants: u64,
    /// The lines all of it passes, as places, each once.
    pub lines: &'a [usize],
}

/// Divides what is left on the lines: everybody gets more at the same pace until they have what they want or one
/// of their lines is full (progressive filling). Nobody could get more but at the cost of somebody who has no more.
/// What was given is taken from `left`.
pub fn fill(left: &mut [u64], claimants: &[Claimant<'_>]) -> Vec<u64> {
    let mut given = vec![0; claimants.len()];
    let mut open: Vec<usize> =
        (0..claimants.len()).filter(|at| claimants[*at].weight > 0 && claimants[*at].wants > 0).collect();
    while !open.is_empty() {
        let mut weights = vec![0_u64; left.len()];
        for claimant in open.iter().map(|at| &claimants[*at]) {
            claimant.lines.iter().for_each(|line| weights[*line] += claimant.weight);
        }
        let passed = left.iter().zip(&weights).filter(|(_, weight)| **weight > 0);
        let room = passed.map(|(left, weight)| left / weight).min();
        let wish = open.iter().map(|at| (claimants[*at].wants - given[*at]).div_ceil(claimants[*at].weight)).min();
        let step = wish.into_iter().chain(room).min().unwrap_or(0);
        for at in &open {
            let claimant = &claimants[*at];
            let more = step.saturating_mul(claimant.weight).min(claimant.wants - given[*at]);
            given[*at] += more;
            claimant.lines.iter().for_each(|line| left[*line] -= more);
        }
        // Each round somebody has everything, or a line has not one bit left for each who passes it.
        open.retain(|at| {
            let has_room = |line: &usize| left[*line] >= weights[*line];
            given[*at] < claimants[*at].wants && claimants[*at].lines.iter().all(has_room)
        });
    }
    given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_wants_little_has_it_and_the_others_share_what_is_left() {
        let one = |weight, wants| Claimant { weight, wants, lines: &[0] };
        let mut left = [1_000];
        assert_eq!(fill(&mut left, &[one(1, 100), one(1, 900), one(1, 900)]), [100, 450, 450]);
        assert_eq!(left, [0]);
        assert_eq!(fill(&mut [1_000], &[one(3, 9_000), one(1, 9_000)]), [750, 250], "each of them counts the same");
        assert_eq!(fill(&mut [0], &[one(1, 5)]), [0]);
    }

    #[test]
    fn the_narrowest_line_on_the_way_decides_and_leaves_the_rest_to_others() {
        let mut left = [1_000, 100];
        let (both, first) = ([0, 1], [0]);
        let claimants =
            [Claimant { weight: 1, wants: 800, lines: &both }, Claimant { weight: 1, wants: 2_000, lines: &first }];
        assert_eq!(fill(&mut left, &claimants), [100, 900]);
    }

    proptest! {
        /// No line gives more than it has, and whoever has less than wanted passes a full line on which nobody
        /// has more for each of its people.
        #[test]
        fn shares_fit_and_are_fair(
            left in proptest::collection::vec(0..2_000_u64, 1..4),
            wishes in proptest::collection::vec((0..9_u64, 0..900_u64, 0..16_usize), 0..12),
        ) {
            let count = left.len();
            let lines: Vec<Vec<usize>> =
                wishes.iter().map(|(_, _, mask)| (0..count).filter(|line| mask >> line & 1 == 1).collect()).collect();
            let claimants: Vec<Claimant<'_>> = wishes.iter().zip(&lines)
                .map(|((weight, wants, _), lines)| Claimant { weight: *weight, wants: *wants, lines })
                .collect();
            let mut rest = left.clone();
            let given = fill(&mut rest, &claimants);
            for (line, full) in left.iter().enumerate() {
                let taken: u64 = claimants.iter().zip(&given).filter(|(one, _)| one.lines.contains(&line)).map(|(_, given)| given).sum();
                prop_assert_eq!(taken + rest[line], *full);
            }
            for (one, has) in claimants.iter().zip(&given) {
                prop_assert!(*has <= one.wants);
                if *has == one.wants || one.weight == 0 {
                    continue;
                }
                let is_bottleneck = |line: usize| {
                    let others = || claimants.iter().zip(&given).filter(|(other, _)| other.weight > 0 && other.lines.contains(&line));
                    let weight: u64 = others().map(|(other, _)| other.weight).sum();
                    let is_highest = others().all(|(other, given)| given / other.weight <= has / one.weight + 1);
                    rest[line] < weight && is_highest
                };
                prop_assert!(one.lines.iter().any(|line| is_bottleneck(*line)), "{:?} has {}", one, has);
            }
        }
    }
}
