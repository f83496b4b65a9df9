//! Every example of RFC 5545, 3.8.5.3.

use std::ops::RangeInclusive;

use domain::recurrence::{Moment, Recurrence};
use domain::timing::zone;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Example {
    recurrence: Recurrence,
    expected: Vec<DateTime>,
    goes_on: bool,
}

pub(super) fn wall(text: &str) -> DateTime {
    DateTime::strptime("%Y%m%dT%H%M%S", text).expect("a wall time")
}

/// Numbers like `2,4` and ranges like `2-30`.
fn days(text: &str) -> Vec<i8> {
    let range = |part: &str| -> RangeInclusive<i8> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        first.parse().expect("a day")..=last.parse().expect("a day")
    };
    text.split(',').flat_map(range).collect()
}

/// `Sep 2-11; Oct 1 at 09:00,10:00`, in a year.
fn dates(year: i16, text: &str) -> Vec<DateTime> {
    let (text, times) = text.split_once(" at ").unwrap_or((text, "09:00"));
    let mut found = Vec::new();
    for part in text.split(';') {
        let (month, list) = part.trim().split_once(' ').expect("a month and days");
        let month = MONTHS.iter().position(|known| *known == month).expect("a month") + 1;
        for day in days(list) {
            let date = Date::new(year, i8::try_from(month).expect("at most 12"), day).expect("a date");
            found.extend(times.split(',').map(|time| date.to_datetime(time.parse().expect("a time"))));
        }
    }
    found
}

fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for line in include_str!("rfc5545.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix("! ") {
            let (start, rule) = head.split_once(' ').expect("a start and a rule");
            let rule = Some(rule.parse().expect(rule));
            let recurrence = Recurrence { start: wall(start), rule, dates: Vec::new(), except: Vec::new() };
            examples.push(Example { recurrence, expected: Vec::new(), goes_on: false });
            continue;
        }
        let example = examples.last_mut().expect("an example begins with its rule");
        if let Some(except) = line.strip_prefix("- ") {
            example.recurrence.except.push(Moment::Wall(wall(except)));
            continue;
        }
        let (line, goes_on) = line.strip_suffix(" ...").map_or((line, false), |line| (line, true));
        let (year, rest) = line.split_once(' ').expect("a year");
        example.expected.extend(dates(year.parse().expect("a year"), rest));
        example.goes_on = goes_on;
    }
    examples
}

#[test]
fn every_example_of_the_rfc_unfolds_as_it_says() {
    let examples = examples();
    assert_eq!(examples.len(), 42);
    let new_york = zone("America/New_York").expect("a known zone");
    for example in examples {
        let Example { recurrence, expected, goes_on } = example;
        let to: Timestamp = "2009-01-01T00:00:00Z".parse().expect("an instant");
        let found = recurrence.instances(&new_york, Timestamp::MIN, to, 500_000);
        let found: Vec<DateTime> = found.expect("bounded").into_iter().map(|date| date.key).collect();
        let rule = recurrence.rule.expect("every example has one");
        if goes_on {
            assert!(found.len() > expected.len(), "{rule}");
            assert_eq!(found[..expected.len()], expected, "{rule}");
        } else {
            assert_eq!(found, expected, "{rule}");
        }
    }
}
