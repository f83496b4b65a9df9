use std::sync::Arc;

use domain::{PersonId, Room};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::file::Read;
use crate::app::App;
use crate::booking::draft::BookingBody;
use crate::booking::naming::Naming;
use crate::dav;
use crate::entry::draught::Draught;
use crate::entry::places;
use crate::entry::refused::EntryRefused;
use crate::entry::wish::Wish;
use crate::http::actor::SignedIn;
use crate::http::problem::Problem;

/// Why an entry is not booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportRefused {
    /// `not_understood`, `is_there`, or a code of the API.
    code: String,
    /// The property of the entry (`DTSTART`), or a field of a booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// What it may hold, or what happened, in words.
    detail: String,
}

impl From<&EntryRefused> for ImportRefused {
    fn from(refused: &EntryRefused) -> Self {
        let field = match refused {
            EntryRefused::Property { property, .. } => Some(property.clone()),
            EntryRefused::Storage(_) => None,
        };
        Self { code: "not_understood".into(), field, detail: refused.to_string() }
    }
}

impl From<&Problem> for ImportRefused {
    fn from(problem: &Problem) -> Self {
        let code = serde_json::to_value(problem.code).ok().and_then(|code| code.as_str().map(str::to_owned));
        let (field, detail) = (problem.field_name().map(str::to_owned), dav::in_words(problem));
        Self { code: code.unwrap_or_default(), field, detail }
    }
}

impl ImportRefused {
    fn is_there() -> Self {
        let detail = "UID: the calendar has this entry already.".to_owned();
        Self { code: "is_there".into(), field: Some("UID".into()), detail }
    }
}

/// An entry that can be tried.
pub(super) struct Wanted {
    pub(super) title: String,
    pub(super) body: BookingBody,
    pub(super) naming: Naming,
    /// A place that is no room: it stands in the description instead.
    pub(super) place: Option<String>,
    /// Who would be invited, and is not unless that is wanted.
    pub(super) people: usize,
}

/// For whom, and how.
pub(super) struct Importing<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) who: &'a SignedIn,
    pub(super) organiser: PersonId,
    pub(super) invites: bool,
    pub(super) rooms: Vec<Room>,
}

impl Importing<'_> {
    /// What an entry asks for.
    pub(super) async fn want(&self, read: Read) -> Result<Result<Wanted, (String, ImportRefused)>, Problem> {
        let mut wish: Wish = match read {
            Read::Refused(title, refused) => return Ok(Err((title, ImportRefused::from(&refused)))),
            Read::Wish(wish) => *wish,
        };
        let title = wish.whole.title.clone();
        let mut unit = self.app.store.read().await?;
        if dav::has_uid(self.app, unit.as_mut(), self.who, self.organiser, &wish.uid).await? {
            return Ok(Err((title, ImportRefused::is_there())));
        }
        let people = wish.whole.people().len();
        if !self.invites {
            wish.leave_out_people();
        }
        let place = places::set_aside(&mut wish, &self.rooms);
        let drawn = match Draught::new(self.app, unit.as_mut(), self.organiser, &wish, None).await {
            Ok(draught) => draught.booking(unit.as_mut()).await,
            Err(refused) => Err(refused),
        };
        drop(unit);
        match drawn {
            Err(EntryRefused::Storage(error)) => Err(error.into()),
            Err(refused) => Ok(Err((title, ImportRefused::from(&refused)))),
            Ok(body) => {
                let zone = domain::timing::zone(&body.zone).unwrap_or(TimeZone::UTC);
                let own_lines = wish.own_lines(&zone);
                let naming = Naming { person: self.organiser, name: None, uid: wish.uid.clone(), own_lines };
                Ok(Ok(Wanted { title, body, naming, place, people }))
            }
        }
    }
}
