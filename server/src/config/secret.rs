use std::fmt;
use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A configured secret: never printed, and written as `***` when the configuration is shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, of this key or of the file beside it; `None` if neither is set.
    pub fn or_file(&self, file: &Path, key: &'static str) -> Result<Option<String>, SecretError> {
        match (self.0.is_empty(), file.as_os_str().is_empty()) {
            (true, true) => Ok(None),
            (false, true) => Ok(Some(self.0.clone())),
            (false, false) => Err(SecretError::Both(key)),
            (true, false) => {
                let text = fs::read_to_string(file).map_err(|source| SecretError::Unreadable { key, source })?;
                Ok(Some(text.trim().to_owned()))
            }
        }
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "***" })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Set twice.
    #[error("set either `{0}` or `{0}_file`, not both")]
    Both(&'static str),
    /// The file cannot be read.
    #[error("the file named by `{key}_file` cannot be read")]
    Unreadable {
        /// Which key.
        key: &'static str,
        /// Why.
        source: std::io::Error,
    },
}
