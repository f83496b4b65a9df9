use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::BookingId;
use http::{HeaderValue, header};

use super::Rows;
use crate::app::App;
use crate::booking::view;
use crate::calendar;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// The booking as an iCalendar file, with the neutral link: a series with its rule, what is left
/// out and every date that differs.
#[utoipa::path(get, path = "/bookings/{id}/calendar.ics", tag = "bookings", params(("id" = Uuid, Path)), responses(
    (status = 200, description = "iCalendar (RFC 5545)", body = String, content_type = "text/calendar"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn download_calendar(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
) -> Result<Response, Problem> {
    let mut unit = app.store.read().await?;
    let rows = Rows::seen_by(unit.as_mut(), &who, id).await?;
    let people = unit.people_by_id(&[rows.booking.organiser, rows.booking.booked_by]).await?;
    let rooms = view::rooms(unit.as_mut(), &rows.booking, &rows.occurrences).await?;
    let continuations = unit.continuations_of(&[id]).await?;
    drop(unit);
    let calendar = calendar::write(&calendar::Entry {
        booking: &rows.booking,
        span: calendar::span(&rows.occurrences),
        occurrences: &rows.occurrences,
        organiser: people.iter().find(|person| person.id == rows.booking.organiser),
        booked_by: people.iter().find(|person| person.id == rows.booking.booked_by),
        answers_to: None,
        rooms: &rooms,
        join_url: &app.join_url(&rows.booking),
        written_at: app.now(),
        kept: None,
        date: None,
        continuations: &continuations,
        is_veiled: false,
        method: calendar::Method::Publish,
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8; method=PUBLISH")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rennsteig.ics\"")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, calendar).into_response())
}

#[cfg(test)]
mod tests {
    use domain::RoomKind;
    use serde_json::json;

    use crate::testing::{BASE, Bench};

    #[tokio::test]
    async fn the_file_has_the_neutral_link_and_no_guests() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        bench.delegate(&boss, &assistant, &["book"]).await;
        let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
        let guests = json!([{ "name": "Gast", "email": "gast@example.org" }]);
        let changes = json!({ "organiser": boss.id, "rooms": [room], "guests": guests });
        let shown = bench.booked(&assistant, changes).await;
        let id = shown["id"].as_str().expect("an id");
        let path = format!("/bookings/{id}/calendar.ics");
        let answer = bench.get(&path).by(&boss).send().await;
        assert!(answer.is(200).headers["content-type"].to_str().expect("ASCII").starts_with("text/calendar"));
        assert!(answer.headers["content-disposition"].to_str().expect("ASCII").starts_with("attachment"));
        let file = answer.text.replace("\r\n ", "");
        assert!(file.contains(&format!("\r\nURL:{BASE}/m/{id}\r\n")), "{file}");
        assert!(file.contains("SENT-BY=\"mailto:assistant@example.org\":mailto:boss@example.org"), "{file}");
        assert!(!file.contains("gast@example.org") && !file.contains('#'), "{file}");
        let stranger = bench.person("Stranger", &[]).await;
        bench.get(&path).by(&stranger).send().await.is_problem(404, "not_found");
    }
}
