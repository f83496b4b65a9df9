//! Builds everything from the configuration, starts it, and stops it again.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use axum::Router;
use cluster::{Cluster, NodeId};
use domain::Clock;
use jiff::SignedDuration;
use media::{Engine, EngineConfig};
use scheduler::{Scheduler, SchedulerConfig, SmtpPostman, SystemRandomness};
use signaling::meeting::{Profile, Profiles};
use signaling::{Origins, Rate, Signaling, SignalingConfig};
use storage::{PostgresStore, SqliteStore, Store};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::cli::Role;
use crate::config::Config;
use crate::http::{Health, Listener, Metrics, SecurityHeaders, TrustedProxies, guard, pages};
use crate::{logging, token_secret};

/// Rows whose time is over are deleted this often.
const TIDY_UP_EVERY: std::time::Duration = std::time::Duration::from_secs(300);
/// How soon what failed is tried again.
const CLOCKS_AGAIN: std::time::Duration = std::time::Duration::from_secs(60);

/// A server that runs.
pub struct Running {
    /// Where it serves pages, API and signalling.
    pub http_address: SocketAddr,
    /// Where it takes media; none without the signalling role.
    pub media_address: Option<SocketAddr>,
    /// How people reach the pages.
    pub base_url: String,
    /// The one-time link for the first administrator, if there is nobody yet. A secret.
    pub setup_link: Option<String>,
    /// The scheduler, if this process has that role.
    pub scheduler: Option<Scheduler>,
    routes: Router,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    /// Ends with this.
    chores: JoinSet<()>,
    signaling: Option<Arc<Signaling>>,
}

impl Running {
    /// Everything it serves, to be called without a socket.
    pub fn routes(&self) -> Router {
        self.routes.clone()
    }

    /// Hands meetings to other nodes, says goodbye to whoever is left, ends running requests, stops the
    /// media threads.
    pub async fn stop(self) {
        if let Some(signaling) = &self.signaling {
            signaling.stop().await;
        }
        self.stop.send_replace(true);
        drop(self.chores);
        if let Some(scheduler) = &self.scheduler {
            crate::webhooks::keep_the_rest(scheduler).await;
        }
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the HTTP server did not stop cleanly");
        }
        // The media threads end with the last handle on the engine, which signalling holds.
    }
}

/// Starts the given roles (both if none is named) with the machine's own clock.
pub async fn start(config: &Config, roles: &[Role]) -> anyhow::Result<Running> {
    start_at(config, roles, Arc::new(crate::clock::SystemClock)).await
}

