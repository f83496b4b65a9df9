//! Draws bookings and gives their rows away, table by table.

use jiff::Timestamp;
use jiff::civil::DateTime;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

use super::calendar::{Calendar, NOW, QUARTERS};
use super::cell::{Cell, place};
use super::{FEEDS, SECRET, Shape, feed, id, person, principals, room, seats, site};

/// Weeks of a series, and how long its dates are, in quarters of an hour.
const WEEKS: &[usize] = &[26, 52, 104];
const LENGTHS: &[usize] = &[2, 4, 4, 6, 8];
/// Of a hundred dates, so many belong to a series: with a room, and without.
const SERIES_IN_ROOMS: usize = 67;
const SERIES_ELSEWHERE: usize = 90;
/// A series with fewer dates left is not booked.
const FEWEST: usize = 8;

/// Takes rows as they come.
pub trait Taker {
    /// One row of the table at this place of the list.
    fn take(&mut self, table: usize, row: Vec<Cell>);
}

struct Places {
    bookings: usize,
    booking_rooms: usize,
    occurrences: usize,
    claims: usize,
    invitations: usize,
}

/// Draws everything.
pub struct Author<'a, T> {
    shape: Shape,
    calendar: &'a Calendar,
    random: StdRng,
    taker: &'a mut T,
    places: Places,
    bookings: usize,
    occurrences: usize,
    invitations: usize,
    now: i64,
}

/// When a weekly series, or a single meeting, takes place.
struct Wish {
    days: Vec<usize>,
    skipped: Vec<usize>,
    quarter: usize,
    length: usize,
    is_series: bool,
}

impl<'a, T: Taker> Author<'a, T> {
    /// Begins with nothing written.
    pub fn new(shape: Shape, calendar: &'a Calendar, taker: &'a mut T) -> Self {
        let now = NOW.parse::<Timestamp>().expect("an instant").as_second();
        let places = Places {
            bookings: place("bookings"),
            booking_rooms: place("booking_rooms"),
            occurrences: place("occurrences"),
            claims: place("room_claims"),
            invitations: place("invitations"),
        };
        let random = StdRng::seed_from_u64(shape.seed);
        Self { shape, calendar, random, taker, places, bookings: 0, occurrences: 0, invitations: 0, now }
    }

    /// All of it.
    pub fn write(&mut self) {
        self.people();
        self.rooms();
        for number in 0..self.shape.rooms {
            // Some rooms are wanted more than others, by half at most.
            let mean = self.shape.room_dates / self.shape.rooms;
            let dates = mean / 2 + mean * (2 * number + 1) / (2 * self.shape.rooms);
            self.fill_room(number, dates);
        }
        let elsewhere = self.shape.dates.saturating_sub(self.occurrences);
        let singles = elsewhere - elsewhere * SERIES_ELSEWHERE / 100;
        while self.occurrences + singles < self.shape.dates {
            let wish = self.weekly();
            self.book(&wish, None);
        }
        while self.occurrences < self.shape.dates {
            let wish = self.once();
            self.book(&wish, None);
        }
    }

    fn people(&mut self) {
        let (people, tokens, delegations, feeds) =
            (place("people"), place("api_tokens"), place("delegations"), place("calendar_feeds"));
        let text = |words: String| Cell::Text(words);
        for number in 0..self.shape.people {
            let (name, email) = (format!("Person {number}"), format!("person{number}@example.org"));
            let row = vec![
                Cell::Id(person(number)),
                text(name.clone()),
                text(name.to_lowercase()),
                text(email),
                text(if number + 1 == self.shape.people { "administrator".into() } else { String::new() }),
                text("de".into()),
                Cell::Number(self.now - 86_400),
            ];
            self.taker.take(people, row);
            let hash = |kind: &str| Cell::Bytes(Sha256::digest(format!("{SECRET}{kind}{number}")).to_vec());
            let row = vec![
                Cell::Id(id(4, number)),
                hash("token"),
                Cell::Id(person(number)),
                text("benchmark".into()),
                Cell::Number(self.now),
                Cell::Number(self.now + 86_400 * 365),
            ];
            self.taker.take(tokens, row);
            if number < FEEDS {
                let row = vec![Cell::Id(feed(number)), Cell::Id(person(number)), hash("feed"), Cell::Number(self.now)];
                self.taker.take(feeds, row);
            }
        }
        for number in principals(&self.shape) {
            let (principal, delegate) = (Cell::Id(person(number)), Cell::Id(person(0)));
            self.taker.take(delegations, vec![Cell::Id(id(5, number)), principal, delegate, text("see_busy".into())]);
        }
    }

    fn rooms(&mut self) {
        for number in 0..self.shape.rooms {
            let row = vec![
                Cell::Id(room(number)),
                Cell::Text("physical".into()),
                Cell::Text(format!("Raum {number:03}")),
                Cell::Text(site(number)),
                Cell::Number(seats(number) as i64),
                Cell::Number(1),
            ];
            self.taker.take(place("rooms"), row);
        }
    }

