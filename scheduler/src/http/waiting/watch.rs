use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use futures_util::FutureExt as _;
use uuid::Uuid;

use super::WaitingPerson;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::http::stream::{self, Look};

/// Who waits at the door, as an event stream: event `waiting` at once and with every change, its
/// data as the list answers it. Watching keeps the session alive; it ends with the session.
#[utoipa::path(get, path = "/meetings/{id}/waiting/events", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 200, description = "Events `waiting`", body = Items<WaitingPerson>, content_type = "text/event-stream"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn watch_waiting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<Response, Problem> {
    let (venue, _) = super::waiting(&app, &who, id).await?;
    let (watcher, credential) = (Arc::clone(&app), who.credential);
    let looking = Box::new(move || {
        let app = Arc::clone(&watcher);
        async move {
            let who = app.signed_in(credential).await?.ok_or_else(Problem::sign_in_required)?;
            let (_, items) = super::waiting(&app, &who, id).await?;
            Ok(Look::new(&items))
        }
        .boxed()
    });
    let occurrence = venue.occurrence.id;
    let wakes = move |event: &Event| *event == Event::DoorChanged { occurrence };
    Ok(stream::watch(&app, "waiting", wakes, stream::SLOWLY, false, looking).await)
}
