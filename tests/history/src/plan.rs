//! What is asked of a run.

use anyhow::{Context as _, Result, bail, ensure};

/// What was asked for on the command line.
#[derive(Clone, Debug)]
pub struct Plan {
    /// On which databases, one after the other.
    pub engines: Vec<Engine>,
    /// How many operations on each; reading is none.
    pub operations: usize,
    /// How many clients at once.
    pub clients: usize,
    /// How often the program is killed.
    pub kills: usize,
    /// The same choices for the same seed; what comes of them depends on who is faster.
    pub seed: u64,
}

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file.
    Sqlite,
    /// A cluster of its own, from Debian's package.
    Postgres,
}

impl Engine {
    /// As it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self { engines: vec![Engine::Sqlite, Engine::Postgres], operations: 1_000_000, clients: 64, kills: 20, seed: 1 }
    }
}

impl Plan {
    /// Reads the command line.
    pub fn read(words: &[String]) -> Result<Self> {
        let mut plan = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("{word} needs a value"))?;
            match word.as_str() {
                "--engine" => {
                    plan.engines.retain(|engine| engine.name() == value);
                    ensure!(!plan.engines.is_empty(), "--engine is sqlite or postgres");
                }
                "--operations" => plan.operations = value.parse()?,
                "--clients" => plan.clients = value.parse()?,
                "--kills" => plan.kills = value.parse()?,
                "--seed" => plan.seed = value.parse()?,
                other => bail!("`{other}` is no option"),
            }
        }
        ensure!(plan.clients >= 1 && plan.operations > plan.kills, "too few clients or operations");
        Ok(plan)
    }
}
