use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that must never reach a log: a name, a mail address, an IP address, a token, an SDP.
///
/// `Debug` and `Display` always print `***`. Serialising writes the value, because rows,
/// answers to people who may see it, and messages between nodes need it.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Whoever calls this answers for where it goes.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl From<String> for Private<String> {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Display for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn a_private_value_never_prints() {
        let name = Private::from("Sabine Krämer");
        assert_eq!(format!("{name} {name:?} {:?}", Some(&name)), "*** *** Some(***)");
        assert_eq!(name.expose(), "Sabine Krämer");
    }
}
