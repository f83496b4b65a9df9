use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

use crate::data::Shape;

/// A quick look is at so small a part, with so few of the questions.
const QUICK: (u32, usize) = (20, 5);

/// What was asked for on the command line.
pub struct Plan {
    /// Which databases.
    pub engines: Vec<Engine>,
    /// How much there is in them.
    pub shape: Shape,
    /// One in so many of the questions is asked.
    pub one_in: usize,
    /// Fail where a goal is missed.
    pub check: bool,
    /// Only trials whose name contains this.
    pub only: Option<String>,
    /// How often everything is asked.
    pub rounds: usize,
    /// The Python that Radicale is installed for, if there is one.
    pub radicale: Option<PathBuf>,
    /// A file, or an address of PostgreSQL, that is filled if nothing is in it, and kept; otherwise a new one.
    pub database: Option<String>,
    /// The document the table goes to.
    pub report: Option<PathBuf>,
    /// Where all values go, as JSON.
    pub json: Option<PathBuf>,
}

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// One file.
    Sqlite,
    /// A cluster of its own, from Debian's package.
    Postgres,
}

impl Engine {
    /// That of a file or of an address.
    fn of(address: &str) -> Self {
        if address.starts_with("postgres") { Self::Postgres } else { Self::Sqlite }
    }

    /// As it is called in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl Plan {
    /// Reads the command line.
    pub fn read(words: &[String]) -> Result<Self> {
        let mut plan = Self {
            engines: vec![Engine::Sqlite, Engine::Postgres],
            shape: Shape::full(),
            one_in: 1,
            check: false,
            only: None,
            rounds: 1,
            radicale: None,
            database: None,
            report: None,
            json: None,
        };
        let (mut is_quick, mut part, mut seed, mut one_in) = (false, None, None, None);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--quick" => is_quick = true,
                "--check" => plan.check = true,
                "--engine" => {
                    let name = value()?;
                    plan.engines.retain(|engine| engine.name() == name);
                    ensure!(!plan.engines.is_empty(), "--engine is sqlite or postgres");
                }
                "--part" => part = Some(value()?.parse()?),
                "--ask-one-in" => one_in = Some(value()?.parse()?),
                "--seed" => seed = Some(value()?.parse()?),
                "--only" => plan.only = Some(value()?.clone()),
                "--radicale" => plan.radicale = Some(value()?.into()),
                "--database" => plan.database = Some(value()?.clone()),
                "--rounds" => plan.rounds = value()?.parse()?,
                "--report" => plan.report = Some(value()?.into()),
                "--json" => plan.json = Some(value()?.into()),
                other => bail!("`{other}` is no option"),
            }
        }
        let usual = if is_quick { QUICK } else { (1, 1) };
        plan.shape = plan.shape.part(part.unwrap_or(usual.0));
        if let Some(address) = &plan.database {
            plan.engines = vec![Engine::of(address)];
        }
        plan.one_in = one_in.unwrap_or(usual.1).max(1);
        if let Some(seed) = seed {
            plan.shape.seed = seed;
        }
        Ok(plan)
    }
}
