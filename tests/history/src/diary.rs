//! What a booking becomes when it is changed: worked out anew, from the words of the API alone.

use jiff::civil::{Date as Day, DateTime};

use crate::event::{RoomNumber, Shown};
use crate::hours::{LONGEST, Rule, instant};

/// A booking as its client believes it to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diary {
    /// Where its wall times are.
    pub zone: &'static str,
    /// The rooms of every date without rooms of its own.
    pub rooms: Vec<RoomNumber>,
    /// What makes it a series.
    pub rule: Option<Rule>,
    /// All dates that it has.
    pub dates: Vec<Date>,
    /// Days of the rule that were left out when booking.
    pub skipped: Vec<Day>,
    /// Over and done with?
    pub is_cancelled: bool,
}

/// One date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// The wall time that its rule, or who booked it, gave it.
    pub key: DateTime,
    /// Start and end, UTC seconds.
    pub span: (i64, i64),
    /// Somewhere else than its rule says?
    pub is_moved: bool,
    /// Rooms of its own.
    pub rooms: Option<Vec<RoomNumber>>,
    /// Cancelled by itself?
    pub is_cancelled: bool,
}

/// What is asked for: a booking as a whole.
#[derive(Clone, Debug)]
pub struct Draft {
    /// In which zone.
    pub zone: &'static str,
    /// In which rooms.
    pub rooms: Vec<RoomNumber>,
    /// From and until, by the wall; of a series the first date.
    pub wall: (DateTime, DateTime),
    /// What makes it a series.
    pub rule: Option<Rule>,
    /// Dates without which, or in other rooms, it shall be booked.
    pub exceptions: Vec<Exception>,
}

/// One date that shall differ.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Which, by the rule.
    pub key: DateTime,
    /// Where instead; none leaves it out.
    pub rooms: Option<Vec<RoomNumber>>,
}

impl Draft {
    /// Why it has to be refused whatever others have booked.
    pub fn refusal_due(&self) -> Option<&'static str> {
        let ((start, starts), (end, ends)) = (instant(self.wall.0, self.zone), instant(self.wall.1, self.zone));
        match end - start {
            _ if !starts || !ends => Some("time_does_not_exist"),
            ..=0 => Some("end_before_start"),
            length if length > LONGEST => Some("too_long"),
            _ => None,
        }
    }

    /// The booking, if nothing stands in the way.
    pub fn booked(&self) -> Diary {
        let nothing = Diary {
            zone: self.zone,
            rooms: Vec::new(),
            rule: None,
            dates: Vec::new(),
            skipped: Vec::new(),
            is_cancelled: false,
        };
        nothing.redrawn(self).expect("nothing is lost of nothing")
    }

    fn span(&self) -> (i64, i64) {
        (instant(self.wall.0, self.zone).0, instant(self.wall.1, self.zone).0)
    }
}

impl Diary {
    /// As everybody sees it.
    pub fn shown(&self) -> Shown {
        let dates = self.dates.iter().map(|one| (one.span.0, one.span.1, one.is_cancelled)).collect();
        let held = self.dates.iter().filter(|one| !one.is_cancelled && !self.is_cancelled);
        let claims = held.flat_map(|one| self.rooms_of(one).iter().map(|room| (*room, one.span.0, one.span.1)));
        Shown::of(self.is_cancelled, dates, claims.collect())
    }

    fn rooms_of<'a>(&'a self, date: &'a Date) -> &'a [RoomNumber] {
        date.rooms.as_deref().unwrap_or(&self.rooms)
    }

    /// The date with this name.
    pub fn date(&self, key: DateTime) -> Option<&Date> {
        self.dates.iter().find(|one| one.key == key)
    }

    /// Changed as a whole. What was changed or cancelled by itself stays so as long as its day has a date; nothing if
    /// some of that would be lost.
    pub fn redrawn(&self, draft: &Draft) -> Option<Self> {
        let span = draft.span();
        let mut next = Self {
            zone: draft.zone,
            rooms: draft.rooms.clone(),
            rule: draft.rule.clone(),
            dates: Vec::new(),
            skipped: Vec::new(),
            is_cancelled: false,
        };
        let Some(rule) = &draft.rule else {
            next.dates.push(Date { key: draft.wall.0, span, is_moved: false, rooms: None, is_cancelled: false });
            return Some(next);
        };
        for key in rule.dates() {
            let exception = draft.exceptions.iter().find(|one| one.key == key);
            let earlier = self.dates.iter().find(|one| one.key.date() == key.date());
            let was_skipped = earlier.is_none() && self.skipped.contains(&key.date());
            if exception.map_or(was_skipped, |one| one.rooms.is_none()) {
                next.skipped.push(key.date());
                continue;
            }
            let start = instant(key, draft.zone).0;
            let mut date =
                Date { key, span: (start, start + span.1 - span.0), is_moved: false, rooms: None, is_cancelled: false };
            if let Some(earlier) = earlier {
                let own = earlier.clone();
                date = Date { span: if own.is_moved { own.span } else { date.span }, key, ..own };
            }
            if let Some(rooms) = exception.and_then(|one| one.rooms.clone()) {
                date.rooms = Some(rooms);
            }
            next.dates.push(date);
        }
        let is_left = |one: &Date| next.dates.iter().any(|date| date.key.date() == one.key.date());
        let is_own = |one: &Date| one.is_moved || one.rooms.is_some() || one.is_cancelled;
        let is_lost = self.dates.iter().any(|one| is_own(one) && !is_left(one));
        let takes_place = next.dates.iter().any(|one| !one.is_cancelled);
        (!is_lost && takes_place).then_some(next)
    }

