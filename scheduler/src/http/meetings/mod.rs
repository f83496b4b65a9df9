//! Meetings from outside: look, join, and what moderators do at the door.

pub(crate) mod check_in;
pub(crate) mod end;
pub(crate) mod join;
pub(crate) mod lock;
pub(crate) mod moderate;
#[cfg(test)]
mod ongoing;
pub(crate) mod remove_participant;
pub(crate) mod send_back;
pub(crate) mod show;
pub(crate) mod try_line;
pub(crate) mod unlock;

use cluster::Event;
use domain::MeetingName;
use domain::policy::Action;
use http::StatusCode;
use uuid::Uuid;

use super::actor::SignedIn;
use super::problem::Problem;
use crate::app::App;
use crate::meeting::venue::Venue;
use crate::meeting::visitor::NotRecognised;

impl From<NotRecognised> for Problem {
    fn from(error: NotRecognised) -> Self {
        match error {
            NotRecognised::Nobody => Self::sign_in_required(),
            NotRecognised::LinkInvalid => Self::link_invalid(),
            NotRecognised::Storage(error) => error.into(),
        }
    }
}

/// Locks or unlocks the door. Doing it twice does no harm: it is locked since the first time.
async fn set_lock(app: &App, who: &SignedIn, id: Uuid, is_locked: bool) -> Result<StatusCode, Problem> {
    let now = app.now();
    let mut unit = app.store.begin().await?;
    let mut venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    let (locked_at, action) = match is_locked {
        true => (venue.occurrence.locked_at.or(Some(now)), "meeting.locked"),
        false => (None, "meeting.unlocked"),
    };
    venue.occurrence.locked_at = locked_at;
    unit.save_occurrence(&venue.occurrence).await?;
    let subject = format!("meeting {}", venue.occurrence.id);
    unit.add_audit(&who.entry_for(venue.booking.organiser, now, action, subject)).await?;
    unit.commit().await?;
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    Ok(StatusCode::NO_CONTENT)
}

/// There is no such meeting: said to those who are signed in. A link to nothing is not valid, and
/// who showed nothing signs in first, be there a meeting or not.
fn no_such_meeting(is_signed_in: bool, showed_something: bool) -> Problem {
    match (showed_something, is_signed_in) {
        (true, _) => Problem::link_invalid(),
        (false, true) => Problem::not_found(),
        (false, false) => Problem::sign_in_required(),
    }
}

/// A running meeting without a booking, made by a third party's token: administrators may
/// intervene, for others there is none.
async fn foreign(app: &App, who: &SignedIn, meeting: &MeetingName) -> Result<(), Problem> {
    if !who.may(Action::InterveneInMeetings) {
        return Err(Problem::not_found());
    }
    app.cluster.directory.owner(meeting).await?.map(drop).ok_or_else(Problem::not_found)
}
