use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};

use super::{Asked, wanted};
use crate::dav::entries;
use crate::dav::multistatus::Multistatus;
use crate::dav::refusal::Refusal;
use crate::dav::state::{self, State};
use crate::dav::xml::DAV;
use crate::dav::xml::read::Element;

/// What is another since a program was told (RFC 6578, 3.2).
pub(super) async fn answer(asked: &Asked<'_>, headers: &HeaderMap, root: &Element) -> Result<Response, Refusal> {
    let (wanted, form) = wanted(root)?;
    // `0` says the RFC (3.3), `1` said its drafts: Thunderbird sends both, this one and `sync-level`.
    if headers.get("depth").is_some_and(|depth| depth != "0" && depth != "1") {
        return Err(Refusal::malformed("sync-collection is asked with `Depth: 0` or `Depth: 1`."));
    }
    // A calendar holds entries and nothing below them: `1` and `infinite` are the same.
    let level = root.child(DAV, "sync-level").map(Element::text);
    if level.is_some_and(|level| level != "1" && level != "infinite") {
        return Err(Refusal::malformed("sync-level is 1 or infinite."));
    }
    let token = root.child(DAV, "sync-token").ok_or_else(|| Refusal::malformed("sync-token is missing."))?.text();
    let (app, who, owner) = (asked.app, asked.who, asked.owner);
    let before = match token {
        "" => None,
        token => Some(state::told(app, who.id(), owner, token).await?.ok_or_else(|| {
            Refusal::forbidden("d:valid-sync-token", "This token is not known any more: begin with an empty one.")
        })?),
    };
    let mut unit = app.store.read().await?;
    let items = entries::all(app, unit.as_mut(), who, owner, form).await?;
    drop(unit);
    let now = State::of(&items);
    let is_news = |item: &&entries::Item| !before.as_ref().is_some_and(|before| before.has(item));
    let changed: Vec<&entries::Item> = items.iter().filter(is_news).collect();
    let gone: Vec<&String> = before.iter().flat_map(|before| before.without(&now)).collect();
    if limit(root)?.is_some_and(|limit| changed.len() + gone.len() > limit) {
        return Err(Refusal::unmet(
            StatusCode::INSUFFICIENT_STORAGE,
            "d:number-of-matches-within-limits",
            "There are more changes than the limit, and they are not told in pieces.",
        ));
    }
    state::keep(app, who.id(), owner, &now, who.actor.now).await?;
    let mut answer = Multistatus::new();
    for item in changed {
        asked.tell(&mut answer, item, &wanted);
    }
    for name in gone {
        answer.gone(&asked.place(name).href());
    }
    answer.sync_token(&now.token());
    Ok(answer.into_response())
}

fn limit(root: &Element) -> Result<Option<usize>, Refusal> {
    let Some(limit) = root.child(DAV, "limit").and_then(|limit| limit.child(DAV, "nresults")) else {
        return Ok(None);
    };
    limit.text().parse().map(Some).map_err(|_| Refusal::malformed("nresults is a number."))
}
