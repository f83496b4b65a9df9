use domain::{Room, RoomId, text};

use super::attendee::Named;
use super::event::Event;
use super::refused::{EntryRefused, refused};
use super::wish::Wish;

/// What LOCATION and attendees name.
pub(super) struct Places<'a> {
    pub(super) rooms: &'a [Room],
    /// Stands in LOCATION besides the rooms.
    pub(super) join_url: Option<&'a str>,
}

impl Places<'_> {
    /// The rooms an event shall have. It names them twice, and programs change either: what is gone from one of them is
    /// gone, what is new in one of them is new.
    pub(super) fn read(&self, event: &Event, earlier: &[RoomId]) -> Result<Vec<RoomId>, EntryRefused> {
        let mut located = Vec::new();
        // A room's own name may hold what stands between names.
        let whole = event.location.trim();
        match self.named(whole) {
            Some(room) => located.push(room),
            None => {
                for part in whole.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
                    if Some(part) != self.join_url {
                        let allowed = "names of rooms, semicolons between them, and the link of the meeting";
                        located.push(self.named(part).ok_or_else(|| refused("LOCATION", allowed))?);
                    }
                }
            }
        }
        let mut attending = Vec::new();
        for room in event.attendees.iter().filter_map(|one| match &one.who {
            Named::Room(room) => Some(room),
            Named::Person(_) => None,
        }) {
            let allowed = "with CUTYPE=ROOM the name of a room, or its id as urn:uuid:";
            attending.push(self.named(room).ok_or_else(|| refused("ATTENDEE", allowed))?);
        }
        let mut rooms: Vec<RoomId> = located.iter().chain(&attending).copied().collect();
        rooms.retain(|room| !earlier.contains(room) || (located.contains(room) && attending.contains(room)));
        rooms.sort_unstable();
        rooms.dedup();
        Ok(rooms)
    }

    fn named(&self, text: &str) -> Option<RoomId> {
        let text = text.trim().to_lowercase();
        let is_meant = |room: &&Room| {
            let with_site = room.site.as_ref().map(|site| format!("{} ({site})", room.name).to_lowercase());
            room.id.to_string() == text || room.name.to_lowercase() == text || with_site.as_ref() == Some(&text)
        };
        let mut meant = self.rooms.iter().filter(|room| room.retired_at.is_none()).filter(is_meant);
        let room = meant.next().or_else(|| self.rooms.iter().find(is_meant))?;
        // Two of one name: neither.
        if meant.next().is_some() { None } else { Some(room.id) }
    }
}

/// Where entries come from elsewhere, their place is seldom one of our rooms: it goes to the front of the description.
pub(crate) fn set_aside(wish: &mut Wish, rooms: &[Room]) -> Option<String> {
    let places = Places { rooms, join_url: None };
    let place = wish.whole.location.trim().to_owned();
    wish.leave_out_room_addresses();
    let parts = place.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    if places.named(&place).is_some() || parts.clone().all(|part| places.named(part).is_some()) {
        return None;
    }
    for event in wish.dates.iter_mut().filter(|event| event.location.trim() == place) {
        event.location.clear();
    }
    let description = format!("{place}\n\n{}", wish.whole.description.trim());
    wish.whole.location.clear();
    wish.whole.description = description.trim().chars().take(text::DESCRIPTION_LIMIT).collect();
    Some(place)
}
