//! The rules of a room: who may book it, when and for how long.

pub(crate) mod set;
pub(crate) mod show;

use domain::room_policy::{Approval, Blackout, Bookers, OpeningHours, PolicyRefused, RoomPeople, RoomPolicy};
use domain::{Person, PersonId, Room, text};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use storage::{RoomRules, StorageError, Unit};
use utoipa::ToSchema;

use crate::http::answer::Named;
use crate::http::problem::Problem;

/// Days on which the room cannot be booked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Blackout)]
pub(crate) struct BlackoutFields {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Why; everybody may read it. Up to 200 characters.
    #[serde(default)]
    why: String,
}

/// When the room is open on one day of the week; a day may have several.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = OpeningHours)]
pub(crate) struct HoursFields {
    /// 1 is Monday, 7 is Sunday.
    #[schema(minimum = 1, maximum = 7)]
    weekday: i8,
    #[schema(example = "08:00")]
    from: String,
    /// `00:00` is midnight, the end of the day.
    #[schema(example = "18:00")]
    until: String,
}

/// Who may book the room.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Who {
    /// Everybody with an account.
    #[default]
    Everybody,
    /// Those in `listed`, and who books for them.
    Listed,
    /// Only the room's delegates.
    Delegates,
}

/// Rules without people.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct RulesFields {
    /// How many days ahead, 1 to 3,650. (Exchange: BookingWindowInDays)
    booking_window_days: Option<u16>,
    /// 1 to 1,440. (MinimumDurationInMinutes)
    minimum_minutes: Option<u16>,
    /// 1 to 1,440. (MaximumDurationInMinutes)
    maximum_minutes: Option<u16>,
    /// Refuse bookings for more people than fit, instead of only showing it. (EnforceCapacity)
    enforce_capacity: bool,
    /// Needed before each booking, 0 to 240.
    buffer_before_minutes: u16,
    /// Needed after each booking, 0 to 240.
    buffer_after_minutes: u16,
    /// 5 to 120: released if nobody came by then, neither to the meeting nor to the door. (EnableAutoRelease,
    /// PostReservationMaxClaimTimeInMinutes)
    release_after_minutes: Option<u16>,
    /// Up to 100.
    blackouts: Vec<BlackoutFields>,
    /// Up to 28; always open without any.
    opening_hours: Vec<HoursFields>,
    /// Closed on the public holidays of Thuringia.
    closed_on_holidays: bool,
    /// IANA zone of these days and times.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// Who may book; whoever keeps the room always may. (AllBookInPolicy, BookInPolicy)
    #[schema(value_type = String, example = "everybody", pattern = "^(everybody|listed|delegates)$")]
    bookers: Who,
    /// When who looks after the room is asked first: `never`, `out_of_policy` (about what breaks a rule), `always`.
    /// (RequestInPolicy, RequestOutOfPolicy)
    #[schema(value_type = String, example = "never", pattern = "^(never|out_of_policy|always)$")]
    approval: When,
}

/// When who looks after the room is asked first.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    /// Never.
    #[default]
    Never,
    /// About what breaks a rule.
    OutOfPolicy,
    /// Always.
    Always,
}

impl Default for RulesFields {
    fn default() -> Self {
        Self::from(&RoomPolicy::default())
    }
}

impl From<&RoomPolicy> for RulesFields {
    fn from(policy: &RoomPolicy) -> Self {
        let clock = |time: Time| time.strftime("%H:%M").to_string();
        let blackout = |one: &Blackout| BlackoutFields { from: one.from, until: one.until, why: one.why.clone() };
        let hours =
            |one: &OpeningHours| HoursFields { weekday: one.weekday, from: clock(one.from), until: clock(one.until) };
        Self {
            booking_window_days: policy.booking_window_days,
            minimum_minutes: policy.minimum_minutes,
            maximum_minutes: policy.maximum_minutes,
            enforce_capacity: policy.enforce_capacity,
            buffer_before_minutes: policy.buffer_before_minutes,
            buffer_after_minutes: policy.buffer_after_minutes,
            release_after_minutes: policy.release_after_minutes,
            blackouts: policy.blackouts.iter().map(blackout).collect(),
            opening_hours: policy.opening_hours.iter().map(hours).collect(),
            closed_on_holidays: policy.closed_on_holidays,
            zone: policy.zone.clone(),
            bookers: match policy.bookers {
                Bookers::Everybody => Who::Everybody,
                Bookers::Listed => Who::Listed,
                Bookers::Delegates => Who::Delegates,
            },
            approval: match policy.approval {
                Approval::Never => When::Never,
                Approval::OutOfPolicy => When::OutOfPolicy,
                Approval::Always => When::Always,
            },
        }
    }
}

