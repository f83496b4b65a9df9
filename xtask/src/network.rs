//! A private network for tests with browsers: nothing outside can be reached, and there is an address
//! that is not loopback, because Firefox offers no loopback candidates.

use std::path::Path;
use std::process::Command;

use crate::program::{answer, command};

/// The address of this machine inside the private network.
pub const ADDRESS: &str = "10.77.0.1";

/// The command in a network namespace of its own, which ends with it.
pub fn private(folder: &Path, line: &[&str]) -> Command {
    let script = format!(
        "set -e; ip link set lo up; ip link add v0 type veth peer name v1; ip address add {ADDRESS}/24 dev v0; \
         ip link set v0 up; ip link set v1 up; exec \"$@\""
    );
    let root = answer("id", &["-u"]).as_deref() == Some("0");
    let flags = if root { "-n" } else { "-rn" };
    let mut arguments = vec![flags, "--", "sh", "-c", &script, "private"];
    arguments.extend(line);
    let mut command = command(folder, "unshare", &arguments);
    command.env("RENNSTEIG_TEST_ADDRESS", ADDRESS);
    command
}
