use jiff::Timestamp;

use super::{Loads, Share, quarter_at, quarters};
use crate::{Occurrence, OccurrenceState};

/// What the dates of a booking take, by pool and quarter of an hour. A date that was ended early takes what it
/// took until then, one that is cancelled nothing.
pub fn claims<'a>(shares: &[Share], dates: impl IntoIterator<Item = &'a Occurrence>) -> Loads {
    let mut loads = Loads::new();
    if shares.is_empty() {
        return loads;
    }
    for date in dates {
        let end = match date.state {
            OccurrenceState::Held => date.end,
            OccurrenceState::Ended { at } => date.end.min(at),
            OccurrenceState::Cancelled => continue,
        };
        for quarter in quarters(date.start, end) {
            for share in shares {
                *loads.entry((share.pool, quarter)).or_default() += share.load;
            }
        }
    }
    loads
}

/// The same from the quarter of an hour on that the instant is in: what was expected before stays as it was.
pub fn claims_since<'a>(shares: &[Share], dates: impl IntoIterator<Item = &'a Occurrence>, since: Timestamp) -> Loads {
    let first = quarter_at(since);
    let mut loads = claims(shares, dates);
    loads.retain(|(_, quarter), _| *quarter >= first);
    loads
}
