//! What asking the scheduler and booking cost: `cargo xtask bench scheduler`.
//!
//! Fills a database with years of bookings (`data/`), serves the scheduler's own API from it over HTTP on the loopback
//! address (`site.rs`), asks its questions one after another and from many clients at once (`trials/`), and puts the
//! same questions as plain SQL beside them (`peers.rs`). Two times are told: that of the server, from the request being
//! read to the answer being written out, and that of the client, with HTTP and both sides' work on the same cores.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on stdout and stderr")]

mod data;
mod figures;
mod peers;
mod plan;
mod radicale;
mod run;
#[path = "../../src/servers/mod.rs"]
#[expect(dead_code, reason = "shared with the tests; this one starts PostgreSQL only")]
mod servers;
mod site;
mod trials;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = plan::Plan::read(&words).and_then(|plan| run::run(&plan)) {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}
