use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use domain::Private;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::delivery::{Postman, Undelivered};

/// Longest wait for one answer of the mail server.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// Hands messages to an SMTP server, over a few connections that stay open.
#[derive(Debug)]
pub struct SmtpPostman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Address,
}

impl SmtpPostman {
    /// Prepares; connects when there is something to send.
    pub fn new(config: &SmtpConfig) -> Result<Self, UnusableMailServer> {
        let unusable = |error: lettre::transport::smtp::Error| UnusableMailServer(error.to_string());
        let tls = || {
            let mut parameters = TlsParameters::builder(config.host.clone());
            for certificate in certificates(&config.authorities)? {
                parameters = parameters.add_root_certificate(certificate);
            }
            parameters.build_rustls().map_err(unusable)
        };
        let tls = match config.encryption {
            Encryption::StartTls => Tls::Required(tls()?),
            Encryption::Tls => Tls::Wrapper(tls()?),
            Encryption::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = &config.credentials {
            transport = transport.credentials(Credentials::new(name.clone(), password.expose().clone()));
        }
        Ok(Self { transport: transport.build(), sender: config.from.address().clone() })
    }

    /// Connects, encrypts and signs in, as for a message, and sends none.
    pub async fn try_line(&self) -> Result<(), Undelivered> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Undelivered::Later("the mail server hangs up".into())),
            Err(error) => Err(Undelivered::Later(code(&error))),
        }
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
    async fn deliver(&self, recipient: &Private<String>, message: &Private<Vec<u8>>) -> Result<(), Undelivered> {
        let never = |what: &str| Undelivered::Never(what.into());
        let recipient: Address = recipient.expose().parse().map_err(|_| never("the address is not valid"))?;
        let envelope =
            Envelope::new(Some(self.sender.clone()), vec![recipient]).map_err(|_| never("the address is not valid"))?;
        match self.transport.send_raw(&envelope, message.expose()).await {
            Ok(_) => Ok(()),
            // The server's text may quote the address: only its code is passed on.
            Err(error) if error.is_permanent() => Err(Undelivered::Never(code(&error))),
            Err(error) => Err(Undelivered::Later(code(&error))),
        }
    }
}

fn code(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answers {code}"),
        None if error.is_timeout() => "the mail server does not answer in time".into(),
        None if error.is_tls() => "the line to the mail server cannot be encrypted".into(),
        None => "the mail server cannot be reached".into(),
    }
}
