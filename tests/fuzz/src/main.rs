//! One target under libFuzzer: `FUZZ_TARGET` names it, the rest of the line is libFuzzer's.
#![no_main]

use std::sync::LazyLock;

use fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static CHOSEN: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    TARGETS.iter().find(|target| target.name == name).expect("FUZZ_TARGET names a known target")
});

fuzz_target!(|bytes: &[u8]| (CHOSEN.read)(bytes));
