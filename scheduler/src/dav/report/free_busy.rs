use axum::response::{IntoResponse as _, Response};
use domain::policy::Action;
use http::{HeaderValue, header};

use super::{Asked, span};
use crate::calendar::free_busy;
use crate::dav::entries;
use crate::dav::refusal::Refusal;
use crate::dav::xml::CALDAV;
use crate::dav::xml::read::Element;

/// When the owner is busy, not with what (RFC 4791, 7.10).
pub(super) async fn answer(asked: &Asked<'_>, root: &Element) -> Result<Response, Refusal> {
    let range = root.child(CALDAV, "time-range").ok_or_else(|| Refusal::malformed("time-range is missing."))?;
    if range.attribute("start").is_none() || range.attribute("end").is_none() {
        return Err(Refusal::malformed("free-busy-query needs `start` and `end`."));
    }
    let span = span(range)?;
    asked.who.must(Action::SeeBusyOf(asked.owner))?;
    let mut unit = asked.app.store.read().await?;
    let times = unit.busy_times(&[asked.owner], span, entries::MOST).await?;
    drop(unit);
    let text = free_busy::write(span, times.iter().map(|time| time.span), asked.who.actor.now);
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
