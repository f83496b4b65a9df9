//! A private network for tests with browsers: nothing outside can be reached, and there is an address
//! that is not loopback, because Firefox offers no loopback candidates. The default route leads nowhere;
//! without one Firefox finds no address of its own at all.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::program::{answer, within};

/// The address of this machine inside the private network.
pub const ADDRESS: &str = "10.77.0.1";

/// No run of tests takes longer than this, unless it hangs.
pub const TESTS: Duration = Duration::from_secs(45 * 60);
/// Nor does a benchmark.
pub const BENCHMARK: Duration = Duration::from_secs(90 * 60);

/// The command in network and process namespaces of its own: whatever it started ends with it, at
/// the latest after `limit`.
pub fn private(folder: &Path, limit: Duration, line: &[&str]) -> Command {
    let script = format!(
        "set -e; ip link set lo up; ip link add v0 type veth peer name v1; ip address add {ADDRESS}/24 dev v0; \
         ip link set v0 up; ip link set v1 up; ip route add default dev v0; exec \"$@\""
    );
    let root = answer("id", &["-u"]).as_deref() == Some("0");
    let mut words = vec!["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
    words.extend((!root).then_some("--map-root-user"));
    words.extend(["--", "sh", "-c", &script, "private"]);
    words.extend(line);
    let mut command = within(folder, limit, &words);
    command.env("RENNSTEIG_TEST_ADDRESS", ADDRESS);
    command
}
