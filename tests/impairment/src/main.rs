//! A bad line as a program, for tests that are not written in Rust: `impairment <server> <kbit/s up> <kbit/s down>
//! <milliseconds each way> [<milliseconds more at random> <percent lost>]`. Prints the address clients send to. Takes
//! `freeze` (from now on everything vanishes) and `mend`, a line each; ends when its input does.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

use std::io::BufRead as _;
use std::net::SocketAddr;
use std::time::Duration;

use impairment::{Conditions, Relay};

/// What waits for room at a home router: a tenth of a second at a megabit.
const ROOM: usize = 16 * 1024;
const SEED: u64 = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((server, [up, down, delay, jitter, percent])) = read(&arguments) else {
        eprintln!("impairment <server> <kbit/s up> <kbit/s down> <milliseconds each way> [<jitter> <percent lost>]");
        std::process::exit(2);
    };
    let line = |kilobits: u64| Conditions {
        delay: Duration::from_millis(delay),
        jitter: Duration::from_millis(jitter),
        loss: percent as f64 / 100.0,
        rates: vec![(Duration::ZERO, kilobits * 1_000)],
        room: ROOM,
        ..Conditions::default()
    };
    match Relay::start(server, line(up), line(down), SEED) {
        Ok(relay) => {
            println!("{}", relay.address);
            // Whoever started it holds the other end.
            for word in std::io::stdin().lock().lines().map_while(Result::ok) {
                match word.trim() {
                    "freeze" => relay.freeze(true),
                    "mend" => relay.freeze(false),
                    word => eprintln!("{word}: not understood"),
                }
            }
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}

fn read(arguments: &[String]) -> Option<(SocketAddr, [u64; 5])> {
    let [server, numbers @ ..] = arguments else { return None };
    let mut numbers: Vec<u64> = numbers.iter().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    if numbers.len() == 3 {
        numbers.extend([0, 0]);
    }
    Some((server.parse().ok()?, numbers.try_into().ok()?))
}