    fn fill_room(&mut self, number: usize, dates: usize) {
        let mut taken = vec![0_u64; self.calendar.days()];
        let (mut held, series) = (0, dates * SERIES_IN_ROOMS / 100);
        // A room that is nearly full gets what still fits.
        for _ in 0..20 * dates {
            if held >= dates {
                break;
            }
            let mut wish = if held < series { self.weekly() } else { self.once() };
            let bits = ((1_u64 << wish.length) - 1) << wish.quarter;
            let (free, not) = wish.days.iter().partition(|day| taken[**day] & bits == 0);
            (wish.days, wish.skipped) = (free, not);
            if wish.days.len() >= if wish.is_series { FEWEST } else { 1 } {
                wish.days.iter().for_each(|day| taken[*day] |= bits);
                held += wish.days.len();
                self.book(&wish, Some(number));
            }
        }
    }

    fn weekly(&mut self) -> Wish {
        let (weekday, weeks) = (self.random.random_range(0..5), self.choose(WEEKS));
        let first = self.random.random_range(0..self.calendar.weeks());
        let weeks = first..(first + weeks).min(self.calendar.weeks());
        Wish { days: weeks.map(|week| week * 5 + weekday).collect(), is_series: true, ..self.once() }
    }

    fn once(&mut self) -> Wish {
        let length = self.choose(LENGTHS);
        // Mostly at full and half hours.
        let quarter = self.random.random_range(0..=QUARTERS - length);
        let quarter = if self.random.random_bool(0.8) { quarter / 2 * 2 } else { quarter };
        let day = self.random.random_range(0..self.calendar.days());
        Wish { days: vec![day], skipped: Vec::new(), quarter, length, is_series: false }
    }

    fn choose(&mut self, from: &[usize]) -> usize {
        from[self.random.random_range(0..from.len())]
    }

    fn somebody(&mut self) -> usize {
        let among = if self.random.random_bool(0.17) { self.shape.busy_people() } else { self.shape.people };
        self.random.random_range(0..among)
    }

    fn book(&mut self, wish: &Wish, held: Option<usize>) {
        let booking = Cell::Id(id(6, self.bookings));
        self.bookings += 1;
        let organiser = self.somebody();
        let first = wish.days[0];
        let wall = |day: usize| written(self.calendar.wall(day, wish.quarter));
        let series = |text: String| if wish.is_series { Cell::Text(text) } else { Cell::Null };
        let all = wish.days.len() + wish.skipped.len();
        // The first date must be one of the rule.
        let first_of_rule = wish.skipped.first().copied().unwrap_or(first).min(first);
        let skipped: Vec<String> = wish.skipped.iter().map(|day| wall(*day)).collect();
        // Days are drawn in their order.
        let second = |day: usize, quarter: usize| Cell::Number(self.calendar.second(day, quarter));
        let begins = second(first, wish.quarter);
        let ends = second(wish.days[wish.days.len() - 1], wish.quarter + wish.length);
        let rows = vec![
            booking.clone(),
            Cell::Text(format!("Beratung {}", self.bookings)),
            Cell::Text(String::new()),
            Cell::Id(person(organiser)),
            Cell::Id(person(organiser)),
            Cell::Text("Europe/Berlin".into()),
            Cell::Truth(true),
            Cell::Number(0),
            Cell::Number(1),
            Cell::Number(self.now - 86_400),
            Cell::Number(self.now - 86_400),
            series(format!("FREQ=WEEKLY;COUNT={all}")),
            series(wall(first_of_rule)),
            if wish.is_series { Cell::Number(wish.length as i64 * 900) } else { Cell::Null },
            if skipped.is_empty() { Cell::Null } else { Cell::Text(skipped.join(" ")) },
            begins.clone(),
            ends.clone(),
        ];
        self.taker.take(self.places.bookings, rows);
        if let Some(number) = held {
            self.taker.take(self.places.booking_rooms, vec![booking.clone(), Cell::Id(room(number))]);
        }
        for day in &wish.days {
            let start = self.calendar.second(*day, wish.quarter);
            let (start, end) = (Cell::Number(start), Cell::Number(start + wish.length as i64 * 900));
            let occurrence = Cell::Id(id(7, self.occurrences));
            self.occurrences += 1;
            let row = vec![
                occurrence.clone(),
                booking.clone(),
                start.clone(),
                end.clone(),
                Cell::Text("held".into()),
                series(wall(*day)),
                Cell::Truth(false),
            ];
            self.taker.take(self.places.occurrences, row);
            if let Some(number) = held {
                self.taker.take(self.places.claims, vec![occurrence, Cell::Id(room(number)), start, end]);
            }
        }
        let others = self.random.random_range(1..=5);
        let mut invited: Vec<usize> = (0..others).map(|_| self.somebody()).filter(|one| *one != organiser).collect();
        invited.sort_unstable();
        invited.dedup();
        for one in invited {
            let row = vec![
                Cell::Id(id(8, self.invitations)),
                booking.clone(),
                Cell::Id(person(one)),
                Cell::Text("participant".into()),
                begins.clone(),
                ends.clone(),
            ];
            self.invitations += 1;
            self.taker.take(self.places.invitations, row);
        }
    }
}

fn written(wall: DateTime) -> String {
    wall.strftime("%Y%m%dT%H%M%S").to_string()
}
