use std::sync::Arc;

use domain::MailId;
use jiff::Timestamp;
use storage::{Mail, SqliteStore, Store};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::*;
use crate::mail::delivery::{Round, send_due};

/// What the server of a test says to what it hears; nothing at all if empty. It hears `hello` first, and `.` at the end of
/// a letter.
type Says = fn(&str) -> &'static str;

/// A mail server that takes everything.
fn kind(heard: &str) -> &'static str {
    match heard {
        "hello" => "220 here",
        "EHLO" => "250-here\r\n250 AUTH PLAIN",
        "AUTH" => "235 welcome",
        "DATA" => "354 go on",
        _ => "250 fine",
    }
}

/// What it heard, one after the other.
type Heard = Arc<Mutex<Vec<String>>>;

async fn server(says: Says) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let heard = Heard::default();
    let all = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, says, all.clone()));
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream, says: Says, all: Heard) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut word = "hello".to_owned();
    loop {
        all.lock().expect("nobody panics with it").push(word.clone());
        let said = says(&word);
        if !said.is_empty() {
            writer.write_all(format!("{said}\r\n").as_bytes()).await?;
        }
        let is_letter = word == "DATA" && said.starts_with('3');
        loop {
            let Some(line) = lines.next_line().await? else { return Ok(()) };
            if !is_letter || line == "." {
                // `RCPT TO:<a@b>` is heard as `RCPT a@b`, of the others the verb is enough.
                let address =
                    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
                let verb = line.split(' ').next().unwrap_or_default();
                word = address.filter(|_| verb == "RCPT").map_or(verb.to_owned(), |address| format!("RCPT {address}"));
                break;
            }
        }
    }
}

fn postman(port: u16) -> SmtpPostman {
    let config = SmtpConfig {
        host: "127.0.0.1".into(),
        port,
        encryption: Encryption::None,
        credentials: Some(("rennsteig".into(), Private::from("secret"))),
        authorities: Vec::new(),
        from: "rennsteig@example.org".parse().expect("an address"),
    };
    let short = Patience { answer: Duration::from_secs(2), letter: Duration::from_secs(6) };
    SmtpPostman::patient(&config, short).expect("it can be used")
}

/// What becomes of one letter.
async fn outcome(says: Says) -> Result<(), Undelivered> {
    let (port, _) = server(says).await;
    let letter = Private::new(b"Subject: x\r\n\r\ntext".to_vec());
    let all = Duration::from_secs(30);
    let delivered = timeout(all, async {
        let postman = postman(port);
        let outcome = postman.deliver(&Private::from("gast@example.org"), &letter).await;
        postman.rest().await;
        outcome
    });
    delivered.await.expect("a letter has an outcome before long")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("in range")
}

async fn outbox(recipients: &[&str]) -> Arc<dyn Store> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::in_memory().await.expect("a throw-away database"));
    let mut unit = store.begin().await.expect("writable");
    for (n, recipient) in (0..).zip(recipients) {
        let mail = Mail {
            id: MailId::from_uuid(Uuid::from_u128(n)),
            recipient: Private::from(*recipient),
            message: Private::new(b"Subject: x\r\n\r\ntext".to_vec()),
            attempts: 0,
            created_at: at(0),
            due_at: at(0),
            give_up_at: at(1_000_000),
        };
        unit.add_mail(&mail).await.expect("writable");
    }
    unit.commit().await.expect("writable");
    store
}

async fn waiting(store: &dyn Store) -> u64 {
    store.read().await.expect("readable").count_mail().await.expect("readable")
}

