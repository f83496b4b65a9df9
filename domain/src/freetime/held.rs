//! Who holds what and when, to the second: what a database answers with a range of an index, from memory.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::mem::size_of;

use jiff::Timestamp;

use super::quarters::{QUARTER, Quarters, below};
use crate::timing::{LONGEST, Timing};

/// What is held of one room, by start. Searches read times and hardly ever by whom: those lie by themselves.
#[derive(Clone, Debug)]
struct Row<B> {
    starts: Vec<i64>,
    ends: Vec<i64>,
    by: Vec<B>,
    /// The same by quarters of an hour.
    quarters: Quarters,
}

impl<B: Eq + Copy> Row<B> {
    fn since(since: Timestamp) -> Self {
        let quarters = Quarters::since(since.as_second());
        Self { starts: Vec::new(), ends: Vec::new(), by: Vec::new(), quarters }
    }

    fn take(&mut self, start: i64, end: i64, by: B) {
        self.quarters.take(start, end);
        let place = self.starts.partition_point(|other| *other <= start);
        self.starts.insert(place, start);
        self.ends.insert(place, end);
        self.by.insert(place, by);
    }

    fn free(&mut self, by: B) {
        let kept: Vec<bool> = self.by.iter().map(|other| *other != by).collect();
        let times = self.starts.iter().zip(&self.ends).zip(&kept);
        let freed: Vec<(i64, i64)> =
            times.filter(|(_, kept)| !**kept).map(|((start, end), _)| (*start, *end)).collect();
        keep(&mut self.starts, &kept);
        keep(&mut self.ends, &kept);
        keep(&mut self.by, &kept);
        for (start, end) in freed {
            self.quarters.free(start, end);
            // Neighbours may share its first and its last quarter.
            let (start, end) = Quarters::outwards(start, end);
            let shared: Vec<(i64, i64)> = self.touched_seconds(start, end, None).collect();
            shared.into_iter().for_each(|(start, end)| self.quarters.take(start, end));
        }
    }

    /// Start and end of what others than `except` hold and what touches the span.
    fn touched(&self, span: Timing, except: Option<B>) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.touched_seconds(span.start.as_second(), span.end.as_second(), except)
    }

    fn touched_seconds(&self, start: i64, end: i64, except: Option<B>) -> impl Iterator<Item = (i64, i64)> + '_ {
        // Nothing lasts longer than that: what touches the span begins at most so much before it.
        let first = self.starts.partition_point(|other| *other <= start - LONGEST.as_secs());
        let times = self.starts[first..].iter().zip(&self.ends[first..]).zip(&self.by[first..]);
        let times = times.take_while(move |((other, _), _)| **other < end);
        let touching =
            times.filter(move |((_, other), by)| **other > start && except.is_none_or(|except| **by != except));
        touching.map(|((start, end), _)| (*start, *end))
    }

    /// So many quarters of an hour from this second on, the first one lowest.
    fn quarters_from(&self, second: i64, count: u32) -> u64 {
        self.quarters.from(second, count).unwrap_or_else(|| {
            let last = second + i64::from(count) * QUARTER;
            let taken = self.touched_seconds(second, last, None).map(|(start, end)| {
                let quarter = |seconds: i64| u32::try_from(seconds / QUARTER).unwrap_or(0);
                below(quarter(end.min(last) - second + QUARTER - 1)) & !below(quarter(start.max(second) - second))
            });
            taken.fold(0, |all, one| all | one)
        })
    }

    fn len(&self) -> usize {
        self.starts.len()
    }

    fn bytes(&self) -> usize {
        let times = (self.starts.capacity() + self.ends.capacity()) * size_of::<i64>();
        times + self.by.capacity() * size_of::<B>() + self.quarters.bytes()
    }
}

fn keep<T>(values: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    values.retain(|_| kept.next().copied().unwrap_or(true));
}

/// Spans of rooms (`K`) that bookings (`B`) hold, none longer than [`LONGEST`]. Knows nothing of what ends before it
/// begins: whoever asks about earlier times asks elsewhere.
#[derive(Clone, Debug)]
pub struct HeldTimes<K, B> {
    since: Timestamp,
    rows: BTreeMap<K, Row<B>>,
    /// Where a booking holds something.
    places: HashMap<B, Vec<K>>,
}

impl<K: Ord + Copy, B: Eq + Hash + Copy> HeldTimes<K, B> {
    /// Nothing is held; will know what ends after then.
    pub fn new(since: Timestamp) -> Self {
        Self { since, rows: BTreeMap::new(), places: HashMap::new() }
    }

    /// What ends after this is known.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Is everything known that could touch the span?
    pub fn covers(&self, span: Timing) -> bool {
        span.start >= self.since
    }

    /// Notes one more span.
    pub fn take(&mut self, of: K, span: Timing, by: B) {
        let (start, end) = (span.start.as_second(), span.end.as_second());
        self.rows.entry(of).or_insert_with(|| Row::since(self.since)).take(start, end, by);
        let places = self.places.entry(by).or_default();
        if !places.contains(&of) {
            places.push(of);
        }
    }

    /// All that a booking holds is now this.
    pub fn replace(&mut self, by: B, spans: impl IntoIterator<Item = (K, Timing)>) {
        for of in self.places.remove(&by).unwrap_or_default() {
            if let Some(row) = self.rows.get_mut(&of) {
                row.free(by);
            }
        }
        spans.into_iter().for_each(|(of, span)| self.take(of, span, by));
    }

