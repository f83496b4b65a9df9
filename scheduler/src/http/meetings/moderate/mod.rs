mod groups;
mod poll;
mod role;

use std::sync::Arc;

use axum::extract::State;
use cluster::{Command, Moderation};
use domain::{Identity, Private};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::people::fields;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id};
use crate::meeting::venue::Venue;

/// What is to be done, in the meeting as it is now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ModerateBody {
    /// Switches somebody's microphone off.
    Mute {
        #[schema(value_type = String)]
        identity: Identity,
    },
    /// Switches all microphones off but one's own and those of presenters.
    MuteAll,
    /// Ends somebody's shared screen.
    StopShare {
        #[schema(value_type = String)]
        identity: Identity,
    },
    /// Asks somebody to switch the microphone on.
    AskToSpeak {
        #[schema(value_type = String)]
        identity: Identity,
    },
    /// Takes somebody off the speaker list.
    LowerHand {
        #[schema(value_type = String)]
        identity: Identity,
    },
    /// Shows somebody under another name, up to 100 characters, until the meeting is left.
    Rename {
        #[schema(value_type = String)]
        identity: Identity,
        #[schema(value_type = String)]
        name: Private<String>,
    },
    /// Makes something else of somebody, in this meeting and also after coming back; not of oneself, and not of
    /// those who moderate by the booking itself: the organiser, and who books for the organiser. Only people with
    /// an account become moderators.
    GiveRole {
        #[schema(value_type = String)]
        identity: Identity,
        #[schema(inline)]
        role: role::RoleToGive,
    },
    /// Begins a break that everybody sees; it replaces one that runs.
    BeginBreak {
        /// How long, 1 to 120 minutes.
        #[schema(minimum = 1, maximum = 120)]
        minutes: u8,
    },
    /// Ends the break before its time.
    EndBreak,
    /// Changes what holds for everybody's microphones and screens; what is absent stays as it was. The rules hold in
    /// the main room, not in groups.
    SetRules {
        /// Only presenters and moderators show a screen; running shares of others are ended.
        #[serde(default)]
        only_presenters_share: Option<bool>,
        /// Only presenters, moderators and who was called with `give_floor` are heard.
        #[serde(default)]
        moderated_microphones: Option<bool>,
        /// How long a turn on the speaker list is, 1 to 60 minutes; 0: as long as it takes. Counts from the next turn on.
        #[serde(default)]
        #[schema(maximum = 60)]
        turn_minutes: Option<u8>,
    },
    /// Calls somebody to speak: asks for the microphone, takes the person off the speaker list and begins the turn,
    /// as long as the rules say. Whoever had the floor has it no longer.
    GiveFloor {
        #[schema(value_type = String)]
        identity: Identity,
    },
    /// Ends the turn that runs.
    EndTurn,
    /// Says who writes the notes of the meeting; everybody reads them.
    OpenNotes {
        /// Everybody; else who moderates or presents.
        everybody: bool,
    },
    /// Puts a question to everybody inside, one vote for each person. While one is open, nothing happens.
    OpenPoll {
        /// 1 to 300 characters.
        #[schema(value_type = String)]
        question: Private<String>,
        /// The answers: 2 to 10 different ones, each 1 to 100 characters.
        #[schema(value_type = Vec<String>, min_items = 2, max_items = 10)]
        options: Vec<Private<String>>,
        /// Everybody reads who voted for what, once it is closed. Else the votes are anonymous.
        #[serde(default)]
        roll_call: bool,
        /// Guests vote, too.
        #[serde(default)]
        with_guests: bool,
    },
    /// Ends the voting and shows everybody the result.
    ClosePoll {
        /// The number the meeting gave it.
        poll: u32,
    },
    /// Opens groups in which people hear, see and write to each other and nobody else. While some are open,
    /// nothing happens. Whoever moderates stays in the main room unless named, and may go into every group.
    OpenGroups {
        /// Their titles, 2 to 20, each 1 to 60 characters; the first group has number 1.
        #[schema(value_type = Vec<String>, min_items = 2, max_items = 20)]
        titles: Vec<Private<String>>,
        #[schema(inline)]
        division: groups::DivisionToMake,
        /// Who goes where when it is decided by hand; whoever is not named stays in the main room.
        #[serde(default)]
        #[schema(max_items = 2000)]
        seats: Vec<groups::SeatToGive>,
        /// When they end by themselves, 1 to 240 minutes; without it when the moderation ends them.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 240)]
        minutes: Option<u16>,
        /// Everybody may go to the main room before the end, and come back.
        #[serde(default = "groups::usually")]
        may_return: bool,
    },
    /// Leads somebody into another group.
    MoveToGroup {
        #[schema(value_type = String)]
        identity: Identity,
        /// The number of the group; without it: the main room.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 20)]
        group: Option<u8>,
    },
    /// Says something to everybody, in whichever group.
    TellGroups {
        /// 1 to 500 characters.
        #[schema(value_type = String)]
        text: Private<String>,
    },
    /// Calls everybody back into the main room.
    CloseGroups {
        /// After how many seconds: 0 at once, or 10 to 60.
        #[serde(default)]
        #[schema(maximum = 60)]
        seconds: u8,
    },
}

