//! What an operator can set: TOML file, then environment, then flags.
//!
//! Every key has a default that works on one machine; unknown keys are errors. This folder is
//! the only place that reads environment variables. To add a key: add the field with its
//! documentation and default here; schema, file and environment follow by themselves.

mod environment;
mod load;
mod secret;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use load::{ConfigError, load};
pub use secret::{Secret, SecretError};

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Web pages, API and signalling.
    pub http: Http,
    /// Media over UDP.
    pub media: Media,
    /// Relays for clients that reach no UDP port.
    pub turn: Turn,
    /// What clients say to meetings.
    pub signaling: Signaling,
    /// The database.
    pub storage: Storage,
    /// Several nodes.
    pub cluster: Cluster,
    /// Join tokens.
    pub tokens: Tokens,
    /// Signed-in browsers.
    pub sessions: Sessions,
    /// Invitations by mail.
    pub mail: Mail,
    /// Other programs that are told what happens in meetings.
    pub webhooks: Webhooks,
    /// Telephones that come into meetings.
    pub dial_in: DialIn,
    /// How long things are kept that have no time of their own.
    pub retention: Retention,
    /// Files of our own.
    pub data: Data,
    /// What is written while running.
    pub log: Log,
}

/// Web pages, API and signalling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and TCP port to listen on; port 0 takes a free one.
    #[schemars(with = "String")]
    pub bind: SocketAddr,
    /// How people reach the pages, without a slash at the end; empty: `http://localhost:<port>`.
    pub base_url: String,
    /// How browsers reach signalling (`wss://…`); empty: the base URL.
    pub signaling_url: String,
    /// Web pages of other origins (`https://host[:port]`) that may open signalling connections with
    /// a join token; `*` for all. Our own pages always may.
    pub allowed_origins: Vec<String>,
    /// Networks of reverse proxies whose `X-Forwarded-For` is believed.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may read `/metrics`.
    #[schemars(with = "Vec<String>")]
    pub metrics_from: Vec<IpNet>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: String::new(),
            signaling_url: String::new(),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            metrics_from: ["127.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a network")).to_vec(),
        }
    }
}

/// Media over UDP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// Address and UDP port for all media; port 0 takes a free one.
    #[schemars(with = "String")]
    pub bind: SocketAddr,
    /// Addresses that browsers shall send media to; empty: the bound address, or every address
    /// of this machine if bound to all.
    #[schemars(with = "Vec<String>")]
    pub announced: Vec<IpAddr>,
    /// Threads that forward packets, 0..=64; 0: one for each processor.
    pub workers: usize,
    /// Participants of one meeting that one of these threads serves before another helps, 2..=1000.
    pub span_above: usize,
    /// Voices of one meeting that are forwarded at the same time, the loudest ones, 0..=500; 0: all.
    pub loudest: usize,
    /// From this share of its time on, percent, a thread that falls behind holds pictures back and at
    /// last takes nobody new, 50..=100; 0: never.
    pub busy_limit_percent: u32,
    /// To each participant at most, kbit/s; 0: as much as the line carries. Sound is never cut.
    pub download_kbps: u32,
    /// From each participant at most, kbit/s, as clients are asked; 0: no limit.
    pub upload_kbps: u32,
    /// The same for meetings and participants with the profile "Ton zuerst".
    pub audio_first_download_kbps: u32,
    /// See `audio_first_download_kbps`.
    pub audio_first_upload_kbps: u32,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([0, 0, 0, 0], 7882)),
            announced: Vec::new(),
            workers: 0,
            span_above: 40,
            loudest: 16,
            busy_limit_percent: 95,
            download_kbps: 0,
            upload_kbps: 0,
            audio_first_download_kbps: 500,
            audio_first_upload_kbps: 250,
        }
    }
}

/// Relays (TURN) for clients that reach no UDP port. They run beside this program and share a secret with it, as
/// coturn does with `use-auth-secret` and `static-auth-secret`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Turn {
    /// `turn:host:port?transport=udp`, `turn:host:port?transport=tcp`, `turns:host:port`; empty: no relay.
    pub urls: Vec<String>,
    /// What is shared with the relays.
    pub secret: Secret,
    /// A file that holds the secret, instead of `secret`.
    pub secret_file: PathBuf,
    /// How long a password opens a relay, seconds, 300..=86400.
    pub lifetime_seconds: u32,
}

impl Default for Turn {
    fn default() -> Self {
        Self { urls: Vec::new(), secret: Secret::default(), secret_file: PathBuf::new(), lifetime_seconds: 43_200 }
    }
}

/// What clients say to meetings: how much and how fast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Signaling {
    /// Largest message of a client, KiB, 16..=1024. Messages with a session description may have 1 MiB.
    pub frame_kib: u32,
    /// Units a participant may spend per second over all its connections, 20..=10000: a message
    /// costs 1, an offer or coming in 20, every full 4 KiB one more.
    pub participant_units: u32,
    /// Units a participant may spend at once, 100..=100000.
    pub participant_burst: u32,
    /// Units all behind one address (IPv4 address, IPv6 /64) may spend per second, up to 1000000; beyond
    /// it their messages wait. 0: not counted. Addresses of this machine never are.
    pub address_units: u32,
    /// Units they may spend at once, up to 10000000.
    pub address_burst: u32,
    /// Connections that may be opened from one address per second, up to 100000; 0: not counted.
    pub address_joins: u32,
    /// Connections that may be opened at once, up to 1000000.
    pub address_joins_burst: u32,
}

