//! What is stored about one person, and its end; and what was deleted when and why.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line program speaks to its terminal")]

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use domain::Private;
use scheduler::{Erasing, NotDone, Scheduler};

use crate::cli::{Deletions, Erase, Export, PersonCommand, Settings};
use crate::{beside, config};

/// Lines of the log that are shown: about a year with everything that can be deleted each day.
const LINES: u32 = 10_000;

/// Hands over or erases what is stored about one person.
pub async fn command(command: PersonCommand) -> anyhow::Result<ExitCode> {
    match command {
        PersonCommand::Export(export) => self::export(export).await,
        PersonCommand::Erase(erase) => self::erase(erase).await,
    }
}

async fn export(Export { settings, address }: Export) -> anyhow::Result<ExitCode> {
    let scheduler = open(&settings).await?;
    match scheduler.export_person(&Private::new(address)).await {
        Ok(document) => {
            println!("{}", serde_json::to_string_pretty(&document)?);
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => told(refused),
    }
}

async fn erase(Erase { settings, address, yes }: Erase) -> anyhow::Result<ExitCode> {
    let scheduler = open(&settings).await?;
    let address = Private::new(address);
    let asked = match scheduler.ask_to_erase(&address).await {
        Ok(asked) => asked,
        Err(refused) => return told(refused),
    };
    show(&asked);
    if !yes && !confirmed(&address)? {
        eprintln!("Nothing was erased.");
        return Ok(ExitCode::FAILURE);
    }
    finish(&scheduler, &address).await
}

async fn finish(scheduler: &Scheduler, address: &Private<String>) -> anyhow::Result<ExitCode> {
    match scheduler.erase_person(address).await {
        Ok(done) => {
            println!(
                "Erased: {} rows in {} tables.",
                done.rows.iter().map(|(_, rows)| rows).sum::<u64>(),
                done.rows.len()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => told(refused),
    }
}

fn show(asked: &Erasing) {
    println!("{}", if asked.has_account { "There is an account." } else { "There is no account, but a guest." });
    if asked.cancelled > 0 {
        println!("{} booking(s) with dates to come will be cancelled, and who is invited told.", asked.cancelled);
    }
    for (table, rows) in &asked.rows {
        println!("{rows:>8}  {table}");
    }
    println!("What others need stays without the name. This cannot be undone.");
}

/// The address typed once more: who only says yes has not looked.
fn confirmed(address: &Private<String>) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        eprintln!("Without a terminal to ask at, say --yes.");
        return Ok(false);
    }
    print!("Type the mail address again to erase: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().eq_ignore_ascii_case(address.expose().trim()))
}

fn told(refused: NotDone) -> anyhow::Result<ExitCode> {
    match refused {
        NotDone::Storage(error) => Err(error.into()),
        refused => {
            eprintln!("{refused}");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn open(settings: &Settings) -> anyhow::Result<Scheduler> {
    let config = config::load(settings.config.as_deref())?;
    beside::scheduler(&config, beside::cluster(&config).await?).await
}

/// Shows the log of deletions, the newest day first.
pub async fn deletions(Deletions { settings }: Deletions) -> anyhow::Result<ExitCode> {
    let scheduler = open(&settings).await?;
    println!("day\treason\ttable\trows\tlatest");
    for line in scheduler.deletions(LINES).await? {
        let day = line.day.strftime("%Y-%m-%d");
        println!("{day}\t{}\t{}\t{}\t{}", line.reason, line.table, line.rows, line.latest_at);
    }
    Ok(ExitCode::SUCCESS)
}
