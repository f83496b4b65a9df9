//! Do random bookings, by many people at once and with the program killed in between, ever hold a room twice, or lose
//! what was acknowledged?
//!
//! Clients (`client/`) book, move, change series and single dates of them, cancel, hold, release, and grant or refuse
//! rooms, at hours that hurt (`hours`). What each wants a booking to become it works out by itself (`diary`), without a
//! line of the program. Everything is recorded (`event`): when it was asked and answered, what was wanted, what was said.
//! At the end the tables are read as they are (`tables`), and the judge (`judge/`) looks at the record alone, not at the
//! clients: it may find that the program is wrong, never why.
//!
//! To add an operation: what it does to a booking goes into `diary`, how it is asked into `client/`. The judge needs to
//! know nothing of it as long as it turns bookings of one version into bookings of the next.

pub mod client;
pub mod desk;
pub mod diary;
pub mod event;
pub mod hours;
pub mod judge;
pub mod plan;
pub mod run;
pub mod site;
pub mod tables;
