//! Runs other programs and says plainly what went wrong.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// A command in a folder, without standard input, and without what cargo told this chore about its
/// package: to build scripts that look at these variables every call from here would be a change.
pub fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if is_of_the_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

fn is_of_the_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| variable.starts_with(prefix))
}

/// A command that is ended with all it started if it takes longer than `limit`.
pub fn within(folder: &Path, limit: Duration, words: &[&str]) -> Command {
    let limit = format!("{:.1}", limit.as_secs_f64());
    let mut arguments = vec!["--kill-after=10", limit.as_str()];
    arguments.extend(words);
    command(folder, "timeout", &arguments)
}

/// Cargo, the same one that runs this chore.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    command(root, &cargo_itself(), arguments)
}

/// Where cargo lies.
pub fn cargo_itself() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// Runs it to the end; anything but success is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let line = in_words(command);
    let status = command.status().with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Like [`run`], and shows every line of standard output to `see` as well.
pub fn watch(command: &mut Command, mut see: impl FnMut(&str)) -> Result<()> {
    let line = in_words(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("`{line}` could not be started"))?;
    let output = child.stdout.take().expect("standard output is piped two lines above");
    for text in BufReader::new(output).split(b'\n') {
        let text = String::from_utf8_lossy(&text?).into_owned();
        println!("{text}");
        see(&text);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// What a program prints, or nothing where it is missing or fails.
pub fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn in_words(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_nothing_of_the_package_that_calls_it() {
        let own = command(Path::new("/"), "true", &[]);
        let is_removed = |name: &str| own.get_envs().any(|(removed, value)| removed == name && value.is_none());
        assert!(is_removed("CARGO_PKG_NAME"), "a test has it from cargo");
        assert!(!is_removed("CARGO_HOME") && !is_removed("PATH"));
    }

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = run(&mut command(Path::new("/"), "false", &["now"])).expect_err("`false` never succeeds");
        assert!(error.to_string().starts_with("`false now` failed"), "{error}");
    }

    #[test]
    fn every_line_is_seen() {
        let mut seen = Vec::new();
        watch(&mut command(Path::new("/"), "printf", &["one\\ntwo"]), |line| seen.push(line.to_owned()))
            .expect("printf works everywhere");
        assert_eq!(seen, ["one", "two"]);
    }

    #[test]
    fn what_hangs_is_ended() {
        let mut hanging = within(Path::new("/"), Duration::from_millis(100), &["tail", "-f", "/dev/null"]);
        let error = run(&mut hanging).expect_err("`tail -f` never ends by itself");
        assert!(error.to_string().contains("exit status: 124"), "{error}");
    }

    #[test]
    fn a_missing_program_has_no_answer() {
        assert_eq!(answer("no-such-program-anywhere", &[]), None);
    }
}