/// Starts with somebody else's clock.
pub async fn start_at(config: &Config, roles: &[Role], clock: Arc<dyn Clock>) -> anyhow::Result<Running> {
    let has = |role| roles.is_empty() || roles.contains(&role);
    let cluster_url = config.cluster.url.or_file(&config.cluster.url_file, "cluster.url")?;
    ensure!(
        cluster_url.is_some() || (has(Role::Scheduler) && has(Role::Signaling)),
        "one role alone needs `cluster.url`: the halves meet in Redis"
    );
    let figures = logging::figures();
    let listener = Listener::bind(config.http.bind)
        .await
        .with_context(|| format!("`http.bind` {} cannot be used", config.http.bind))?;
    let http_address = listener.address()?;
    let base_url = base_url(config, http_address);
    let signaling_url = signaling_url(config, &base_url);
    std::fs::create_dir_all(&config.data.dir)
        .with_context(|| format!("`data.dir` {} cannot be made", config.data.dir.display()))?;
    let token_key = token_secret::key(config)?;
    let cluster = match cluster_url {
        None => Cluster::in_process(),
        Some(url) => Cluster::redis(&url).await.context("`cluster.url` cannot be read")?,
    };

    let mut routes = Router::new();
    let (mut scheduler, mut store, mut setup_link, mut postman) = (None, None, None, None);
    let mut endpoints = Vec::new();
    if has(Role::Scheduler) {
        let opened = open_store(config).await?;
        let mut settings = SchedulerConfig::new(&base_url, &signaling_url, token_key.clone())?;
        settings.token_ttl = SignedDuration::from_secs(config.tokens.ttl_seconds.into());
        settings.session_idle = SignedDuration::from_mins(config.sessions.idle_minutes.into());
        settings.session_lifetime = SignedDuration::from_hours(config.sessions.absolute_hours.into());
        if let Some(smtp) = crate::mail::smtp(&config.mail)? {
            postman = Some(Arc::new(SmtpPostman::new(&smtp).context("the mail server cannot be used")?));
            settings.mail_from = Some(smtp.from);
            settings.answers_to = crate::mail::answers_to(&config.mail)?;
        }
        settings.periods = crate::beside::periods(&config.retention);
        settings.dial_in = crate::dial_in::configured(config)?;
        settings.webhooks = crate::webhooks::configured(config, &token_key)?;
        if let Some(webhooks) = &settings.webhooks {
            endpoints.clone_from(&webhooks.endpoints);
        }
        let made = Scheduler::new(settings, opened.clone(), cluster.clone(), clock.clone(), Arc::new(SystemRandomness));
        if made.count_people().await? == 0 {
            setup_link = Some(made.create_setup_link().await?);
        }
        routes = routes.merge(made.router());
        scheduler = Some(made);
        store = Some(opened);
    }
    let (mut signaling, mut media_address) = (None, None);
    if has(Role::Signaling) {
        let announced = announced(config)?;
        let engine = Engine::start(EngineConfig {
            bind: config.media.bind,
            announced,
            workers: workers(config),
            span_above: config.media.span_above,
            loudest: config.media.loudest,
            busy_limit_percent: config.media.busy_limit_percent,
            ..EngineConfig::default()
        })
        .with_context(|| format!("`media.bind` {} cannot be used", config.media.bind))?;
        media_address = Some(engine.local_addr());
        let node = node(config);
        let node_url = match config.cluster.node_url.as_str() {
            "" => format!("ws://{http_address}"),
            url => url.to_owned(),
        };
        let origins = origins(config, &base_url, http_address);
        let made = Signaling::new(
            SignalingConfig {
                origins,
                relays: crate::turn::relays(&config.turn)?,
                profiles: profiles(config),
                frame_bytes: config.signaling.frame_kib as usize * 1024,
                participant_pace: Rate {
                    per_second: config.signaling.participant_units,
                    burst: config.signaling.participant_burst,
                },
                address_pace: Rate {
                    per_second: config.signaling.address_units,
                    burst: config.signaling.address_burst,
                },
                address_joins: Rate {
                    per_second: config.signaling.address_joins,
                    burst: config.signaling.address_joins_burst,
                },
                lease: std::time::Duration::from_secs(config.cluster.lease_seconds.into()),
                handover: std::time::Duration::from_secs(config.cluster.handover_seconds.into()),
                ..SignalingConfig::new(node, node_url, vec![token_key])
            },
            cluster.clone(),
            Arc::new(engine),
            clock.clone(),
            Arc::new(fill_from_system),
        );
        routes = routes.merge(made.router());
        signaling = Some(Arc::new(made));
    }

    let health = Health { store, directory: cluster.directory.clone(), signaling: signaling.clone() };
    let metrics = Metrics { handle: figures, from: config.http.metrics_from.clone().into() };
    routes = routes.merge(health.routes()).merge(metrics.routes());
    if has(Role::Scheduler) {
        routes = routes.merge(pages());
    }
    let routes = guard(
        routes,
        TrustedProxies::new(&config.http.trusted_proxies),
        SecurityHeaders::new(&base_url, &signaling_url),
    );
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(listener.serve(routes.clone(), stopped));
    let mut chores = JoinSet::new();
    if let Some(scheduler) = scheduler.clone() {
        chores.spawn(tidy_up(scheduler, clock));
    }
    if let Some(scheduler) = scheduler.clone() {
        chores.spawn(async move { scheduler.keep_room_times().await });
    }
    if let Some(scheduler) = scheduler.clone() {
        chores.spawn(crate::access::shut_out(scheduler.clone()));
    }
    if let Some(scheduler) = scheduler.clone() {
        chores.spawn(follow_clocks(scheduler));
    }
    if let Some(scheduler) = scheduler.clone() {
        chores.spawn(crate::room_chores::run(scheduler));
    }
    if let Some(scheduler) = scheduler.clone() {
        chores.spawn(crate::capacity::measure(scheduler.clone()));
        chores.spawn(crate::capacity::count(scheduler.clone()));
        chores.spawn(crate::dial_in::give(scheduler));
    }
    if let Some(scheduler) = scheduler.clone() {
        crate::webhooks::run(&mut chores, &scheduler, endpoints)?;
    }
    if let Some((scheduler, postman)) = scheduler.clone().zip(postman) {
        chores.spawn(crate::mail::remind(scheduler.clone()));
        chores.spawn(crate::mail::send(scheduler, postman));
    }
    Ok(Running {
        http_address,
        media_address,
        base_url,
        setup_link,
        scheduler,
        routes,
        stop,
        serving,
        chores,
        signaling,
    })
}