    /// With one date at another time, perhaps in other rooms; one that was cancelled takes place again.
    pub fn with_date(&self, key: DateTime, wall: (DateTime, DateTime), rooms: Option<&[RoomNumber]>) -> Self {
        let span = (instant(wall.0, self.zone).0, instant(wall.1, self.zone).0);
        let own = rooms.map(<[RoomNumber]>::to_vec).filter(|rooms| *rooms != self.rooms);
        let dates = self.dates.iter().map(|one| match one.key == key {
            true => {
                Date { key, span, is_moved: one.is_moved || span != one.span, rooms: own.clone(), is_cancelled: false }
            }
            false => one.clone(),
        });
        Self { dates: dates.collect(), ..self.clone() }
    }

    /// Without one date.
    pub fn without_date(&self, key: DateTime) -> Self {
        let mut next = self.clone();
        next.dates.iter_mut().filter(|one| one.key == key).for_each(|one| one.is_cancelled = true);
        next
    }

    /// Was a date moved over this instant? The diary has no words for dates that its rule does not name.
    pub fn moves_over(&self, start: i64) -> bool {
        self.dates.iter().any(|one| (one.span.0 < start) != (instant(one.key, self.zone).0 < start))
    }

    /// Ended before an instant; nothing if no date would be left.
    pub fn ending_before(&self, start: i64) -> Option<Self> {
        let mut next = self.clone();
        next.dates.retain(|one| one.span.0 < start);
        if let Some(rule) = &mut next.rule {
            rule.count = rule.dates().iter().filter(|key| instant(**key, self.zone).0 < start).count();
        }
        (!next.dates.is_empty()).then_some(next)
    }

    /// What goes on from an instant under a draft of its own.
    pub fn going_on(&self, start: i64, draft: &Draft) -> Option<Self> {
        let mut later = self.clone();
        later.dates.retain(|one| one.span.0 >= start);
        later.redrawn(draft)
    }

    /// Without a room that was refused.
    pub fn without_room(&self, room: RoomNumber) -> Self {
        let left =
            |rooms: &[RoomNumber]| -> Vec<RoomNumber> { rooms.iter().copied().filter(|one| *one != room).collect() };
        let rooms = left(&self.rooms);
        let mut next = Self { rooms: rooms.clone(), ..self.clone() };
        for date in &mut next.dates {
            date.rooms = date.rooms.as_deref().map(left).filter(|own| *own != rooms);
        }
        next
    }

    /// Cancelled as a whole.
    pub fn cancelled(&self) -> Self {
        Self { is_cancelled: true, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::hours::Every;

    fn weekly(count: usize) -> Draft {
        let start = date(2027, 6, 7).at(9, 0, 0, 0);
        let rule = Rule { start, every: Every::Weeks(1), count };
        let wall = (start, date(2027, 6, 7).at(10, 0, 0, 0));
        Draft { zone: "Europe/Berlin", rooms: vec![1], wall, rule: Some(rule), exceptions: Vec::new() }
    }

    /// 2027-06-07T07:00:00Z.
    const FIRST: i64 = 1_812_351_600;
    const WEEK: i64 = 7 * 86_400;

    #[test]
    fn a_series_holds_its_room_on_every_date() {
        let shown = weekly(2).booked().shown();
        assert_eq!(shown.claims, [(1, FIRST, FIRST + 3_600), (1, FIRST + WEEK, FIRST + WEEK + 3_600)]);
    }

    #[test]
    fn a_moved_date_stays_where_it_is_when_all_are_moved() {
        let series = weekly(3).booked();
        let key = date(2027, 6, 14).at(9, 0, 0, 0);
        let moved =
            series.with_date(key, (date(2027, 6, 15).at(9, 15, 0, 0), date(2027, 6, 15).at(10, 0, 0, 0)), Some(&[2]));
        let mut draft = weekly(3);
        let start = date(2027, 6, 7).at(11, 0, 0, 0);
        draft.wall = (start, date(2027, 6, 7).at(12, 0, 0, 0));
        draft.rule = Some(Rule { start, every: Every::Weeks(1), count: 3 });
        let later = moved.redrawn(&draft).expect("nothing is lost").shown();
        let by_the_wall = FIRST + WEEK + 86_400 + 900;
        assert_eq!(
            later.claims,
            [
                (1, FIRST + 7_200, FIRST + 10_800),
                (1, FIRST + 2 * WEEK + 7_200, FIRST + 2 * WEEK + 10_800),
                (2, by_the_wall, by_the_wall + 2_700),
            ]
        );
    }

    #[test]
    fn what_was_cancelled_is_not_lost_by_a_shorter_rule() {
        let series = weekly(3).booked().without_date(date(2027, 6, 21).at(9, 0, 0, 0));
        assert_eq!(series.redrawn(&weekly(2)), None);
        assert_eq!(series.redrawn(&weekly(3)).map(|one| one.shown().claims.len()), Some(2));
    }

    #[test]
    fn a_refused_room_goes_from_all_dates() {
        let mut draft = weekly(2);
        draft.rooms = vec![1, 2];
        let claims = draft.booked().without_room(1).shown().claims;
        assert_eq!(claims.iter().map(|claim| claim.0).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn what_cannot_be_is_due_to_be_refused() {
        let mut draft = weekly(2);
        draft.wall.0 = date(2027, 3, 28).at(2, 30, 0, 0);
        draft.wall.1 = date(2027, 3, 28).at(4, 0, 0, 0);
        assert_eq!(draft.refusal_due(), Some("time_does_not_exist"));
        draft.wall.0 = date(2027, 3, 27).at(3, 30, 0, 0);
        // By the wall it is half an hour too long; the clocks are put forward in between.
        assert_eq!(draft.refusal_due(), None);
    }
}
