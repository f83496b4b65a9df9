use axum::response::{IntoResponse as _, Response};

use super::filter::Filter;
use super::{Asked, wanted};
use crate::dav::entries;
use crate::dav::multistatus::Multistatus;
use crate::dav::refusal::Refusal;
use crate::dav::xml::CALDAV;
use crate::dav::xml::read::Element;

/// Which entries fit a filter (RFC 4791, 7.8). When dates lie is the database's to say: it has them unfolded.
pub(super) async fn answer(asked: &Asked<'_>, root: &Element) -> Result<Response, Refusal> {
    let (wanted, form) = wanted(root)?;
    let filter = root.child(CALDAV, "filter").ok_or_else(|| Refusal::malformed("calendar-query needs a filter."))?;
    let filter = Filter::read(filter)?;
    let mut unit = asked.app.store.read().await?;
    let items = match filter.span {
        _ if filter.fits_nothing => Vec::new(),
        Some(span) => entries::within(asked.app, unit.as_mut(), asked.who, asked.owner, span, form).await?,
        None => entries::all(asked.app, unit.as_mut(), asked.who, asked.owner, form).await?,
    };
    drop(unit);
    let mut answer = Multistatus::new();
    for item in items.iter().filter(|item| filter.fits(&item.text)) {
        asked.tell(&mut answer, item, &wanted);
    }
    Ok(answer.into_response())
}