#[tokio::test]
async fn only_what_is_said_of_a_letter_decides_on_it() {
    assert_eq!(outcome(kind).await, Ok(()));
    let locked_out = |heard: &Result<(), Undelivered>| matches!(heard, Err(Undelivered::LockedOut(_)));
    let cases: [Says; 6] = [
        |heard| if heard == "AUTH" { "535 5.7.8 wrong" } else { kind(heard) },
        |heard| if heard == "AUTH" { "530 no" } else { kind(heard) },
        |heard| if heard == "EHLO" { "250 here" } else { kind(heard) },
        |heard| if heard == "MAIL" { "530 5.7.0 sign in" } else { kind(heard) },
        |heard| if heard == "MAIL" { "553 not yours" } else { kind(heard) },
        |heard| if heard.starts_with("RCPT") { "530 5.7.0 sign in" } else { kind(heard) },
    ];
    for says in cases {
        let outcome = outcome(says).await;
        assert!(locked_out(&outcome), "{outcome:?}");
    }
    let cases: [Says; 3] = [
        |heard| if heard == "hello" { "554 not today" } else { kind(heard) },
        |heard| if heard == "AUTH" { "454 later" } else { kind(heard) },
        |heard| if heard == "MAIL" { "451 later" } else { kind(heard) },
    ];
    for says in cases {
        let outcome = outcome(says).await;
        assert!(matches!(outcome, Err(Undelivered::Away(_))), "{outcome:?}");
    }
    let cases: [(Says, &str); 2] = [
        (|heard| if heard.starts_with("RCPT") { "550 nobody" } else { kind(heard) }, "550"),
        (|heard| if heard == "." { "554 nothing of that kind" } else { kind(heard) }, "554"),
    ];
    for (says, is) in cases {
        assert_eq!(outcome(says).await, Err(Undelivered::Never(format!("the mail server answers {is}"))));
    }
    let greylisted = outcome(|heard| if heard.starts_with("RCPT") { "451 later" } else { kind(heard) }).await;
    assert!(matches!(greylisted, Err(Undelivered::Later(_))), "{greylisted:?}");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_not_waited_for() {
    let cases: [Says; 7] = [
        |_| "",
        |heard| if heard == "EHLO" { "" } else { kind(heard) },
        |heard| if heard == "AUTH" { "" } else { kind(heard) },
        |heard| if heard == "MAIL" { "" } else { kind(heard) },
        |heard| if heard.starts_with("RCPT") { "" } else { kind(heard) },
        |heard| if heard == "DATA" { "" } else { kind(heard) },
        |heard| if heard == "." { "" } else { kind(heard) },
    ];
    for outcome in join_all(cases.map(outcome)).await {
        assert!(matches!(outcome, Err(Undelivered::Away(_) | Undelivered::Later(_))), "{outcome:?}");
    }
    assert_eq!(outcome(|heard| if heard == "QUIT" { "" } else { kind(heard) }).await, Ok(()));
}

#[tokio::test]
async fn letters_wait_until_the_server_takes_name_and_password_again() {
    let store = outbox(&["a@example.org", "b@example.org", "c@example.org"]).await;
    let (closed, asked) = server(|heard| if heard == "AUTH" { "535 5.7.8 wrong" } else { kind(heard) }).await;
    let round = send_due(store.as_ref(), &postman(closed), || at(0)).await.expect("a database");
    assert_eq!(round, Round { locked_out: 3, ..Round::default() });
    let asked = asked.lock().expect("nobody panics with it").iter().filter(|heard| *heard == "AUTH").count();
    assert_eq!(asked, 1, "whoever asks often with a wrong password is locked out for longer");
    assert_eq!(waiting(store.as_ref()).await, 3);

    let (open, heard) = server(kind).await;
    let postman = postman(open);
    assert_eq!(send_due(store.as_ref(), &postman, || at(59)).await.expect("a database"), Round::default());
    let round = send_due(store.as_ref(), &postman, || at(60)).await.expect("a database");
    assert_eq!(round, Round { sent: 3, ..Round::default() });
    assert_eq!(waiting(store.as_ref()).await, 0);
    assert!(heard.lock().expect("nobody panics with it").iter().any(|heard| heard == "RCPT b@example.org"));
}

#[tokio::test]
async fn a_letter_the_server_is_silent_about_holds_up_no_other() {
    let silent = ["still@example.org"; 5];
    let store = outbox(&[&silent[..], &["a@example.org", "b@example.org"]].concat()).await;
    let (port, _) = server(|heard| if heard == "RCPT still@example.org" { "" } else { kind(heard) }).await;
    let round = send_due(store.as_ref(), &postman(port), || at(0)).await.expect("a database");
    assert_eq!(round, Round { sent: 2, postponed: 5, ..Round::default() });
    assert_eq!(waiting(store.as_ref()).await, 5);
}
