//! Each target over its seeds and over spoilt copies of them.

use std::fs;
use std::path::Path;

use fuzz::TARGETS;

/// Spoilt copies of each seed.
const COPIES: u64 = 60;

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|file| file.expect("a folder can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a seed can be read")).collect()
}

/// Cut, doubled, overwritten: the same in every run.
fn spoil(seed: &[u8], copy: u64) -> Vec<u8> {
    let mut state = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut roll = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    let mut bytes = seed.to_vec();
    for _ in 0..=roll(3) {
        let at = roll(bytes.len());
        match roll(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, roll(256) as u8),
            2 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
            3 => bytes.extend_from_slice(&seed[..at.min(seed.len())]),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << roll(8)),
        }
    }
    bytes
}

#[test]
fn every_target_bears_its_seeds_and_spoilt_copies_of_them() {
    for target in TARGETS {
        let seeds = seeds(target.name);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for seed in &seeds {
            (target.read)(seed);
            (0..COPIES).for_each(|copy| (target.read)(&spoil(seed, copy)));
        }
        (target.read)(&[]);
    }
}

#[test]
fn no_folder_of_seeds_lacks_its_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for entry in fs::read_dir(folder).expect("the seeds are there") {
        let name = entry.expect("a folder can be read").file_name();
        assert!(TARGETS.iter().any(|target| target.name == name), "{name:?}");
    }
}

/// Else nothing behind the first answer would ever be reached.
#[test]
fn the_seeds_of_an_acceptance_are_accepted() {
    let accepted: Vec<usize> = seeds("acceptance").iter().map(|seed| media::fuzzing::acceptance(seed)).collect();
    assert_eq!(accepted, [2, 2], "the second time another answer is due");
}
