//! `cargo xtask test`: every step runs, whatever failed before it, and one table says how it went.

mod instructions;
mod steps;
mod table;
mod tally;

use anyhow::{Result, bail};

use crate::house::House;
use crate::progress::Progress;
use crate::test::steps::{STEPS, Step};
use crate::test::table::{Outcome, table};

/// Runs the named steps, or all.
pub fn run(house: &House, names: &[String]) -> Result<()> {
    if names.iter().any(|name| name == "--list") {
        for step in STEPS {
            println!("{:<12} {}", step.name, step.about);
        }
        return Ok(());
    }
    let progress = Progress::start();
    let mut outcomes = Vec::new();
    for step in chosen(names)? {
        progress.say(&format!("{}: {}", step.name, step.about));
        let before = progress.elapsed();
        let result = (step.run)(house, &progress);
        if let Err(error) = &result {
            progress.say(&format!("{}: failed: {error:#}", step.name));
        }
        outcomes.push(Outcome { name: step.name, took: progress.elapsed() - before, result });
    }
    let failed = outcomes.iter().filter(|outcome| outcome.result.is_err()).count();
    println!("\n{}\n{} passed, {failed} failed", table(&outcomes, progress.elapsed()), outcomes.len() - failed);
    if failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    for name in names {
        if !STEPS.iter().any(|step| step.name == name) {
            let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            bail!("There is no step `{name}`. The steps are: {}", known.join(", "));
        }
    }
    Ok(STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_refused_with_the_list() {
        let Err(error) = chosen(&["fmt".into(), "bogus".into()]) else { panic!("bogus was accepted") };
        assert!(error.to_string().contains("There is no step `bogus`. The steps are: needs, fmt"), "{error}");
    }

    #[test]
    fn named_steps_run_in_the_usual_order() {
        let steps = chosen(&["tidy".into(), "fmt".into()]).expect("both exist");
        assert_eq!(steps.iter().map(|step| step.name).collect::<Vec<_>>(), ["fmt", "tidy"]);
    }
}
