use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{CalendarFeedId, RoomId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use storage::CalendarFeed;
use utoipa::ToSchema;

use super::FeedAnswer;
use crate::app::App;
use crate::http::actor::{Credential, SignedIn};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;
use crate::secret::{self, Secret};

/// Most addresses of one person.
const MOST: usize = 50;

/// Whose calendar it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FeedBody {
    /// Of this room; one's own calendar if absent.
    #[schema(value_type = Option<Uuid>)]
    room: Option<RoomId>,
}

/// The address, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeFeed {
    #[serde(flatten)]
    feed: FeedAnswer,
    /// For the calendar program. Whoever has it can read: pass it on to nobody.
    #[schema(example = "https://meet.example.org/api/v1/calendar-feeds/0192…/calendar.ics?key=…")]
    url: String,
}

/// Makes a secret address for a calendar program, of one's own calendar or of a room; an earlier one for the
/// same ends. A program with an API token cannot make one.
#[utoipa::path(post, path = "/calendar-feeds", tag = "bookings", request_body = FeedBody, responses(
    (status = 201, body = MadeFeed),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: asked with an API token", body = ProblemBody),
    (status = 422, description = "invalid: no such room, or fifty addresses already", body = ProblemBody),
))]
pub(crate) async fn make_calendar_feed(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<FeedBody>,
) -> Result<(StatusCode, Json<MadeFeed>), Problem> {
    if matches!(who.credential, Credential::ApiToken(_)) {
        return Err(Problem::not_allowed());
    }
    who.must(match body.room {
        Some(_) => Action::FollowRooms,
        None => Action::FollowCalendarOf(who.id()),
    })?;
    let secret = Secret::draw(app.randomness.as_ref(), secret::SESSION_BYTES);
    let feed = CalendarFeed {
        id: CalendarFeedId::from_uuid(app.new_id()),
        person: who.id(),
        room: body.room,
        secret_hash: secret.hash,
        created_at: app.now(),
    };
    let mut unit = app.store.begin().await?;
    if let Some(room) = body.room {
        let exists = unit.room(room).await?.is_some_and(|room| room.retired_at.is_none());
        if !exists {
            return Err(Problem::invalid("room", "a room that exists"));
        }
    }
    let others = unit.feeds_of(who.id()).await?.iter().filter(|one| one.room != body.room).count();
    if others >= MOST {
        return Err(Problem::invalid("room", "at most 50 addresses: end one first"));
    }
    unit.save_feed(&feed).await?;
    unit.add_audit(&who.entry(app.now(), "calendar_feed.made", format!("calendar_feed {}", feed.id))).await?;
    let answer = FeedAnswer::new(unit.as_mut(), &feed).await?;
    unit.commit().await?;
    let url =
        format!("{}/api/v1/calendar-feeds/{}/calendar.ics?key={}", app.config.base_url, feed.id, secret.text.expose());
    Ok((StatusCode::CREATED, Json(MadeFeed { feed: answer, url })))
}
