//! The real program, its database, and whom and what it is about.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::servers::postgres::PostgresServer;
use tests::{Person, Process};
use tokio::sync::watch;

use crate::event::RoomNumber;
use crate::plan::Engine;

/// Rooms, few enough that everybody is in everybody's way.
const ROOMS: usize = 24;
/// The last of them have to be asked for.
const ASKED: usize = 4;
/// How long a token of a client is good for, days.
const TOKEN_DAYS: u32 = 2;

/// The rooms by number.
pub struct Rooms {
    ids: Vec<String>,
    numbers: HashMap<String, RoomNumber>,
}

impl Rooms {
    /// In the order of their numbers.
    pub fn new(ids: Vec<String>) -> Self {
        let numbers = ids.iter().enumerate();
        let numbers = numbers.map(|(number, id)| (id.clone(), RoomNumber::try_from(number).expect("few rooms")));
        Self { numbers: numbers.collect(), ids }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What the program calls these.
    pub fn ids(&self, rooms: &[RoomNumber]) -> Vec<&str> {
        rooms.iter().map(|room| self.ids[usize::from(*room)].as_str()).collect()
    }

    /// Which one the program calls so.
    pub fn number(&self, id: &str) -> Option<RoomNumber> {
        self.numbers.get(id).copied()
    }
}

/// A program that can be killed, on a database that stays.
pub struct Site {
    folder: TempDir,
    postgres: Option<PostgresServer>,
    address: String,
    process: Option<Process>,
    base: watch::Sender<Option<String>>,
}

impl Site {
    /// Starts both.
    pub async fn start(engine: Engine) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (postgres, address) = match engine {
            Engine::Sqlite => (None, format!("sqlite:{}", folder.path().join("rennsteig.db").display())),
            Engine::Postgres => {
                let server = PostgresServer::start_durable()?;
                let address = server.create_database("history")?;
                (Some(server), address)
            }
        };
        let mut site = Self { folder, postgres, address, process: None, base: watch::Sender::new(None) };
        site.run().await;
        Ok(site)
    }

    async fn run(&mut self) {
        let url = self.postgres.is_some().then_some(self.address.as_str());
        let mut settings = vec![("LOG__FILTER", "warn")];
        settings.extend(url.map(|url| ("STORAGE__URL", url)));
        let process = Process::serve(self.folder.path(), None, &settings).await;
        self.base.send_replace(Some(process.base.clone()));
        self.process = Some(process);
    }

    /// Kills the program, one time in two the database server too, and starts them again.
    pub async fn fails(&mut self, also_the_database: bool) -> Result<()> {
        self.base.send_replace(None);
        if let Some(process) = self.process.take() {
            process.kill().await;
        }
        if let Some(postgres) = self.postgres.as_mut().filter(|_| also_the_database) {
            postgres.crash();
            postgres.restart()?;
        }
        self.run().await;
        Ok(())
    }

    /// Ends the program in peace; the database can be read then.
    pub async fn stop(&mut self) -> Result<&str> {
        if let Some(mut process) = self.process.take() {
            ensure!(process.stop().await, "the program did not end well: {}", process.output());
        }
        Ok(&self.address)
    }

    /// Where the program is.
    pub fn base(&self) -> watch::Receiver<Option<String>> {
        self.base.subscribe()
    }

    /// Makes the rooms; the keeper looks after those that have to be asked for.
    pub async fn rooms(&self, keeper: &Person) -> Result<Rooms> {
        let admin = self.running().admin().await;
        let mut ids = Vec::with_capacity(ROOMS);
        for number in 0..ROOMS {
            let id = admin.adds_room("physical", &format!("Sitzungszimmer {number}"), 20).await;
            if number >= ROOMS - ASKED {
                let rules = json!({"approval": "always", "delegates": [keeper.id]});
                let browser = admin.browser.clone().with("if-match", "\"1\"");
                let set = browser.clone().ask(Method::PUT, &format!("/api/v1/rooms/{id}/policy"), &rules).await;
                ensure!(set.status == 200, "{}", set.text);
            }
            ids.push(id);
        }
        Ok(Rooms::new(ids))
    }

    /// Somebody new.
    pub async fn person(&self, name: &str) -> Person {
        self.running().person(name).await
    }

    /// A token for a program of this person.
    pub async fn token(&self, person: &Person) -> String {
        let made = person.asks(Method::POST, "/api-tokens", json!({"label": "Buchungen", "days": TOKEN_DAYS})).await;
        let made: Value = made.ok();
        made["token"].as_str().expect("a token is told once").to_owned()
    }

    fn running(&self) -> &Process {
        self.process.as_ref().expect("the program runs")
    }
}
