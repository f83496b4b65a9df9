//! Runs other programs and says plainly what went wrong.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A command in a folder, without standard input.
pub fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

/// Cargo, the same one that runs this chore.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    command(root, &program, arguments)
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
    fn a_missing_program_has_no_answer() {
        assert_eq!(answer("no-such-program-anywhere", &[]), None);
    }
}
