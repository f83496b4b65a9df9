//! What people at a site may take of its line while meetings run.
//!
//! ```text
//! LinePlan: sites, lines ─┐
//! Reading of each person ─┼─▶ Regulator ──▶ how much may go to whom for pictures
//! Crowd of other nodes  ──┘
//! ```
//! A line that could be asked for too much is held below its budget: sound is taken off first, then shared
//! screens get what they need, then faces, then everybody the same of what is left ([`fill`]). While there is
//! room, nobody is held. Limits fall at once and rise slowly, so that pictures do not come and go.

mod fill;
mod plan;
mod regulator;

pub use fill::{Claimant, fill};
pub use plan::{Line, LinePlan, SitePlan};
pub use regulator::{Crowd, Reading, Regulator, crowds};