impl Default for Signaling {
    fn default() -> Self {
        Self {
            frame_kib: 64,
            participant_units: 100,
            participant_burst: 1_000,
            address_units: 5_000,
            address_burst: 50_000,
            address_joins: 200,
            address_joins_burst: 3_000,
        }
    }
}

/// The database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// `sqlite:<path>` or `postgres://…`; empty: `sqlite:<data.dir>/rennsteig.db`.
    pub url: Secret,
    /// A file that holds the URL, instead of `url`.
    pub url_file: PathBuf,
}

/// Several nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    /// `redis://…`; empty: this process alone.
    pub url: Secret,
    /// A file that holds the URL, instead of `url`.
    pub url_file: PathBuf,
    /// How other nodes reach this one (`ws://…`); empty: the bound address.
    pub node_url: String,
    /// What this node is called in lists; empty: the machine's name. A few random digits are
    /// added, because a restarted node is another node.
    pub node_name: String,
    /// How long a meeting belongs to a node that is not heard of, seconds, 5..=300; the same on all
    /// nodes.
    pub lease_seconds: u32,
    /// How long a node that stops may take to hand its meetings to others, seconds, 0..=600. 0: it sends
    /// people away at once.
    pub handover_seconds: u32,
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            url: Secret::default(),
            url_file: PathBuf::new(),
            node_url: String::new(),
            node_name: String::new(),
            lease_seconds: 15,
            handover_seconds: 20,
        }
    }
}

/// Join tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tokens {
    /// Name of the key, the tokens' `iss`.
    pub key_id: String,
    /// The shared secret, at least 32 bytes; empty: made once and kept in `<data.dir>/token.secret`.
    pub secret: Secret,
    /// A file that holds the secret, instead of `secret`.
    pub secret_file: PathBuf,
    /// How long a join token opens its meeting, seconds, 30..=3600.
    pub ttl_seconds: u32,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { key_id: "rennsteig".into(), secret: Secret::default(), secret_file: PathBuf::new(), ttl_seconds: 300 }
    }
}

/// Signed-in browsers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// Signed out after this many minutes without use, 1..=1440.
    pub idle_minutes: u32,
    /// Signed out after this many hours whatever happens, 1..=720.
    pub absolute_hours: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_hours: 12 }
    }
}

/// Invitations by mail. Without a host none are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Name or address of the mail server (SMTP) that takes messages.
    pub host: String,
    /// Its TCP port; 0: 587, with `tls` 465, with `none` 25.
    pub port: u16,
    /// How the line to it is protected.
    pub encryption: MailEncryption,
    /// The address messages come from; needed with `host`.
    pub from: String,
    /// The mailbox that calendars answer to and `mail-in` reads; empty: they answer to the organiser.
    pub answers_to: String,
    /// The name to sign in with; empty: without.
    pub user: String,
    /// The password to it.
    pub password: Secret,
    /// A file that holds the password, instead of `password`.
    pub password_file: PathBuf,
    /// A file with certificates (PEM) to believe beside those of the operating system.
    pub ca_file: PathBuf,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 0,
            encryption: MailEncryption::StartTls,
            from: String::new(),
            answers_to: String::new(),
            user: String::new(),
            password: Secret::default(),
            password_file: PathBuf::new(),
            ca_file: PathBuf::new(),
        }
    }
}

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailEncryption {
    /// Begins in the clear and must change to TLS (STARTTLS).
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None: only for a server on this machine.
    None,
}

/// Telephones that come into meetings, through a gateway of yours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DialIn {
    /// The numbers to call, as invitations name them; at most 5. Without any, no booking has a PIN.
    pub numbers: Vec<String>,
    /// What the gateway shows to ask whose PIN it is, at least 32 bytes; empty: nobody may ask.
    pub gateway_secret: Secret,
    /// A file that holds it, instead of `gateway_secret`.
    pub gateway_secret_file: PathBuf,
}

/// Other programs that are told what happens in meetings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// Where to send everything that happens (`https://…`); `http://` for this machine only. At most 8.
    pub urls: Vec<String>,
    /// Name of the key that signs, the signature's `iss`; empty: `tokens.key_id`.
    pub key_id: String,
    /// The secret shared with the receivers, at least 32 bytes; empty: that of the tokens.
    pub secret: Secret,
    /// A file that holds the secret, instead of `secret`.
    pub secret_file: PathBuf,
}

/// How long things are kept that have no time of their own. All in days, 1..=3650; deleted soon after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Bookings with their invitations, after the end of their last date or their cancellation.
    pub bookings_days: u32,
    /// What is known about a person, after the account was closed and while no meeting of the person is to come.
    pub closed_accounts_days: u32,
    /// Lines of the audit trail.
    pub audit_days: u32,
    /// Lines of the log that says how much was deleted, when and why.
    pub deletions_days: u32,
    /// What was expected and measured on pools is deleted after so many days, 1 to 3650.
    pub pool_figures_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            bookings_days: 365,
            closed_accounts_days: 90,
            audit_days: 365,
            deletions_days: 1095,
            pool_figures_days: 90,
        }
    }
}

/// Files of our own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Where the embedded database and the generated secret live.
    pub dir: PathBuf,
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: "data".into() }
    }
}

/// What is written while running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Lines for people or for machines.
    pub format: LogFormat,
    /// What to write: `info`, `warn,signaling=debug`, …
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl Config {
    /// The JSON schema of the file.
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Config)
    }
}
