//! Open files: every connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit to what the system allows this process; answers it. Services are often started
/// with 1,024, because old programs break with more, and a maximum far beyond.
pub fn raise() -> u64 {
    let allowed = getrlimit(Resource::Nofile);
    // Where it is refused, the lower limit stays: fewer connections are better than none.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed });
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_raised_as_far_as_the_system_allows() {
        let most = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
        assert_eq!(raise(), most);
    }
}
