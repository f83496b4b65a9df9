//! How a series unfolds: recurrence rules of iCalendar (RFC 5545, 3.3.10 and 3.8.5) over civil time.
//!
//! A [`Rule`] is read from and written as text. It unfolds in wall times ([`Walls`]), because people
//! agree on wall times; a [`Recurrence`] adds single dates, takes others out, and says which instants
//! the wall times mean in a zone. What the text of the RFC leaves open, and where other programs
//! answer differently, stands in `docs/recurrence.md`.
//!
//! Everything is bounded: rules by [`LONGEST_RULE`], unfolding by [`MOST_EFFORT`] and by what the
//! caller asks for.

mod parse;
mod period;
mod rule;
mod set;
mod walls;
mod write;

pub use parse::{LONGEST_RULE, RuleRefused};
pub use rule::{Ending, Frequency, NthWeekday, Rule, Until};
pub use set::{ExpandRefused, Instance, Moment, Recurrence};
pub use walls::{MOST_EFFORT, Walls};
