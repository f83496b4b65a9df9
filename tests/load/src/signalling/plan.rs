use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// What was asked for on the command line.
pub struct Plan {
    pub server: PathBuf,
    pub quick: bool,
    pub check: bool,
    pub only: Option<String>,
    pub rounds: usize,
    pub report: Option<PathBuf>,
}

impl Plan {
    pub fn read(words: &[String]) -> Result<Self> {
        let mut plan = Self { server: PathBuf::new(), quick: false, check: false, only: None, rounds: 1, report: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--quick" => plan.quick = true,
                "--check" => plan.check = true,
                "--server" => plan.server = value()?.into(),
                "--only" => plan.only = Some(value()?.clone()),
                "--rounds" => plan.rounds = value()?.parse()?,
                "--report" => plan.report = Some(value()?.into()),
                other => bail!("`{other}` is no option"),
            }
        }
        Ok(plan)
    }
}
