//! The lines of the sites that this node's people use: what each may have of them.
//!
//! ```text
//! scheduler ──plan──▶ ┌───────┐ ◀──sums──▶ other nodes
//!  actors ──readings─▶│ keep  │
//!  actors ◀──shares── └───────┘  (the rules: domain::lines)
//! ```
//! While no line has a budget nothing is counted. A cluster that is away changes nothing: the plan and the sums that
//! were heard last count on.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use cluster::LineUse;
use domain::SiteId;
use domain::lines::{Crowd, LinePlan, Reading, Regulator, crowds};
use media::{MeetingId, PeerId};
use protocol::token::Claims;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::config::CLUSTER_PATIENCE;
use crate::registry::Registry;

/// How often it is looked what everybody takes: as often as it is measured.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is asked which sites and lines there are.
const PLAN_EVERY: Duration = Duration::from_secs(3);
/// What a node says it takes counts for so long.
const USE_TTL: Duration = Duration::from_secs(5);
/// How long the cluster may take for the sums.
const SUMS_PATIENCE: Duration = Duration::from_millis(400);

/// What is known of the lines on this node.
#[derive(Default)]
pub struct Lines(Mutex<Known>);

#[derive(Default)]
struct Known {
    plan: Arc<LinePlan>,
    readings: HashMap<MeetingId, Vec<Reading<PeerId>>>,
    shares: Arc<BTreeMap<PeerId, u64>>,
}

impl Lines {
    /// The site whose line somebody uses: by the address, else where the token says the person is at home. Only the
    /// site is kept.
    pub fn site_of(&self, from: Option<IpAddr>, claims: &Claims) -> Option<SiteId> {
        let home = claims.home_site.as_deref().and_then(|home| home.parse().ok());
        self.known().plan.site_of(from, home)
    }

    /// Takes what a meeting's people take now; what everybody may have since it was last looked.
    pub fn exchange(&self, meeting: MeetingId, readings: Vec<Reading<PeerId>>) -> Arc<BTreeMap<PeerId, u64>> {
        let mut known = self.known();
        known.readings.insert(meeting, readings);
        known.shares.clone()
    }

    /// A meeting is over on this node.
    pub fn forget(&self, meeting: MeetingId) {
        self.known().readings.remove(&meeting);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().expect("nobody panics while holding this lock")
    }
}

/// Says every second what everybody may have, for ever.
pub async fn keep(registry: Arc<Registry>) {
    let around = &registry.around;
    let mut seconds = interval(LOOK_EVERY);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut regulator = Regulator::default();
    let mut others = Vec::new();
    let mut asked_at: Option<Instant> = None;
    loop {
        seconds.tick().await;
        if asked_at.is_none_or(|at| at.elapsed() >= PLAN_EVERY) {
            asked_at = Some(Instant::now());
            if let Ok(Ok(Some(plan))) = timeout(CLUSTER_PATIENCE, around.cluster.lines.plan()).await {
                around.lines.known().plan = Arc::new(plan);
            }
        }
        let (plan, own) = {
            let known = around.lines.known();
            (known.plan.clone(), known.readings.values().flatten().copied().collect::<Vec<_>>())
        };
        if !plan.lines.is_empty() {
            others = exchange_sums(&registry, &own).await.unwrap_or(others);
        }
        let shares = regulator.regulate(&plan, &own, &others, Instant::now());
        metrics::gauge!("rennsteig_lines_held").set(regulator.held_lines() as f64);
        metrics::gauge!("rennsteig_lines_participants_held").set(shares.len() as f64);
        around.lines.known().shares = Arc::new(shares);
    }
}

/// Tells the other nodes what this one takes, and hears what they do.
async fn exchange_sums(registry: &Registry, own: &[Reading<PeerId>]) -> Option<Vec<Crowd>> {
    let (lines, node) = (&registry.around.cluster.lines, &registry.around.config.node);
    let used = LineUse { node: node.clone(), crowds: crowds(own) };
    let (_, uses) =
        timeout(SUMS_PATIENCE, async { tokio::join!(lines.note_use(&used, USE_TTL), lines.uses()) }).await.ok()?;
    Some(uses.ok()?.into_iter().filter(|used| used.node != *node).flat_map(|used| used.crowds).collect())
}
