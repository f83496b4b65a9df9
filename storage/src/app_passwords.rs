use async_trait::async_trait;
use domain::{AppPasswordId, PersonId};
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// A password for one calendar program of a person. It opens nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppPassword {
    /// Stable id.
    pub id: AppPasswordId,
    /// Whose rights it carries.
    pub person: PersonId,
    /// What its person calls it.
    pub label: String,
    /// SHA-256 of the drawn password.
    pub secret_hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// The beginning of the day (UTC) it was last used on; no closer.
    pub used_day: Option<Timestamp>,
}

/// Passwords for calendar programs.
#[async_trait]
pub trait AppPasswords {
    /// Adds one.
    async fn add_app_password(&mut self, password: &AppPassword) -> Result<()>;
    /// By the hash of its secret.
    async fn app_password(&mut self, secret_hash: &[u8; 32]) -> Result<Option<AppPassword>>;
    /// Those of a person, the oldest first.
    async fn app_passwords_of(&mut self, person: PersonId) -> Result<Vec<AppPassword>>;
    /// Notes the day of a use.
    async fn use_app_password(&mut self, id: AppPasswordId, day: Timestamp) -> Result<()>;
    /// Ends one, if it is this person's; answers whether it was.
    async fn end_app_password(&mut self, person: PersonId, id: AppPasswordId) -> Result<bool>;
}
