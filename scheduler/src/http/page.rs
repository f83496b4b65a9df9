//! Lists that are read page by page.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::problem::Problem;

/// Most answered at once.
const MOST: usize = 100;
/// How many if nothing is said.
const USUAL: usize = 50;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// Goes on after this one: `next` of the page before.
    after: Option<Uuid>,
    /// 1 to 100; 50 if absent.
    limit: Option<usize>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    /// What to send as `after` to read on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

impl<T> Page<T> {
    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }

    /// The same of something else.
    pub(crate) fn map<U>(self, shown: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(shown).collect(), next: self.next }
    }
}

impl PageParams {
    /// The page of a list that is known as a whole.
    pub(crate) fn of<T>(&self, all: Vec<T>, id: impl Fn(&T) -> Uuid) -> Result<Page<T>, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::invalid("limit", "1 to 100"));
        }
        let first = match self.after {
            None => 0,
            Some(after) => {
                let place = all.iter().position(|one| id(one) == after);
                place.ok_or_else(|| Problem::invalid("after", "the `next` of a page before"))? + 1
            }
        };
        let is_last = all.len() - first <= limit;
        let items: Vec<T> = all.into_iter().skip(first).take(limit).collect();
        let next = items.last().filter(|_| !is_last).map(&id);
        Ok(Page { items, next })
    }
}
