use std::time::Duration;

use domain::Private;
use jiff::Timestamp;
use protocol::livekit;
use protocol::turn::turn_credentials;

/// Relays (TURN) for clients whose way to our UDP port is closed; they run beside us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relays {
    /// `turn:host:port?transport=udp`, `turns:host:port`.
    pub urls: Vec<String>,
    /// What they share with us.
    pub secret: Private<String>,
    /// How long a password opens them. A connection that is open stays open.
    pub lifetime: Duration,
}

impl Relays {
    /// What a client called `name` is told.
    pub fn told(&self, name: &str, now: Timestamp) -> livekit::IceServer {
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let until = now.as_second().saturating_add(lifetime);
        let (username, credential) = turn_credentials(self.secret.expose(), name, until);
        livekit::IceServer { urls: self.urls.clone(), username, credential }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_participant_gets_a_password_of_its_own_that_ends() {
        let relays = Relays {
            urls: vec!["turns:relay.example.org:5349".into()],
            secret: Private::from("geheim"),
            lifetime: Duration::from_secs(600),
        };
        let now = Timestamp::from_second(1_749_999_400).expect("an instant");
        let told = relays.told("PA_anna", now);
        assert_eq!((told.urls, told.username.as_str()), (relays.urls.clone(), "1750000000:PA_anna"));
        assert_ne!(told.credential, relays.told("PA_ben", now).credential);
        assert!(!format!("{relays:?}").contains("geheim"), "nobody reads the secret in a log");
    }
}
