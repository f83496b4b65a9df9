use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::capacity::{Load, Loads, Point, Pool, band, quarter_at, quarter_start};
use domain::policy::Action;
use domain::{PoolId, timing};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use storage::PoolUse;
use utoipa::{IntoParams, ToSchema};

use super::PoolAnswer;
use crate::app::App;
use crate::booking::plan::timing_problem;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// Most days answered at once.
const MOST_DAYS: u32 = 62;
/// A fortnight, if nothing is said.
const USUAL_DAYS: u32 = 14;

/// Which pools, when, how fine.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ForecastParams {
    /// Only this pool; needed for steps finer than a day.
    #[param(value_type = Option<Uuid>)]
    pool: Option<PoolId>,
    /// The first day; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// 1 to 62; 14 if absent.
    days: Option<u32>,
    /// `day` if absent.
    #[param(inline)]
    step: Option<Step>,
    /// IANA name of the time zone of the days; `Europe/Berlin` if absent.
    zone: Option<String>,
}

/// How fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

/// What is expected on pools, and what was measured.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastAnswer {
    #[schema(inline)]
    step: Step,
    zone: String,
    pools: Vec<PoolForecast>,
}

/// One pool, step by step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PoolForecast {
    pool: PoolAnswer,
    items: Vec<ForecastItem>,
}

/// The busiest quarter of an hour of a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastItem {
    /// When the step begins.
    start: Instant,
    /// Less is unlikely: one time in ten.
    lower: Figures,
    /// What the bookings let expect.
    expected: Figures,
    /// More is unlikely: one time in ten.
    upper: Figures,
    /// How much of the pool is expected to be taken, percent; absent where it has no limit.
    percent: Option<u32>,
    /// What was measured, once something was.
    measured: Option<Figures>,
    /// How much of the pool that was, percent.
    measured_percent: Option<u32>,
}

/// Participants and Mbit/s.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    people: f64,
    mbps: f64,
}

impl From<Point> for Figures {
    fn from(point: Point) -> Self {
        let rounded = |number: f64| (number * 100.0).round() / 100.0;
        Self { people: rounded(point.people), mbps: rounded(point.mbps) }
    }
}

/// What is expected on the pools, and what was measured: by day for all, finer for one. Of each step the busiest
/// quarter of an hour.
#[utoipa::path(get, path = "/pools/forecast", tag = "capacity", params(ForecastParams), responses(
    (status = 200, body = ForecastAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found: there is no such pool", body = ProblemBody),
    (status = 422, description = "invalid, unknown_zone", body = ProblemBody),
))]
pub(crate) async fn forecast_pools(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<ForecastParams>,
) -> Result<Json<ForecastAnswer>, Problem> {
    who.must(Action::ManageCapacity)?;
    let days = params.days.unwrap_or(USUAL_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::invalid("days", "1 to 62"));
    }
    let step = params.step.unwrap_or(Step::Day);
    if step != Step::Day && params.pool.is_none() {
        return Err(Problem::invalid("pool", "one pool, for steps finer than a day"));
    }
    let zone_name = params.zone.unwrap_or_else(|| "Europe/Berlin".into());
    let zone = timing::zone(&zone_name).map_err(timing_problem)?;
    let from = params.from.unwrap_or_else(|| zone.to_datetime(app.now()).date());
    let steps = steps(step, from, days, &zone)?;
    let mut unit = app.store.read().await?;
    let mut pools = unit.pools().await?;
    if let Some(only) = params.pool {
        pools.retain(|pool| pool.id == only);
        if pools.is_empty() {
            return Err(Problem::not_found());
        }
    }
    let ids: Vec<PoolId> = pools.iter().map(|pool| pool.id).collect();
    let whole = steps.first().map_or(0, |one| one.start)..steps.last().map_or(0, |one| one.end);
    let loads = unit.pool_loads(&ids, std::slice::from_ref(&whole)).await?;
    let uses = unit.pool_uses(&ids, whole).await?;
    let shown = |pool: &Pool| {
        let first = uses.partition_point(|(id, ..)| *id < pool.id);
        let last = uses.partition_point(|(id, ..)| *id <= pool.id);
        let items = steps.iter().map(|step| item(pool, step, &loads, &uses[first..last])).collect();
        PoolForecast { pool: PoolAnswer::from(pool), items }
    };
    Ok(Json(ForecastAnswer { step, zone: zone_name, pools: pools.iter().map(shown).collect() }))
}

/// The quarter hours of each step. A day is as long as the clocks make it.
fn steps(step: Step, from: Date, days: u32, zone: &TimeZone) -> Result<Vec<Range<i64>>, Problem> {
    let mut steps = Vec::new();
    let begins = |day: Date| -> Option<i64> {
        let midnight: Timestamp = day.to_zoned(zone.clone()).ok()?.timestamp();
        Some(quarter_at(midnight))
    };
    let mut day = from;
    for _ in 0..days {
        let next = day.checked_add(1.day()).ok();
        let range = next.and_then(|next| Some((next, begins(day)?..begins(next)?)));
        let (next, quarters) = range.ok_or_else(|| Problem::invalid("from", "a day between the years 1 and 9999"))?;
        match step {
            Step::Day => steps.push(quarters),
            Step::Hour => steps.extend(quarters.step_by(4).map(|first| first..first + 4)),
            Step::Quarter => steps.extend(quarters.map(|first| first..first + 1)),
        }
        day = next;
    }
    Ok(steps)
}

fn item(pool: &Pool, step: &Range<i64>, loads: &Loads, uses: &[(PoolId, i64, PoolUse)]) -> ForecastItem {
    let within = loads.range((pool.id, step.start)..(pool.id, step.end)).map(|(_, load)| *load);
    let busiest = within.max_by_key(|load| (pool.percent(load), load.kbps)).unwrap_or_default();
    let band = band(&busiest);
    let first = uses.partition_point(|(_, quarter, _)| *quarter < step.start);
    let last = uses.partition_point(|(_, quarter, _)| *quarter < step.end);
    let used =
        uses[first..last].iter().map(|(.., used)| measured(used)).max_by_key(|load| (pool.percent(load), load.kbps));
    ForecastItem {
        start: Instant(quarter_start(step.start)),
        lower: band.lower.into(),
        expected: band.expected.into(),
        upper: band.upper.into(),
        percent: pool.percent(&busiest),
        measured: used.map(|used| domain::capacity::band(&used).expected.into()),
        measured_percent: used.and_then(|used| pool.percent(&used)),
    }
}

/// What was measured, as a load about which there is no doubt.
fn measured(used: &PoolUse) -> Load {
    let kbps = i64::try_from(used.kbps).unwrap_or(i64::MAX);
    Load { people_milli: i64::from(used.people) * 1_000, kbps, ..Load::default() }
}
