//! Fills, asks, prints, writes, checks.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use http::Method;
use storage::{PostgresStore, SqliteStore, Store};

use crate::data::{self, Calendar};
use crate::figures::{self, Report};
use crate::peers;
use crate::plan::{Engine, Plan};
use crate::radicale;
use crate::servers::postgres::PostgresServer;
use crate::site::Site;
use crate::trials::{self, Ground, Shown, TRIALS};

/// As many threads as the machine has cores that the goals are for.
const THREADS: usize = 2;

/// Does all that the plan says.
pub fn run(plan: &Plan) -> Result<()> {
    let chosen: Vec<&str> = TRIALS
        .iter()
        .filter(|trial| plan.only.as_ref().is_none_or(|only| trial.contains(only.as_str())))
        .copied()
        .collect();
    let is_radicale = plan.only.as_deref() == Some("radicale");
    ensure!(is_radicale || !chosen.is_empty(), "no such trial; there are: {}, radicale", TRIALS.join(", "));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    let mut report = Report::new(plan.shape);
    for engine in plan.engines.iter().filter(|_| !is_radicale) {
        runtime.block_on(measure(plan, *engine, &chosen, &mut report))?;
    }
    if plan.only.as_ref().is_none_or(|only| "radicale".contains(only.as_str())) {
        match &plan.radicale {
            Some(python) => match runtime.block_on(radicale::ask(python, plan.shape)) {
                Ok(took) => report.radicale = Some(took),
                Err(error) => println!("Radicale is not in the tables: {error:#}"),
            },
            None => println!("Radicale is not in the tables: no --radicale says where it is"),
        }
    }
    let text = report.text();
    println!("\n{text}");
    if let Some(file) = &plan.report {
        figures::write(file, &text)?;
    }
    if let Some(file) = &plan.json {
        std::fs::write(file, report.json()).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let short = report.short_of_goals();
    short.iter().for_each(|line| println!("{line}"));
    if plan.check && !short.is_empty() {
        bail!("{} goals are not reached", short.len());
    }
    Ok(())
}

async fn measure(plan: &Plan, engine: Engine, chosen: &[&str], report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("rennsteig.db");
    let (server, address) = match (&plan.database, engine) {
        (Some(address), _) => (None, address.clone()),
        (None, Engine::Sqlite) => (None, file.to_string_lossy().into_owned()),
        (None, Engine::Postgres) => {
            let server = PostgresServer::start_durable()?;
            let address = server.create_database("diary")?;
            (Some(server), address)
        }
    };
    // Makes the tables.
    drop(open(engine, &address).await?);
    let mut shown = Shown::new();
    if !data::is_filled(engine, &address).await? {
        let began = Instant::now();
        data::fill(engine, &address, plan.shape).await?;
        shown.insert("fill.seconds".to_owned(), began.elapsed().as_secs_f64());
    }
    if engine == Engine::Sqlite {
        shown.insert("fill.mib".to_owned(), size(Path::new(&address))? / 1_048_576.0);
    }
    let began = Instant::now();
    let site = Arc::new(Site::open(open(engine, &address).await?).await?);
    site.must(0, Method::GET, "/api/v1/session", None).await?;
    shown.insert("start.seconds".to_owned(), began.elapsed().as_secs_f64());
    let loaded = site.scheduler.load_room_times().await?;
    shown.insert("memory.seconds".to_owned(), loaded.took.as_secs_f64());
    shown.insert("memory.mib".to_owned(), loaded.bytes as f64 / 1_048_576.0);
    shown.insert("memory.claims".to_owned(), loaded.claims as f64);
    note(engine, "start", shown, report);
    if plan.only.is_none() {
        let shown = peers::ask(engine, &address, plan.shape, &Calendar::new()).await.context("plain SQL")?;
        note(engine, "plain SQL", shown, report);
    }
    for round in 0..plan.rounds {
        let ground =
            Ground { site: site.clone(), shape: plan.shape, calendar: Calendar::new(), one_in: plan.one_in, round };
        for trial in chosen {
            let shown = trials::run(&ground, trial).await.with_context(|| format!("{}: {trial}", engine.name()))?;
            note(engine, trial, shown, report);
        }
    }
    drop(server);
    Ok(())
}

fn note(engine: Engine, trial: &str, shown: Shown, report: &mut Report) {
    println!("{:<9} {trial:<13} {}", engine.name(), figures::line(&shown));
    report.add(engine, shown);
}

async fn open(engine: Engine, address: &str) -> Result<Arc<dyn Store>> {
    Ok(match engine {
        Engine::Sqlite => Arc::new(SqliteStore::open(address).await?),
        Engine::Postgres => Arc::new(PostgresStore::connect(address).await?),
    })
}

fn size(file: &Path) -> Result<f64> {
    Ok(std::fs::metadata(file)?.len() as f64)
}
