//! Calendars for calendar programs (CalDAV, RFC 4791): Thunderbird, Apple Calendar, DAVx5 and others.
//!
//! A person's calendar is what that person organises or is invited to, and each booking is one entry. Programs sign
//! in with a password made for them alone ([`caller`]). What lies where says [`place`]; what is in a calendar,
//! [`entries`]; what has changed since a program asked last, [`state`].
//!
//! To add a property: a line in [`properties`]; a question: a file in `report/` and a line in its table.

mod answer;
pub(crate) mod caller;
mod delete;
mod entries;
mod multistatus;
mod outbox;
pub(crate) mod password;
mod place;
mod properties;
mod propfind;
mod put;
#[cfg(test)]
mod racing_tests;
mod refusal;
mod report;
mod state;
#[cfg(test)]
pub(crate) mod testing;
mod told;
mod xml;

pub(crate) use place::CALENDARS_PATH;
pub(crate) use told::in_words;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use domain::PersonId;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use storage::{StorageError, Unit};

use crate::app::App;
use crate::calendar::Form;
use crate::http::actor::SignedIn;
use crate::http::layers;
use place::Place;
use refusal::Refusal;

/// Largest body, bytes.
const BODY_LIMIT: usize = 512 * 1024;
/// What this server can do (RFC 4918, 10.1; RFC 4791, 5.1).
const CLASSES: HeaderValue = HeaderValue::from_static("1, 3, calendar-access");
/// Which methods are known.
const METHODS: HeaderValue =
    HeaderValue::from_static("OPTIONS, GET, HEAD, PUT, DELETE, POST, PROPFIND, PROPPATCH, REPORT");

/// Reads any bytes as the body of each kind of request.
pub(crate) fn fuzz(bytes: &[u8]) {
    if let Ok(root) = xml::read::read(bytes) {
        report::fuzz(&root);
        propfind::fuzz(bytes);
    }
    let _ = outbox::Question::read(bytes);
}

/// Does the calendar have an entry with that UID?
pub(crate) async fn has_uid(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    uid: &str,
) -> Result<bool, StorageError> {
    Ok(entries::with_uid(app, unit, who, owner, uid).await?.is_some())
}

/// Serves everything below [`CALENDARS_PATH`], and where programs look for it (RFC 6764, 5).
/// Does an entry lie under that name in a person's calendar, as somebody sees it?
pub(crate) async fn has_name(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    name: &String,
) -> Result<bool, StorageError> {
    let found = entries::named(app, unit, who, owner, std::slice::from_ref(name), Form::Whole).await?;
    Ok(!found.is_empty())
}

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/.well-known/caldav", any(lead_there))
        .route("/caldav", any(serve))
        .route("/caldav/", any(serve))
        .route("/caldav/{*path}", any(serve))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), layers::identify))
        .with_state(app)
}

async fn lead_there() -> Response {
    let there = HeaderValue::from_static("/caldav/");
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, there)]).into_response()
}

async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let answer = follow(&app, request).await;
    let mut response = answer.unwrap_or_else(|refusal| refusal.into_response());
    response.headers_mut().insert(HeaderName::from_static("dav"), CLASSES);
    response
}

async fn follow(app: &Arc<App>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str();
    if method == "OPTIONS" {
        // Programs ask this before they sign in, and it tells nothing about anybody.
        return Ok((StatusCode::NO_CONTENT, [(header::ALLOW, METHODS)]).into_response());
    }
    let who = caller::sign_in(app, &parts).await?;
    let place = Place::read(parts.uri.path()).ok_or_else(Refusal::not_found)?;
    if place.reader().is_some_and(|reader| reader != who.id()) {
        return Err(Refusal::not_found());
    }
    match method {
        "PROPFIND" => propfind::find(app, &who, place, &parts.headers, &bytes(body).await?).await,
        "PROPPATCH" => propfind::refuse_changes(&place, &bytes(body).await?),
        "REPORT" => report::answer(app, &who, &place, &parts.headers, &bytes(body).await?).await,
        "PUT" => put::put(app, &who, &place, &parts.headers, &bytes(body).await?).await,
        "POST" if matches!(place, Place::Outbox(_)) => outbox::ask(app, &who, &place, &bytes(body).await?).await,
        "DELETE" => delete::delete(app, &who, &place, &parts.headers).await,
        "GET" | "HEAD" => get(app, &who, &place, &parts.headers).await,
        _ => Ok((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, METHODS)]).into_response()),
    }
}

async fn bytes(body: Body) -> Result<axum::body::Bytes, Refusal> {
    let too_large = |_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "A request may have 512 KiB.");
    axum::body::to_bytes(body, BODY_LIMIT).await.map_err(too_large)
}

/// One entry as it is, or that it is as it was.
async fn get(app: &App, who: &SignedIn, place: &Place, headers: &HeaderMap) -> Result<Response, Refusal> {
    let Place::Entry(_, owner, name) = place else {
        return Ok((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, METHODS)]).into_response());
    };
    let mut unit = app.store.read().await?;
    propfind::owner(unit.as_mut(), who, *owner).await?;
    let items = entries::named(app, unit.as_mut(), who, *owner, std::slice::from_ref(name), Form::Whole).await?;
    drop(unit);
    let item = items.into_iter().next().ok_or_else(Refusal::not_found)?;
    let tag = format!("\"{}\"", item.mark);
    let asks = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = asks.flat_map(|value| value.split(',')).any(|one| one.trim().trim_start_matches("W/") == tag);
    let visible = |text: &str| HeaderValue::from_str(text).expect("digits and letters");
    let told = [
        (header::ETAG, visible(&tag)),
        (header::LAST_MODIFIED, visible(&properties::http_date(item.changed_at))),
        (header::CONTENT_TYPE, HeaderValue::from_static(properties::CONTENT_TYPE)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if is_known { Ok((StatusCode::NOT_MODIFIED, told).into_response()) } else { Ok((told, item.text).into_response()) }
}

#[cfg(test)]
mod asking_tests;
#[cfg(test)]
mod recorded_tests;
#[cfg(test)]
mod sent_back_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod writing_tests;
