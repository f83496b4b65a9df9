//! One line to the mail server: opened, encrypted, signed in, and closed. Every answer is waited for with patience that ends:
//! the library waits for ever once it is connected.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::Encryption;
use crate::mail::delivery::Undelivered;

/// How long to wait for the mail server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For one answer.
    pub(super) answer: Duration,
    /// For a line and one letter, from the first word to the last.
    pub(super) letter: Duration,
}

/// How a line is opened.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    /// None only without encryption.
    pub(super) tls: Option<TlsParameters>,
    pub(super) credentials: Option<Credentials>,
    pub(super) patience: Patience,
}

/// An open line, signed in.
pub(super) struct Line {
    connection: AsyncSmtpConnection,
    patience: Patience,
}

impl Line {
    /// Connects, encrypts, and signs in.
    pub(super) async fn open(way: &Way) -> Result<Self, Undelivered> {
        let Way { encryption, tls, patience, .. } = way;
        let name = ClientId::default();
        let wrapped = tls.clone().filter(|_| *encryption == Encryption::Tls);
        let server = (way.host.as_str(), way.port);
        // A name may have several addresses: one that is silent leaves time for the others.
        let each = patience.answer / 3;
        let greeted = AsyncSmtpConnection::connect_tokio1(server, Some(each), &name, wrapped, None);
        let mut connection = in_time(patience.answer, greeted).await.map_err(away)?;
        if let (Encryption::StartTls, Some(tls)) = (encryption, tls) {
            in_time(patience.answer, connection.starttls(tls.clone(), &name)).await.map_err(away)?;
        }
        if let Some(credentials) = &way.credentials {
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials);
            in_time(patience.answer, signed_in)
                .await
                .map_err(|trouble| if trouble.is_lasting() { locked_out(&trouble) } else { away(trouble) })?;
        }
        Ok(Self { connection, patience: *patience })
    }

    /// Hands one letter over. After a failure the line is of no use any more.
    pub(super) async fn hand_over(
        &mut self,
        sender: &Address,
        recipient: &Address,
        message: &[u8],
    ) -> Result<(), Undelivered> {
        let parameters = self.parameters(recipient, message)?;
        let from = Mail::new(Some(sender.clone()), parameters);
        // Nothing was said of the letter yet: what is refused here is the sender.
        self.says(from)
            .await
            .map_err(|trouble| if trouble.is_permanent() { locked_out(&trouble) } else { away(trouble) })?;
        self.says(Rcpt::new(recipient.clone(), Vec::new())).await.map_err(about_the_letter)?;
        self.says(Data).await.map_err(about_the_letter)?;
        let taken = self.connection.message(message);
        in_time(self.patience.answer, taken).await.map(drop).map_err(about_the_letter)
    }

    /// Takes leave. Whether the server answers is of no interest.
    pub(super) async fn close(mut self) {
        let _: Result<_, Trouble> = in_time(self.patience.answer, self.connection.quit()).await;
    }

    async fn says(&mut self, command: impl std::fmt::Display) -> Result<Response, Trouble> {
        in_time(self.patience.answer, self.connection.command(command)).await
    }

    /// What the server has to know of the letter before (RFC 6152, RFC 6531).
    fn parameters(&self, recipient: &Address, message: &[u8]) -> Result<Vec<MailParameter>, Undelivered> {
        let wants = [
            (!AsRef::<str>::as_ref(recipient).is_ascii(), Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
            (!message.is_ascii(), Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
        ];
        let mut parameters = Vec::new();
        for (is_wanted, extension, parameter) in wants {
            if !is_wanted {
                continue;
            }
            if !self.connection.server_info().supports_feature(extension) {
                return Err(Undelivered::Later("the mail server takes ASCII only".into()));
            }
            parameters.push(parameter);
        }
        Ok(parameters)
    }
}

/// Why the server did not say yes.
enum Trouble {
    Silent,
    Said(Error),
}

impl Trouble {
    fn is_permanent(&self) -> bool {
        matches!(self, Self::Said(error) if error.is_permanent())
    }

    /// The server refuses, or can do nothing that we can.
    fn is_lasting(&self) -> bool {
        matches!(self, Self::Said(error) if error.is_permanent() || error.is_client())
    }

    /// Does the server ask who we are (RFC 4954, 6)?
    fn asks_who_we_are(&self) -> bool {
        matches!(self, Self::Said(error) if error.status().is_some_and(|code| ASKS_WHO_WE_ARE.contains(&u16::from(code))))
    }
}

/// "Authentication required", "mechanism too weak", "credentials invalid", "encryption required".
const ASKS_WHO_WE_ARE: [u16; 4] = [530, 534, 535, 538];

async fn in_time<T>(patience: Duration, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
    match timeout(patience, answer).await {
        Ok(said) => said.map_err(Trouble::Said),
        Err(_) => Err(Trouble::Silent),
    }
}

fn away(trouble: Trouble) -> Undelivered {
    Undelivered::Away(words(&trouble))
}

fn locked_out(trouble: &Trouble) -> Undelivered {
    Undelivered::LockedOut(words(trouble))
}

fn about_the_letter(trouble: Trouble) -> Undelivered {
    if trouble.asks_who_we_are() {
        return locked_out(&trouble);
    }
    let words = words(&trouble);
    if trouble.is_permanent() { Undelivered::Never(words) } else { Undelivered::Later(words) }
}

/// The server's own text may quote an address: only its code is passed on.
fn words(trouble: &Trouble) -> String {
    let error = match trouble {
        Trouble::Silent => return "the mail server does not answer in time".into(),
        Trouble::Said(error) => error,
    };
    match error.status() {
        Some(code) => format!("the mail server answers {code}"),
        None if error.is_timeout() => "the mail server does not answer in time".into(),
        None if error.is_tls() => "the line to the mail server cannot be encrypted".into(),
        None if error.is_client() => "the mail server cannot do what it is asked for: encrypt, or let sign in".into(),
        None => "the mail server cannot be reached".into(),
    }
}
