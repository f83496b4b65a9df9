//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The state's own conferencing: books rooms, issues join tokens, brokers meetings, forwards media.
#[derive(Debug, Parser)]
#[command(name = "rennsteig", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves until it is told to stop.
    Serve(Serve),
    /// Joins a test meeting like a participant and says how the media travels.
    Probe(crate::probe::Arguments),
    /// Checks ports, database, cluster and settings, and says how to mend what is wrong.
    Doctor(Settings),
    /// Takes an answer to an invitation: reads one message from standard input, as a mail server hands it over.
    MailIn(MailIn),
    /// Hands over or erases everything that is stored about one person or guest.
    #[command(subcommand)]
    Person(PersonCommand),
    /// Shows what was deleted when, of what and why.
    Deletions(Deletions),
    /// Asks a running server whether it is well; for supervisors and containers.
    Health(Health),
    /// Shows settings and their schema.
    Config(ConfigCommand),
}

/// Where the settings come from.
#[derive(Clone, Debug, Default, Args)]
pub struct Settings {
    /// A TOML file; environment variables RENNSTEIG__SECTION__KEY win over it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub settings: Settings,
    /// Which halves this process runs; both by default.
    #[arg(long, value_delimiter = ',', value_name = "ROLE,ROLE")]
    pub roles: Vec<Role>,
    /// Adds rooms, people and bookings to play with; only into an empty database.
    #[arg(long)]
    pub demo: bool,
}

/// Whose answer comes in.
#[derive(Debug, Args)]
pub struct MailIn {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub settings: Settings,
    /// The address the mail server took the message for; without it the message's header is asked.
    #[arg(long, value_name = "ADDRESS")]
    pub recipient: Option<String>,
}

/// What to do with what is stored about one person.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Writes everything that is stored about the person to standard output, as JSON.
    Export(Export),
    /// Deletes everything about the person, or takes the person out of what others need.
    Erase(Erase),
}

/// Whose data is handed over.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub settings: Settings,
    /// The person's mail address.
    pub address: String,
}

/// Whose data is erased.
#[derive(Debug, Args)]
pub struct Erase {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub settings: Settings,
    /// The person's mail address.
    pub address: String,
    /// Does not ask.
    #[arg(long)]
    pub yes: bool,
}

/// Where the log of deletions lies.
#[derive(Debug, Args)]
pub struct Deletions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub settings: Settings,
}

/// Which server to ask.
#[derive(Debug, Args)]
pub struct Health {
    /// Its address.
    #[arg(default_value = "http://127.0.0.1:8080")]
    pub url: String,
}

/// Shows settings and their schema.
#[derive(Debug, Args)]
pub struct ConfigCommand {
    #[command(subcommand)]
    #[allow(missing_docs)]
    pub show: ConfigShow,
}

/// What to show of the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigShow {
    /// The JSON schema of the file.
    Schema,
    /// The settings in force, without secrets.
    Show(Settings),
}

/// One half of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Books, issues join tokens, serves pages and API; needs the database.
    Scheduler,
    /// Brokers meetings and forwards media; has no database.
    Signaling,
}