    /// What others than `except` hold of these in any of the spans, each once, by `K` and start.
    pub fn taken(&self, of: &[K], spans: &[Timing], except: Option<B>) -> Vec<(K, Timing)> {
        let mut keys = of.to_vec();
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        for key in keys {
            let Some(row) = self.rows.get(&key) else { continue };
            let before = found.len();
            for span in spans {
                found.extend(row.touched(*span, except).map(|(start, end)| (key, start, end)));
            }
            found[before..].sort_unstable_by_key(|(_, start, end)| (*start, *end));
        }
        // A span that is held may touch several that are asked for.
        found.dedup();
        let instant = |second| Timestamp::from_second(second).expect("it was an instant when it came");
        found.into_iter().map(|(key, start, end)| (key, Timing { start: instant(start), end: instant(end) })).collect()
    }

    /// Every span that others than `except` hold of one of them and that touches this, by start, in seconds since 1970.
    pub fn touching(&self, of: K, span: Timing, except: Option<B>) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.rows.get(&of).into_iter().flat_map(move |row| row.touched(span, except))
    }

    /// Which quarters of an hour are taken, touched at all, on each of these days: so many (up to 64) from each of these
    /// seconds since 1970 on, the first one lowest.
    pub fn quarters(&self, of: K, from: &[i64], count: u32) -> Vec<u64> {
        match self.rows.get(&of) {
            Some(row) => from.iter().map(|second| row.quarters_from(*second, count)).collect(),
            None => vec![0; from.len()],
        }
    }

    /// How many spans.
    pub fn len(&self) -> usize {
        self.rows.values().map(Row::len).sum()
    }

    /// Is nothing held?
    pub fn is_empty(&self) -> bool {
        self.rows.values().all(|row| row.len() == 0)
    }

    /// About how much memory it has, in bytes.
    pub fn bytes(&self) -> usize {
        let rows: usize = self.rows.values().map(Row::bytes).sum();
        let places: usize = self.places.values().map(|places| places.capacity() * size_of::<K>()).sum();
        rows + places + self.places.capacity() * (size_of::<B>() + size_of::<Vec<K>>() + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a year we live in")
    }

    fn span((start, length): (i64, i64)) -> Timing {
        Timing { start: at(start), end: at(start + length) }
    }

    fn spans() -> impl Strategy<Value = (i64, i64)> {
        (0_i64..400_000, 1_i64..=86_400)
    }

    type Holding = Vec<(u8, (i64, i64))>;

    proptest! {
        #[test]
        fn it_answers_as_a_plain_list_does(
            changes in proptest::collection::vec((0_u8..6, proptest::collection::vec((0_u8..4, spans()), 0..6)), 0..20),
            wishes in proptest::collection::vec(spans(), 1..8),
            rooms in proptest::collection::vec(0_u8..5, 0..5),
            except in proptest::option::of(0_u8..6),
        ) {
            let mut held = HeldTimes::new(at(0));
            let mut list: BTreeMap<u8, Holding> = BTreeMap::new();
            for (by, holding) in changes {
                held.replace(by, holding.iter().map(|(room, taken)| (*room, span(*taken))));
                list.insert(by, holding);
            }
            let wishes: Vec<Timing> = wishes.into_iter().map(span).collect();
            let mut plain: Vec<(u8, Timing)> = list
                .iter()
                .filter(|(by, _)| Some(**by) != except)
                .flat_map(|(_, holding)| holding.iter().map(|(room, taken)| (*room, span(*taken))))
                .filter(|(room, taken)| {
                    let touches = |wish: &Timing| taken.start < wish.end && wish.start < taken.end;
                    rooms.contains(room) && wishes.iter().any(touches)
                })
                .collect();
            plain.sort_by_key(|(room, taken)| (*room, taken.start, taken.end));
            plain.dedup();
            for (room, wish) in rooms.iter().zip(&wishes) {
                let touching = held.touching(*room, *wish, except).map(|(start, end)| (*room, start, end));
                let mut touching: Vec<(u8, i64, i64)> = touching.collect();
                touching.sort_unstable();
                touching.dedup();
                let known = held.taken(&[*room], &[*wish], except).into_iter();
                let known = known.map(|(room, taken)| (room, taken.start.as_second(), taken.end.as_second()));
                prop_assert_eq!(touching, known.collect::<Vec<_>>());
            }
            for (room, wish) in rooms.iter().zip(&wishes) {
                // Full quarters of an hour and others.
                for second in [wish.start.as_second().div_euclid(QUARTER) * QUARTER, wish.start.as_second()] {
                    let expected = (0..40_i64).filter(|quarter| {
                        let start = second + quarter * QUARTER;
                        let touches = |taken: &Timing| taken.start.as_second() < start + QUARTER && start < taken.end.as_second();
                        let holdings = list.values().flatten();
                        holdings.filter(|(of, _)| of == room).any(|(_, taken)| touches(&span(*taken)))
                    });
                    let expected = expected.fold(0_u64, |word, quarter| word | 1 << quarter);
                    prop_assert_eq!(held.quarters(*room, &[second], 40), [expected]);
                }
            }
            prop_assert_eq!(held.taken(&rooms, &wishes, except), plain);
            prop_assert_eq!(held.len(), list.values().map(Vec::len).sum::<usize>());
        }
    }

    #[test]
    fn what_it_cannot_know_it_says() {
        let held: HeldTimes<u8, u8> = HeldTimes::new(at(100));
        assert!(held.covers(span((100, 1))) && !held.covers(span((99, 50))));
        assert!(held.is_empty() && held.bytes() == 0);
    }
}
