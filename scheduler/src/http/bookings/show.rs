use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::BookingId;
use http::StatusCode;

use super::Rows;
use crate::app::App;
use crate::booking::invitations::NewSecrets;
use crate::booking::view::{self, BookingAnswer};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Shows a booking to its organiser, those who act for that person, and those invited.
#[utoipa::path(get, path = "/bookings/{id}", tag = "bookings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn show_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
) -> Result<Response, Problem> {
    let mut unit = app.store.read().await?;
    let rows = Rows::seen_by(unit.as_mut(), &who, id).await?;
    let occurrence = rows.occurrence(&app);
    let answer = view::show(&app, unit.as_mut(), &who, rows.shown(&occurrence), &NewSecrets::new()).await?;
    Ok(versioned(StatusCode::OK, rows.booking.version, answer))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn only_who_has_to_do_with_a_booking_sees_it() {
        let bench = Bench::new().await;
        let (boss, invited) = (bench.person("Boss", &[]).await, bench.person("Invited", &[]).await);
        let (assistant, stranger) = (bench.person("Assistant", &[]).await, bench.person("Stranger", &[]).await);
        bench.delegate(&boss, &assistant, &["see_all"]).await;
        let shown = bench
            .booked(
                &boss,
                json!({
                    "people": [{ "person": invited.id, "role": "participant" }],
                    "guests": [{ "name": "Gast", "email": "gast@example.org" }],
                }),
            )
            .await;
        let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
        let see = async |who| bench.get(&path).by(who).send().await;

        let by_boss = see(&boss).await;
        assert_eq!(by_boss.is(200).etag(), "\"1\"");
        assert_eq!(by_boss.body["guests"][0]["email"], "gast@example.org");
        let by_invited = see(&invited).await;
        assert_eq!(by_invited.is(200).body["my_role"], "participant");
        assert_eq!(
            by_invited.body["may"],
            json!({ "change": false, "check_in": true, "hand_over": false, "moderate": false })
        );
        assert_eq!(by_invited.body["guests"][0]["email"], json!(null), "the guest's address is the organiser's");
        assert_eq!(by_invited.body["joinable_from"], "2026-11-24T08:45:00Z");
        assert_eq!(see(&assistant).await.is(200).body["may"]["change"], false);
        see(&stranger).await.is_problem(404, "not_found");
        bench.get("/bookings/nonsense").by(&boss).send().await.is_problem(404, "not_found");
    }
}
