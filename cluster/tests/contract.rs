//! What every cluster promises, run in process and on a real Redis.
//!
//! To add a promise: write it in the file of its service and name it in that file's list.

mod promises;

fn main() {
    promises::run();
}
