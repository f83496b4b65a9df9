//! From the configuration to the postman who carries invitations to the mail server.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use scheduler::{Encryption, MailSender, Round, Scheduler, SmtpConfig, SmtpPostman};
use tokio::time::sleep;

use crate::config::{self, MailEncryption};

/// How soon a new message is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How soon a mail server that takes nothing is asked for another letter.
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// How soon a reminder that is due is written.
const REMIND_EVERY: Duration = Duration::from_secs(20);

/// What is configured, if mail is.
pub fn smtp(config: &config::Mail) -> anyhow::Result<Option<SmtpConfig>> {
    if config.host.is_empty() {
        ensure!(*config == config::Mail::default(), "`mail.host` is empty: the other keys of [mail] have no effect");
        return Ok(None);
    }
    let from: MailSender = config.from.parse().context("`mail.from` must be a mail address")?;
    let password = config.password.or_file(&config.password_file, "mail.password")?;
    ensure!(
        config.user.is_empty() == password.is_none(),
        "`mail.user` and `mail.password` belong together: set both or none"
    );
    let encryption = match config.encryption {
        MailEncryption::StartTls => Encryption::StartTls,
        MailEncryption::Tls => Encryption::Tls,
        MailEncryption::None => Encryption::None,
    };
    ensure!(
        encryption != Encryption::None || is_this_machine(&config.host),
        "`mail.encryption` = \"none\" is only for a mail server on this machine: invitations hold names and links"
    );
    let port = match (config.port, encryption) {
        (0, Encryption::StartTls) => 587,
        (0, Encryption::Tls) => 465,
        (0, Encryption::None) => 25,
        (port, _) => port,
    };
    let authorities = match config.ca_file.as_os_str().is_empty() {
        true => Vec::new(),
        false => std::fs::read(&config.ca_file)
            .with_context(|| format!("`mail.ca_file` {} cannot be read", config.ca_file.display()))?,
    };
    let credentials = password.map(|password| (config.user.clone(), password.into()));
    Ok(Some(SmtpConfig { host: config.host.clone(), port, encryption, credentials, authorities, from }))
}

/// The mailbox calendars answer to, if there is one.
pub fn answers_to(config: &config::Mail) -> anyhow::Result<Option<MailSender>> {
    if config.answers_to.is_empty() {
        return Ok(None);
    }
    let mailbox = config.answers_to.parse().context("`mail.answers_to` must be a mail address")?;
    ensure!(!config.answers_to.contains('+'), "`mail.answers_to` must have no `+`: what follows one is the token");
    Ok(Some(mailbox))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Sends what is due, for ever. What cannot be sent waits in the database.
pub async fn send(scheduler: Scheduler, postman: Arc<SmtpPostman>) {
    loop {
        let mut pause = LOOK_EVERY;
        match scheduler.send_mail(postman.as_ref()).await {
            Ok(round) => {
                for (outcome, count) in outcomes(round) {
                    metrics::counter!("rennsteig_mail_total", "outcome" => outcome).increment(count.into());
                }
                if round.sent > 0 {
                    continue;
                }
                if round.postponed + round.locked_out > 0 {
                    pause = ASK_AGAIN;
                }
            }
            Err(error) => tracing::warn!(%error, "the outbox cannot be read; it will be tried again"),
        }
        sleep(pause).await;
    }
}

/// As the metric counts.
fn outcomes(round: Round) -> [(&'static str, u32); 4] {
    [("sent", round.sent), ("postponed", round.postponed), ("refused", round.refused), ("locked_out", round.locked_out)]
}

/// Writes the reminders that are due, for ever.
pub async fn remind(scheduler: Scheduler) {
    loop {
        match scheduler.write_reminders().await {
            Ok(0) => {}
            Ok(dates) => {
                tracing::info!(dates, "those invited to {dates} dates are reminded");
                continue;
            }
            Err(error) => tracing::warn!(%error, "reminders cannot be written; it will be tried again"),
        }
        sleep(REMIND_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn configured() -> config::Mail {
        config::Mail { host: "mail.example.org".into(), from: "rennsteig@example.org".into(), ..Default::default() }
    }

    #[test]
    fn without_a_host_there_is_no_mail_and_a_forgotten_one_is_noticed() {
        assert!(smtp(&config::Mail::default()).expect("fine").is_none());
        let forgotten = config::Mail { from: "a@b.org".into(), ..Default::default() };
        assert!(smtp(&forgotten).expect_err("no host").to_string().contains("mail.host"));
    }

    #[test]
    fn ports_follow_the_encryption() {
        let port = |encryption, host: &str| {
            let config = config::Mail { encryption, host: host.into(), ..configured() };
            smtp(&config).expect("fine").expect("a server").port
        };
        assert_eq!(port(MailEncryption::StartTls, "mail.example.org"), 587);
        assert_eq!(port(MailEncryption::Tls, "mail.example.org"), 465);
        assert_eq!(port(MailEncryption::None, "127.0.0.1"), 25);
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        let refused = |config: config::Mail| smtp(&config).expect_err("cannot work").to_string();
        assert!(refused(config::Mail { encryption: MailEncryption::None, ..configured() }).contains("mail.encryption"));
        assert!(refused(config::Mail { from: "nobody".into(), ..configured() }).contains("mail.from"));
        let answers = |text: &str| answers_to(&config::Mail { answers_to: text.into(), ..configured() });
        assert!(answers("nobody").is_err() && answers("a+b@example.org").is_err() && answers("a@example.org").is_ok());
        assert!(refused(config::Mail { user: "u".into(), ..configured() }).contains("mail.password"));
        assert!(refused(config::Mail { password: Secret::new("p"), ..configured() }).contains("mail.user"));
        assert!(refused(config::Mail { ca_file: "/nowhere".into(), ..configured() }).contains("mail.ca_file"));
    }
}