fn fill_from_system(bytes: &mut [u8]) {
    use rand::TryRngCore as _;
    rand::rngs::OsRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
}

fn base_url(config: &Config, http_address: SocketAddr) -> String {
    match config.http.base_url.as_str() {
        // Browsers treat localhost as a secure place even without TLS: cameras work there.
        "" => format!("http://localhost:{}", http_address.port()),
        url => url.to_owned(),
    }
}

fn signaling_url(config: &Config, base_url: &str) -> String {
    match config.http.signaling_url.as_str() {
        "" => base_url.replacen("http", "ws", 1),
        url => url.to_owned(),
    }
}

/// What this run of this node is called.
fn node(config: &Config) -> NodeId {
    let name = match config.cluster.node_name.as_str() {
        "" => std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned(),
        name => name.to_owned(),
    };
    let mut run = [0; 2];
    fill_from_system(&mut run);
    NodeId(format!("{name}-{:02x}{:02x}", run[0], run[1]))
}

/// Which pages may open signalling connections.
fn origins(config: &Config, base_url: &str, http_address: SocketAddr) -> Origins {
    if config.http.allowed_origins.iter().any(|origin| origin == "*") {
        return Origins::Any;
    }
    let mut origins = config.http.allowed_origins.clone();
    origins.push(base_url.to_owned());
    if config.http.base_url.is_empty() {
        origins.push(format!("http://127.0.0.1:{}", http_address.port()));
    }
    Origins::Only(origins)
}

pub(crate) async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let url = config.storage.url.or_file(&config.storage.url_file, "storage.url")?;
    let url = url.unwrap_or_else(|| format!("sqlite:{}", config.data.dir.join("rennsteig.db").display()));
    if let Some(path) = url.strip_prefix("sqlite:") {
        Ok(Arc::new(SqliteStore::open(path).await.context("the SQLite database cannot be opened")?))
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(Arc::new(PostgresStore::connect(&url).await.context("PostgreSQL cannot be reached")?))
    } else {
        bail!("`storage.url` must begin with sqlite: or postgres://");
    }
}

/// How many threads forward packets.
fn workers(config: &Config) -> usize {
    match config.media.workers {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(64),
        set => set,
    }
}

/// The addresses browsers shall send media to.
fn announced(config: &Config) -> anyhow::Result<Vec<IpAddr>> {
    if !config.media.announced.is_empty() {
        return Ok(config.media.announced.clone());
    }
    let bound = config.media.bind.ip();
    if !bound.is_unspecified() {
        return Ok(vec![bound]);
    }
    // The address this machine would use towards the outside; nothing is sent. Loopback last,
    // so that a browser on this machine always has a way.
    let mut addresses = Vec::new();
    let socket = UdpSocket::bind((bound, 0))?;
    if socket.connect(("192.0.2.1", 9)).is_ok() {
        addresses.push(socket.local_addr()?.ip());
    }
    let loopback = IpAddr::from([127, 0, 0, 1]);
    if !addresses.contains(&loopback) {
        addresses.push(loopback);
    }
    Ok(addresses)
}

async fn tidy_up(scheduler: Scheduler, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(TIDY_UP_EVERY);
    loop {
        ticks.tick().await;
        match scheduler.tidy_up(clock.now()).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "{rows} rows whose time was over were deleted"),
            Err(error) => tracing::warn!(%error, "what is over could not be deleted; it will be tried again"),
        }
    }
}

/// After an update of the time zone database bookings follow it, for ever: another node may be updated later.
async fn follow_clocks(scheduler: Scheduler) {
    loop {
        match scheduler.follow_clocks().await {
            Ok(0) => tokio::time::sleep(TIDY_UP_EVERY).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "bookings cannot follow the clocks now; it will be tried again");
                tokio::time::sleep(CLOCKS_AGAIN).await;
            }
        }
    }
}

/// How much may go to and come from participants.
fn profiles(config: &Config) -> Profiles {
    let media = &config.media;
    Profiles {
        normal: Profile { download_kbps: media.download_kbps, upload_kbps: media.upload_kbps },
        audio_first: Profile {
            download_kbps: media.audio_first_download_kbps,
            upload_kbps: media.audio_first_upload_kbps,
        },
    }
}
