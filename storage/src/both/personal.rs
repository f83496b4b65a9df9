//! One person's rows, found by the list in `domain::retention`: the statements are built from it.

use async_trait::async_trait;
use domain::Identity;
use domain::retention::{Blank, Erased, HOLDINGS, Holding, Link, Reason};
use jiff::Timestamp;
use uuid::Uuid;

use super::unit::{EngineUnit, Result, built, built_rows, rows};
use crate::rows::{IdRow, LineRow};
use crate::{PersonalData, StoredRow, Subject};

#[async_trait]
impl PersonalData for EngineUnit {
    async fn stored_about(&mut self, subject: &Subject) -> Result<Vec<StoredRow>> {
        let found = self.found(subject).await?;
        let mut stored = Vec::new();
        for held in HOLDINGS {
            let mut values = Vec::new();
            let Some(condition) = found.any_of(held.about, &mut values) else { continue };
            let text = format!("SELECT {} AS line FROM {} WHERE {condition}", line(held), held.table);
            let mut question = built_rows::<LineRow>(text);
            for value in values {
                question = match value {
                    Value::Id(id) => question.bind(id),
                    Value::Text(text) => question.bind(text),
                    Value::Bytes(bytes) => question.bind(bytes),
                    Value::Number(number) => question.bind(number),
                };
            }
            let lines = self.all(question).await?;
            stored.extend(lines.into_iter().map(|row| StoredRow { table: held.table, columns: row.line.into() }));
        }
        Ok(stored)
    }

    async fn erase(&mut self, subject: &Subject, reason: Reason, now: Timestamp) -> Result<Vec<(&'static str, u64)>> {
        self.must_write()?;
        let found = self.found(subject).await?;
        let mut erased = Vec::new();
        // What is found through another table goes before that table's rows do.
        let is_through = |held: &&Holding| held.about.iter().any(|link| matches!(link, Link::Through { .. }));
        let (through, direct): (Vec<&Holding>, Vec<&Holding>) = HOLDINGS.iter().partition(is_through);
        for held in through.into_iter().chain(direct) {
            let count = self.erase_from(held, &found, now).await?;
            if count > 0 {
                self.note_deletion(held.table, reason, now, count).await?;
                erased.push((held.table, count));
            }
        }
        if let Some(account) = subject.account {
            let mark = built("UPDATE people SET erased_at = $2 WHERE id = $1".into())
                .bind(account.as_uuid())
                .bind(now.as_second());
            // The number goes with the next tidying up: until then servers see that the account was closed.
            self.execute(mark).await?;
        }
        Ok(erased)
    }
}

impl EngineUnit {
    async fn found(&mut self, subject: &Subject) -> Result<Found> {
        let address = subject.address.expose().to_lowercase();
        let question = rows::<IdRow>("SELECT id FROM invitations WHERE lower(guest_email) = $1").bind(address.clone());
        let guest = |row: IdRow| Identity::from(domain::InvitationId::from_uuid(row.id)).as_str().to_owned();
        let mut identities: Vec<String> = self.all(question).await?.into_iter().map(guest).collect();
        identities.extend(subject.account.map(|id| Identity::from(id).as_str().to_owned()));
        let account = subject.account.map(domain::PersonId::as_uuid);
        Ok(Found { account, address, identities, sign_in_hash: subject.sign_in_hash.to_vec() })
    }

    async fn erase_from(&mut self, held: &Holding, found: &Found, now: Timestamp) -> Result<u64> {
        let mut values = Vec::new();
        let text = match held.erased {
            Erased::Soon => return Ok(0),
            Erased::Deleted => {
                found.any_of(held.about, &mut values).map(|those| format!("DELETE FROM {} WHERE {those}", held.table))
            }
            Erased::Kept { blanked, by, .. } => found.any_of(by, &mut values).map(|those| {
                let blank =
                    |(column, blank): &(&str, Blank)| format!("{column} = {}", found.blank(*blank, now, &mut values));
                let columns: Vec<String> = blanked.iter().map(blank).collect();
                format!("UPDATE {} SET {} WHERE {those}", held.table, columns.join(", "))
            }),
        };
        let Some(text) = text else { return Ok(0) };
        let mut statement = built(text);
        for value in values {
            statement = match value {
                Value::Id(id) => statement.bind(id),
                Value::Text(text) => statement.bind(text),
                Value::Bytes(bytes) => statement.bind(bytes),
                Value::Number(number) => statement.bind(number),
            };
        }
        self.execute(statement).await
    }
}

/// A value that a built statement is given.
enum Value {
    Id(Uuid),
    Text(String),
    Bytes(Vec<u8>),
    Number(i64),
}

/// Takes a value and answers the name it has in the statement.
fn given(values: &mut Vec<Value>, value: Value) -> String {
    values.push(value);
    format!("${}", values.len())
}

/// Under what somebody is stored.
struct Found {
    account: Option<Uuid>,
    address: String,
    identities: Vec<String>,
    sign_in_hash: Vec<u8>,
}

impl Found {
    /// The condition that one of the links leads to the person; none where none can.
    fn any_of(&self, links: &[Link], values: &mut Vec<Value>) -> Option<String> {
        let conditions: Vec<String> = links.iter().filter_map(|link| self.condition(*link, values)).collect();
        (!conditions.is_empty()).then(|| format!("({})", conditions.join(" OR ")))
    }

    fn condition(&self, link: Link, values: &mut Vec<Value>) -> Option<String> {
        Some(match link {
            Link::Account(column) => format!("{column} = {}", given(values, Value::Id(self.account?))),
            Link::Address(column) => {
                format!("lower({column}) = {}", given(values, Value::Text(self.address.clone())))
            }
            Link::SignInHash(column) => {
                format!("{column} = {}", given(values, Value::Bytes(self.sign_in_hash.clone())))
            }
            Link::Identity(column) => self.each_identity(values, |name| format!("{column} = {name}"))?,
            Link::Mention(column) => {
                self.each_identity(values, |name| format!("replace({column}, {name}, '') <> {column}"))?
            }
            Link::Through { column, table, by } => {
                format!("{column} IN (SELECT id FROM {table} WHERE {})", self.any_of(by, values)?)
            }
        })
    }

    fn each_identity(&self, values: &mut Vec<Value>, condition: impl Fn(String) -> String) -> Option<String> {
        let of = |identity: &String| condition(given(values, Value::Text(identity.clone())));
        let conditions: Vec<String> = self.identities.iter().map(of).collect();
        (!conditions.is_empty()).then(|| conditions.join(" OR "))
    }

    fn blank(&self, blank: Blank, now: Timestamp, values: &mut Vec<Value>) -> String {
        match blank {
            Blank::Nothing => "NULL".to_owned(),
            Blank::Text(text) => given(values, Value::Text(text.to_owned())),
            // `.invalid` never receives mail (RFC 2606, section 2).
            Blank::NoAddress => {
                let id = self.account.unwrap_or_default();
                given(values, Value::Text(format!("{}@erased.invalid", id.simple())))
            }
            Blank::Now => given(values, Value::Number(now.as_second())),
        }
    }
}

/// A row as a JSON object, without what tells nobody anything.
fn line(held: &Holding) -> String {
    let shown = |column: &&str| match held.concealed.contains(column) {
        true => format!("'{column}', CASE WHEN {column} IS NULL THEN NULL ELSE '***' END"),
        false => format!("'{column}', {}", super::unit::shown(column)),
    };
    let columns: Vec<String> = held.beside.iter().chain(held.columns).map(shown).collect();
    super::unit::json_object(&columns.join(", "))
}
