//! The whole system under test, in the words of those who use it.
//!
//! A [`Server`] runs in this process, a [`Process`] is the real program; both are a [`Site`] with
//! an administrator and people. A [`Person`] books, admits, removes; a [`Guest`] knocks with a
//! link; whoever may enter gets a [`Pass`], and entering makes a real participant with media.
//! To add a scenario: one phenomenon, one file under `tests/tests/scenarios/`, written with these
//! words; wait for conditions with a deadline, never for a time.

mod booking;
mod browser;
mod clock;
mod detour;
mod guest;
mod media;
mod pass;
mod person;
mod process;
mod server;
pub mod servers;
mod sink;
mod site;

use std::time::Duration;

pub use booking::{Booked, NewBooking};
pub use browser::{Answer, Browser, Events};
pub use clock::TestClock;
pub use detour::Detour;
pub use guest::{Guest, Knock};
pub use media::{gets, meet, shows};
pub use pass::{Pass, token};
pub use person::Person;
pub use process::{Process, program};
pub use rennsteig::probe::client::{Client, JoinOptions, Media, Seen, TokenIn};
pub use server::{Database, Server};
pub use sink::{Heard, Sink};
pub use site::Site;

/// How long anything may take that should happen at once. Generous: machines that test are busy.
pub const SOON: Duration = Duration::from_secs(30);
