//! What groups may be like.

use std::collections::BTreeSet;

use domain::groups::{
    Division, FEWEST, LONGEST_MINUTES, LONGEST_NOTICE, MOST, MOST_SEATS, SHORTEST_NOTICE, Seat, TITLE_LIMIT, WORD_LIMIT,
};
use domain::{Identity, Private, text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// How people come into the groups.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DivisionToMake {
    /// As `seats` says.
    ByHand,
    /// Everybody but the moderation by lot, in groups of equal size.
    Evenly,
    /// Everybody chooses.
    Choose,
}

/// Who is led where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeatToGive {
    #[schema(value_type = String)]
    identity: Identity,
    /// The number of the group.
    #[schema(minimum = 1, maximum = 20)]
    group: u8,
}

/// Everybody may go to the main room, unless it is said otherwise.
pub(super) fn usually() -> bool {
    true
}

/// Titles without outer spaces.
pub(super) fn titles(titles: &[Private<String>]) -> Result<Vec<Private<String>>, Problem> {
    let wrong = || Problem::invalid("titles", "2 to 20 titles of 1 to 60 characters, no control characters");
    if !(FEWEST..=MOST).contains(&titles.len()) {
        return Err(wrong());
    }
    let lines: Result<Vec<_>, _> = titles.iter().map(|each| text::line(each.expose(), TITLE_LIMIT)).collect();
    Ok(lines.map_err(|_| wrong())?.into_iter().map(Private::new).collect())
}

pub(super) fn division(
    how: DivisionToMake,
    seats: Vec<SeatToGive>,
    groups: usize,
    seed: impl FnOnce() -> u64,
) -> Result<Division, Problem> {
    let exists = |seat: &SeatToGive| (1..=groups).contains(&usize::from(seat.group));
    let people: BTreeSet<_> = seats.iter().map(|seat| &seat.identity).collect();
    if people.len() < seats.len() || seats.len() > MOST_SEATS || !seats.iter().all(exists) {
        return Err(Problem::invalid("seats", "everybody once, in a group that is opened, 2,000 people at most"));
    }
    match how {
        DivisionToMake::ByHand => {
            let seats = seats.into_iter().map(|SeatToGive { identity, group }| Seat { identity, group }).collect();
            Ok(Division::Hand { seats })
        }
        DivisionToMake::Evenly | DivisionToMake::Choose if !seats.is_empty() => {
            Err(Problem::invalid("seats", "only when people are placed by hand"))
        }
        DivisionToMake::Evenly => Ok(Division::Chance { seed: seed() }),
        DivisionToMake::Choose => Ok(Division::Choice),
    }
}

pub(super) fn minutes(minutes: Option<u16>) -> Result<Option<u16>, Problem> {
    match minutes {
        Some(minutes) if !(1..=LONGEST_MINUTES).contains(&minutes) => Err(Problem::invalid("minutes", "1 to 240")),
        minutes => Ok(minutes),
    }
}

pub(super) fn group(group: Option<u8>) -> Result<Option<u8>, Problem> {
    match group {
        Some(number) if !(1..=MOST).contains(&usize::from(number)) => Err(Problem::invalid("group", "1 to 20")),
        group => Ok(group),
    }
}

pub(super) fn word(word: &Private<String>) -> Result<Private<String>, Problem> {
    let line = text::line(word.expose(), WORD_LIMIT);
    line.map(Private::new).map_err(|_| Problem::invalid("text", "1 to 500 characters, no control characters"))
}

pub(super) fn notice(seconds: u8) -> Result<u8, Problem> {
    match seconds {
        0 | SHORTEST_NOTICE..=LONGEST_NOTICE => Ok(seconds),
        _ => Err(Problem::invalid("seconds", "0, or 10 to 60")),
    }
}