/// Longest break, minutes.
const LONGEST_BREAK_MINUTES: u8 = 120;
/// Longest turn on the speaker list that may be set, minutes.
const LONGEST_TURN_MINUTES: u8 = 60;

impl ModerateBody {
    fn act(self, moderator: Identity, seed: impl FnOnce() -> u64) -> Result<Moderation, Problem> {
        Ok(match self {
            Self::Mute { identity } => Moderation::Mute { identity },
            Self::MuteAll => Moderation::MuteAll { but: moderator },
            Self::StopShare { identity } => Moderation::StopShare { identity },
            Self::AskToSpeak { identity } => Moderation::AskToSpeak { identity },
            Self::LowerHand { identity } => Moderation::LowerHand { identity },
            Self::Rename { identity, name } => Moderation::Rename { identity, name: fields::name(&name)? },
            Self::GiveRole { identity, role } => Moderation::GiveRole { identity, role: role.into() },
            Self::BeginBreak { minutes } if (1..=LONGEST_BREAK_MINUTES).contains(&minutes) => {
                Moderation::BeginBreak { minutes }
            }
            Self::BeginBreak { .. } => return Err(Problem::invalid("minutes", "1 to 120")),
            Self::EndBreak => Moderation::EndBreak,
            Self::SetRules { turn_minutes: Some(minutes), .. } if minutes > LONGEST_TURN_MINUTES => {
                return Err(Problem::invalid("turn_minutes", "0, or 1 to 60"));
            }
            Self::SetRules { only_presenters_share, moderated_microphones, turn_minutes } => {
                Moderation::SetRules { only_presenters_share, moderated_microphones, turn_minutes }
            }
            Self::GiveFloor { identity } => Moderation::GiveFloor { identity },
            Self::EndTurn => Moderation::EndTurn,
            Self::OpenNotes { everybody } => Moderation::OpenNotes { everybody },
            Self::OpenPoll { question, options, roll_call, with_guests } => {
                let (question, options) = poll::fields(&question, &options)?;
                Moderation::OpenPoll { question, options, roll_call, with_guests }
            }
            Self::ClosePoll { poll } => Moderation::ClosePoll { poll },
            Self::OpenGroups { titles, division, seats, minutes, may_return } => {
                let titles = groups::titles(&titles)?;
                let division = groups::division(division, seats, titles.len(), seed)?;
                Moderation::OpenGroups { titles, division, minutes: groups::minutes(minutes)?, may_return }
            }
            Self::MoveToGroup { identity, group } => Moderation::MoveToGroup { identity, group: groups::group(group)? },
            Self::TellGroups { text } => Moderation::TellGroups { text: groups::word(&text)? },
            Self::CloseGroups { seconds } => Moderation::CloseGroups { seconds: groups::notice(seconds)? },
        })
    }
}

/// Moderates people inside. Nobody's microphone, camera or screen is ever switched on by others.
/// Whoever is not inside (any more) is passed over. Doing it twice does no harm.
#[utoipa::path(post, path = "/meetings/{id}/moderate", tag = "meetings",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
request_body = ModerateBody,
responses(
    (status = 204, description = "Passed on to the meeting"),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 503, description = "unavailable", body = ProblemBody),
))]
pub(crate) async fn moderate(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
    Body(body): Body<ModerateBody>,
) -> Result<StatusCode, Problem> {
    if let ModerateBody::GiveRole { identity, role } = &body {
        role::give(&app, &who, id, identity, (*role).into()).await?;
    }
    let mut unit = app.store.begin().await?;
    let venue = Venue::moderated_by(&app, unit.as_mut(), &who, id).await?;
    drop(unit);
    let act = body.act(Identity::from(who.id()), || app.draw())?;
    if let Some(lease) = app.cluster.directory.owner(&venue.name()).await? {
        app.cluster.bus.send(&lease.owner, Command::Moderate { meeting: venue.name(), act }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests;
