use domain::join::JoinWindow;
use domain::retention::Periods;
use jiff::SignedDuration;
use protocol::token::TokenKey;

use crate::dial_in::DialInConfig;
use crate::mail::MailSender;
use crate::webhooks::WebhookConfig;

/// What the scheduler is told at start.
#[derive(Clone, Debug)]
pub struct SchedulerConfig {
    /// Where browsers reach the web app: `https://meet.example.org`, without a slash at the end.
    pub base_url: String,
    /// Where clients reach signalling: `wss://meet.example.org`, without a slash at the end.
    pub signaling_url: String,
    /// Signs join tokens.
    pub token_key: TokenKey,
    /// How long a join token works.
    pub token_ttl: SignedDuration,
    /// When doors open and close.
    pub join_window: JoinWindow,
    /// A session ends after this long without use.
    pub session_idle: SignedDuration,
    /// A session ends after this long whatever happens.
    pub session_lifetime: SignedDuration,
    /// Where invitations by mail come from; without it none are written.
    pub mail_from: Option<MailSender>,
    /// The mailbox that `mail-in` reads: calendars answer to it, with a token behind a plus sign.
    /// Without it they answer to the organiser.
    pub answers_to: Option<MailSender>,
    /// Who is told what happens in meetings; without it nobody is.
    pub webhooks: Option<WebhookConfig>,
    /// How telephones come in; without it no booking has a PIN.
    pub dial_in: Option<DialInConfig>,
    /// How long things are kept that have no time of their own.
    pub periods: Periods,
    /// Most participants of a meeting whose booking holds no virtual room.
    pub participants_limit: u32,
}

/// A configured address is not of the form `scheme://host[:port]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address must look like {expected}://host[:port], without a path")]
pub struct InvalidAddress {
    /// Which schemes fit.
    pub expected: &'static str,
}

impl SchedulerConfig {
    /// The defaults of everything that has one.
    pub fn new(base_url: &str, signaling_url: &str, token_key: TokenKey) -> Result<Self, InvalidAddress> {
        Ok(Self {
            base_url: address(base_url, &["http://", "https://"], "http(s)")?,
            signaling_url: address(signaling_url, &["ws://", "wss://"], "ws(s)")?,
            token_key,
            token_ttl: SignedDuration::from_mins(5),
            join_window: JoinWindow::default(),
            session_idle: SignedDuration::from_mins(30),
            session_lifetime: SignedDuration::from_hours(12),
            mail_from: None,
            answers_to: None,
            webhooks: None,
            dial_in: None,
            periods: Periods::default(),
            participants_limit: 500,
        })
    }
}

fn address(text: &str, schemes: &[&str], expected: &'static str) -> Result<String, InvalidAddress> {
    let text = text.trim_end_matches('/');
    let host = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).ok_or(InvalidAddress { expected })?;
    let fits = !host.is_empty() && !host.contains(['/', '?', '#', '@']) && crate::authority(text).is_some();
    if fits { Ok(text.to_owned()) } else { Err(InvalidAddress { expected }) }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_a_scheme_and_a_host_and_nothing_more() {
        let http = |text| address(text, &["http://", "https://"], "http(s)");
        assert_eq!(http("https://meet.example.org/").as_deref(), Ok("https://meet.example.org"));
        assert_eq!(http("http://127.0.0.1:8080").as_deref(), Ok("http://127.0.0.1:8080"));
        for text in ["", "meet.example.org", "ftp://x", "https://", "https://x/y", "https://x?y", "https://a b"] {
            assert!(http(text).is_err(), "{text}");
        }
    }
}
