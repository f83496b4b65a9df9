mod line;

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::Private;
use futures_util::future::join_all;
use lettre::Address;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use tokio::time::timeout;

use self::line::{Line, Patience, Way};
use super::delivery::{Postman, Undelivered};

/// Scanners look at a letter while we wait, and servers slow down whom they do not know: but no letter is worth more, for
/// others wait behind it.
const PATIENCE: Patience = Patience { answer: Duration::from_secs(30), letter: Duration::from_secs(90) };

/// Where mail goes out.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Name of the mail server.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
    /// How the line is protected.
    pub encryption: Encryption,
    /// Name and password, if it asks for them.
    pub credentials: Option<(String, Private<String>)>,
    /// Certificates (PEM) to believe beside those of the operating system.
    pub authorities: Vec<u8>,
    /// The address messages come from.
    pub from: MailSender,
}

/// An address of ours: the one messages come from, where the name before it is that of who
/// invites, or the one calendars answer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSender(Address);

impl FromStr for MailSender {
    type Err = UnusableMailServer;

    fn from_str(text: &str) -> Result<Self, UnusableMailServer> {
        text.parse().map(Self).map_err(|_| UnusableMailServer("the sender is not a mail address".into()))
    }
}

impl MailSender {
    pub(crate) fn address(&self) -> &Address {
        &self.0
    }
}

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Begins in the clear and changes to TLS before anything is said (RFC 3207); required.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None. Only for a server on the same machine.
    None,
}

/// The mail server cannot be used as configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnusableMailServer(String);

/// Hands messages to an SMTP server, over lines that are kept for as long as there is something to send.
pub struct SmtpPostman {
    way: Way,
    sender: Address,
    /// Lines nobody speaks on just now.
    lines: Mutex<Vec<Line>>,
}

impl SmtpPostman {
    /// Prepares; connects when there is something to send.
    pub fn new(config: &SmtpConfig) -> Result<Self, UnusableMailServer> {
        Self::patient(config, PATIENCE)
    }

    fn patient(config: &SmtpConfig, patience: Patience) -> Result<Self, UnusableMailServer> {
        let unusable = |error: lettre::transport::smtp::Error| UnusableMailServer(error.to_string());
        let tls = || {
            let mut parameters = TlsParameters::builder(config.host.clone());
            for certificate in certificates(&config.authorities)? {
                parameters = parameters.add_root_certificate(certificate);
            }
            parameters.build_rustls().map_err(unusable)
        };
        let tls = match config.encryption {
            Encryption::StartTls | Encryption::Tls => Some(tls()?),
            Encryption::None => None,
        };
        let credentials = config.credentials.as_ref();
        let way = Way {
            host: config.host.clone(),
            port: config.port,
            encryption: config.encryption,
            tls,
            credentials: credentials.map(|(name, word)| Credentials::new(name.clone(), word.expose().clone())),
            patience,
        };
        Ok(Self { way, sender: config.from.address().clone(), lines: Mutex::default() })
    }

    /// Connects, encrypts and signs in, as for a message, and sends none.
    pub async fn try_line(&self) -> Result<(), Undelivered> {
        Line::open(&self.way).await?.close().await;
        Ok(())
    }

    async fn carry(&self, recipient: &Address, message: &[u8]) -> Result<(), Undelivered> {
        let free = self.lines().pop();
        if let Some(line) = free {
            match self.carry_over(line, recipient, message).await {
                // The server has had enough of this line, or it broke meanwhile: nothing was said of the letter.
                Err(Undelivered::Away(_)) => {}
                outcome => return outcome,
            }
        }
        self.carry_over(Line::open(&self.way).await?, recipient, message).await
    }

    async fn carry_over(&self, mut line: Line, recipient: &Address, message: &[u8]) -> Result<(), Undelivered> {
        line.hand_over(&self.sender, recipient, message).await?;
        self.lines().push(line);
        Ok(())
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, UnusableMailServer> {
    let text = String::from_utf8_lossy(pem);
    let end = "-----END CERTIFICATE-----";
    text.split_inclusive(end)
        .filter(|one| one.contains(end))
        .map(|one| {
            Certificate::from_pem(one.as_bytes())
                .map_err(|_| UnusableMailServer("the file of certificates cannot be read".into()))
        })
        .collect()
}

#[async_trait]
impl Postman for SmtpPostman {
    async fn begin(&self) -> Result<(), Undelivered> {
        let line = Line::open(&self.way).await?;
        self.lines().push(line);
        Ok(())
    }

    async fn deliver(&self, recipient: &Private<String>, message: &Private<Vec<u8>>) -> Result<(), Undelivered> {
        let Ok(recipient) = recipient.expose().parse() else {
            return Err(Undelivered::Never("the address is not valid".into()));
        };
        let carried = timeout(self.way.patience.letter, self.carry(&recipient, message.expose()));
        carried.await.unwrap_or_else(|_| Err(Undelivered::Later("the mail server takes too long".into())))
    }

    async fn rest(&self) {
        let lines = std::mem::take(&mut *self.lines());
        join_all(lines.into_iter().map(Line::close)).await;
    }
}

#[cfg(test)]
mod tests;
