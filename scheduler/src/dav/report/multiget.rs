use std::collections::HashSet;

use axum::response::{IntoResponse as _, Response};

use super::{Asked, wanted};
use crate::dav::entries;
use crate::dav::multistatus::Multistatus;
use crate::dav::place::Place;
use crate::dav::refusal::Refusal;
use crate::dav::xml::DAV;
use crate::dav::xml::read::Element;

/// Most entries asked for by name at once.
const MOST: usize = 2_000;

/// Entries by their addresses (RFC 4791, 7.9); what is not there is said of each.
pub(super) async fn answer(asked: &Asked<'_>, root: &Element) -> Result<Response, Refusal> {
    let (wanted, form) = wanted(root)?;
    let hrefs: Vec<&str> = root.children.iter().filter(|child| child.is(DAV, "href")).map(Element::text).collect();
    if hrefs.len() > MOST {
        return Err(Refusal::forbidden("d:number-of-matches-within-limits", "At most 2,000 entries at once."));
    }
    let name = |href: &&str| match Place::read(href) {
        Some(Place::Entry(me, owner, name)) if me == asked.me && owner == asked.owner => Some(name),
        _ => None,
    };
    let names: Vec<String> = hrefs.iter().filter_map(name).collect();
    let mut unit = asked.app.store.read().await?;
    let items = entries::named(asked.app, unit.as_mut(), asked.who, asked.owner, &names, form).await?;
    drop(unit);
    let mut answer = Multistatus::new();
    for item in &items {
        asked.tell(&mut answer, item, &wanted);
    }
    let found: HashSet<&str> = items.iter().map(|item| item.name.as_str()).collect();
    for href in &hrefs {
        if !name(href).is_some_and(|name| found.contains(name.as_str())) {
            answer.gone(href);
        }
    }
    Ok(answer.into_response())
}
