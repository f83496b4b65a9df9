use std::net::IpAddr;

use http::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{Browser, Guest, Person};

/// Every account of a test has this password.
const PASSWORD: &str = "correct horse battery";

/// A running server as people see it.
pub struct Site {
    /// Its address.
    pub base: String,
    setup_link: Option<String>,
    admin: OnceCell<Person>,
    /// Where its people's browsers are.
    pub(crate) local: Option<IpAddr>,
}

impl Site {
    /// A site at this address; the link makes its first administrator.
    pub fn new(base: impl Into<String>, setup_link: Option<String>) -> Self {
        Self { base: base.into(), setup_link, admin: OnceCell::new(), local: None }
    }

    /// A fresh browser.
    pub fn browser(&self) -> Browser {
        Browser::from_address(&self.base, self.local)
    }

    /// The administrator; made by the one-time link when first needed.
    pub async fn admin(&self) -> &Person {
        self.admin
            .get_or_init(|| async {
                let link = self.setup_link.as_deref().expect("a new server prints a setup link");
                let secret = link.rsplit('#').next().expect("a link has a last part");
                let body = json!({
                    "secret": secret, "name": "Katja Admin", "email": "admin@example.org", "password": PASSWORD,
                });
                let mut browser = self.browser();
                let session = browser.ask(Method::POST, "/api/v1/setup", &body).await.ok();
                Person::signed_in(browser, &session)
            })
            .await
    }

    /// Somebody with an account, signed in.
    pub async fn person(&self, name: &str) -> Person {
        self.person_with(name, &[]).await
    }

    /// Somebody with an account and roles, signed in.
    pub async fn person_with(&self, name: &str, roles: &[&str]) -> Person {
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        self.person_with_mail(name, &email, roles).await
    }

    /// Somebody with this very mail address.
    pub async fn person_with_mail(&self, name: &str, email: &str, roles: &[&str]) -> Person {
        let account = json!({"name": name, "email": email, "password": PASSWORD, "roles": roles, "locale": "de"});
        self.admin().await.asks(Method::POST, "/people", account).await.ok();
        self.signs_in(email).await
    }

    /// Signs in to an existing account.
    pub async fn signs_in(&self, email: &str) -> Person {
        let mut browser = self.browser();
        let words = json!({"email": email, "password": PASSWORD});
        let session: Value = browser.ask(Method::POST, "/api/v1/session", &words).await.ok();
        Person::signed_in(browser, &session)
    }

    /// Somebody from outside who opens a personal link.
    pub fn guest(&self, link: &str, name: &str) -> Guest {
        Guest::with_link(self.browser(), link, name)
    }
}
