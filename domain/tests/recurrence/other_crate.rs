//! The `rrule` crate on the same random rules, in UTC and in zones with changing clocks; and one
//! by one the kinds of rules where it and dateutil (which it follows) answer differently from the RFC.

use domain::recurrence::{Recurrence, Rule};
use domain::timing::zone;
use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan as _};
use rrule::RRuleSet;

use crate::rfc::wall;

const RULES: usize = 2_000;
const MOST: usize = 40;

/// A tiny generator: the same rules in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn some(&mut self, lowest: usize, highest: usize, signed: bool) -> String {
        let mut values = Vec::new();
        for _ in 0..=self.below(4) {
            let value = (lowest + self.below(highest - lowest + 1)).to_string();
            values.push(if signed && self.once_in(3) { format!("-{value}") } else { value });
        }
        values.join(",")
    }

    fn days(&mut self, ordinals: bool) -> String {
        let mut days: Vec<&str> = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].into();
        let mut chosen = Vec::new();
        for _ in 0..=self.below(4) {
            let day = days.remove(self.below(days.len()));
            let ordinal = ["1", "2", "3", "4", "5", "-1", "-2"][self.below(7)];
            chosen.push(if ordinals { format!("{ordinal}{day}") } else { day.to_owned() });
        }
        chosen.join(",")
    }

    fn rule(&mut self) -> String {
        let frequency = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"][self.below(4)];
        let is = |names: &[&str]| names.contains(&frequency);
        let mut parts = vec![format!("FREQ={frequency}")];
        let mut add = |part: &str, value: String| parts.push(format!("{part}={value}"));
        if self.once_in(2) {
            add("INTERVAL", (1 + self.below(6)).to_string());
        }
        if self.once_in(3) {
            add("BYMONTH", self.some(1, 12, false));
        }
        if is(&["YEARLY"]) && self.once_in(5) {
            add("BYWEEKNO", self.some(1, 51, false));
            add("BYDAY", self.days(false));
        } else if self.once_in(2) {
            let ordinals = is(&["YEARLY", "MONTHLY"]) && self.once_in(2);
            add("BYDAY", self.days(ordinals));
        }
        if is(&["YEARLY"]) && self.once_in(5) {
            add("BYYEARDAY", self.some(1, 366, true));
        }
        if !is(&["WEEKLY"]) && self.once_in(3) {
            add("BYMONTHDAY", self.some(1, 31, true));
        }
        if self.once_in(6) {
            add("BYHOUR", self.some(0, 23, false));
        }
        if self.once_in(6) {
            add("BYMINUTE", self.some(0, 59, false));
        }
        let has_by = parts.iter().any(|part| part.starts_with("BY"));
        if has_by && !is(&["WEEKLY"]) && self.once_in(5) {
            parts.push(format!("BYSETPOS={}", self.some(1, 4, true)));
        }
        if self.once_in(4) {
            parts.push(format!("WKST={}", ["SU", "SA", "WE", "MO"][self.below(4)]));
        }
        parts.join(";")
    }

    fn start(&mut self) -> DateTime {
        let date = jiff::civil::date(2000 + self.below(30) as i16, 1, 1) + (self.below(365) as i32).days();
        date.at(self.below(24) as i8, [0, 15, 30, 45][self.below(4)], 0, 0)
    }
}

/// What the crate answers, in seconds; none where it refuses the rule or its start.
fn theirs(start: DateTime, zone: &str, rule: &str) -> Option<Vec<i64>> {
    let text = format!("DTSTART;TZID={zone}:{}\nRRULE:{rule}", start.strftime("%Y%m%dT%H%M%S"));
    let set: RRuleSet = text.parse().ok()?;
    let dates = set.all(u16::try_from(MOST).expect("few")).dates;
    Some(dates.into_iter().map(|date| date.timestamp()).collect())
}

fn ours(start: DateTime, name: &str, rule: &str, until: Timestamp) -> Vec<i64> {
    let rule: Rule = rule.parse().expect(rule);
    let series = Recurrence { start, rule: Some(rule), dates: Vec::new(), except: Vec::new() };
    let zone = zone(name).expect("a known zone");
    let found = series.instances(&zone, Timestamp::MIN, until, 200_000).expect("few");
    found.into_iter().map(|date| date.start.as_second()).take(MOST).collect()
}

#[test]
fn the_rrule_crate_answers_the_same_to_two_thousand_random_rules() {
    let mut dice = Dice(5_545);
    let until: Timestamp = "2099-12-31T00:00:00Z".parse().expect("an instant");
    let mut compared = 0;
    for number in 0..RULES {
        let (start, rule) = (dice.start(), dice.rule());
        let zone = ["UTC", "Europe/Berlin", "America/New_York"][number % 3];
        let bounded = format!("{rule};UNTIL={}0101T000000Z", start.year() + 8);
        let Some(theirs) = theirs(start, zone, &bounded) else { continue };
        assert_eq!(ours(start, zone, &bounded, until), theirs, "{start} {zone} {bounded}");
        compared += 1;
    }
    assert!(compared > RULES * 9 / 10, "{compared}");
}

fn first(start: &str, rule: &str, count: usize) -> Vec<String> {
    let rule: Rule = rule.parse().expect(rule);
    rule.walls(wall(start)).take(count).map(|wall| wall.strftime("%Y-%m-%d").to_string()).collect()
}

#[test]
fn where_others_differ_the_text_of_the_rfc_decides() {
    // "BYDAY=MO,1TU" names every Monday and the first Tuesday; others look for days that are both.
    let mixed = first("20260101T090000", "FREQ=MONTHLY;BYDAY=MO,1TU", 5);
    assert_eq!(mixed, ["2026-01-05", "2026-01-06", "2026-01-12", "2026-01-19", "2026-01-26"]);
    // The weekday a rule does not name is that of the start; others take the whole week.
    let week = first("20260512T090000", "FREQ=YEARLY;BYWEEKNO=20", 2);
    assert_eq!(week, ["2026-05-12", "2027-05-18"]);
    // 2 January 2039 lies in week 52 of the year before; others count that year's weeks wrongly.
    let last = first("20380101T090000", "FREQ=YEARLY;BYWEEKNO=52;BYDAY=SU", 2);
    assert_eq!(last, ["2039-01-02", "2040-01-01"]);
    // A set begins with its interval, the week; others count from the start on in the first week.
    let second = first("20260107T090000", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", 2);
    assert_eq!(second, ["2026-01-12", "2026-01-19"], "the first of the week of the start was Monday the 5th");
}