impl RulesFields {
    /// The rules, if every field is in order.
    fn check(self) -> Result<RoomPolicy, Problem> {
        let mut blackouts = Vec::with_capacity(self.blackouts.len());
        for (place, one) in self.blackouts.into_iter().enumerate() {
            let why = match one.why.trim() {
                "" => Ok(String::new()),
                why => text::line(why, domain::room_policy::LONGEST_WHY),
            };
            let why = why.map_err(|_| {
                Problem::invalid(format!("blackouts[{place}].why"), "up to 200 characters, no line breaks")
            })?;
            blackouts.push(Blackout { from: one.from, until: one.until, why });
        }
        let mut opening_hours = Vec::with_capacity(self.opening_hours.len());
        for (place, one) in self.opening_hours.into_iter().enumerate() {
            let clock = |name: &str, text: &str| {
                text.parse::<Time>()
                    .map_err(|_| Problem::invalid(format!("opening_hours[{place}].{name}"), "a time of day like 08:00"))
            };
            let (from, until) = (clock("from", &one.from)?, clock("until", &one.until)?);
            opening_hours.push(OpeningHours { weekday: one.weekday, from, until });
        }
        let policy = RoomPolicy {
            booking_window_days: self.booking_window_days,
            minimum_minutes: self.minimum_minutes,
            maximum_minutes: self.maximum_minutes,
            enforce_capacity: self.enforce_capacity,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            release_after_minutes: self.release_after_minutes,
            blackouts,
            opening_hours,
            closed_on_holidays: self.closed_on_holidays,
            zone: self.zone,
            bookers: match self.bookers {
                Who::Everybody => Bookers::Everybody,
                Who::Listed => Bookers::Listed,
                Who::Delegates => Bookers::Delegates,
            },
            approval: match self.approval {
                When::Never => Approval::Never,
                When::OutOfPolicy => Approval::OutOfPolicy,
                When::Always => Approval::Always,
            },
        };
        policy.check().map_err(|PolicyRefused { field, allowed }| Problem::invalid(field, allowed))?;
        Ok(policy)
    }
}

/// The rules of a room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomPolicyAnswer {
    #[serde(flatten)]
    rules: RulesFields,
    /// Who may book, where `bookers` is `listed`; told to those who manage rooms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    listed: Option<Vec<Named>>,
    /// Who keeps the room and is not bound by its rules. (ResourceDelegates)
    delegates: Vec<Named>,
    /// The room's ETag without its quotes.
    version: i64,
}

impl RoomPolicyAnswer {
    async fn read(unit: &mut dyn Unit, room: &Room, with_listed: bool) -> Result<Self, StorageError> {
        let rules = unit.room_rules(&[room.id]).await?.pop();
        let rules = rules.unwrap_or_else(|| RoomRules {
            room: room.id,
            policy: RoomPolicy::default(),
            people: RoomPeople::default(),
        });
        let ids: Vec<PersonId> = rules.people.bookers.iter().chain(&rules.people.delegates).copied().collect();
        let people = unit.people_by_id(&ids).await?;
        let named = |ids: &[PersonId]| -> Vec<Named> {
            let mut named: Vec<&Person> = people.iter().filter(|person| ids.contains(&person.id)).collect();
            named.sort_by_key(|person| (person.name.expose().to_lowercase(), person.id));
            named.into_iter().map(Named::from).collect()
        };
        Ok(Self {
            rules: RulesFields::from(&rules.policy),
            listed: with_listed.then(|| named(&rules.people.bookers)),
            delegates: named(&rules.people.delegates),
            version: room.version,
        })
    }
}

#[cfg(test)]
mod tests;
