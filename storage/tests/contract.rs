//! What every engine promises, run on each of them.
//!
//! To add a promise: write it in the file of its repository and name it in that file's list.

mod promises;

fn main() {
    promises::run();
}
