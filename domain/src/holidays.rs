//! The public holidays of Thuringia: § 2 of the Thüringer Feiertagsgesetz, whole-state ones.
//!
//! Corpus Christi is a holiday in some municipalities only and therefore not among them.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// A public holiday of the whole state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// Neujahrstag.
    NewYear,
    /// Karfreitag.
    GoodFriday,
    /// Ostermontag.
    EasterMonday,
    /// 1. Mai.
    MayDay,
    /// Christi-Himmelfahrtstag.
    Ascension,
    /// Pfingstmontag.
    WhitMonday,
    /// Weltkindertag, since 2019.
    ChildrensDay,
    /// Tag der Deutschen Einheit.
    GermanUnity,
    /// Reformationstag.
    Reformation,
    /// 1. Weihnachtstag.
    ChristmasDay,
    /// 2. Weihnachtstag.
    SecondChristmasDay,
}

/// Since when the law has the Weltkindertag.
const CHILDRENS_DAY_SINCE: i16 = 2019;

/// Which holiday this day is. The law as it stands, for years from 1991 on; sundays are none by themselves.
pub fn holiday(day: Date) -> Option<Holiday> {
    let fixed = match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (5, 1) => Some(Holiday::MayDay),
        (9, 20) if day.year() >= CHILDRENS_DAY_SINCE => Some(Holiday::ChildrensDay),
        (10, 3) => Some(Holiday::GermanUnity),
        (10, 31) => Some(Holiday::Reformation),
        (12, 25) => Some(Holiday::ChristmasDay),
        (12, 26) => Some(Holiday::SecondChristmasDay),
        _ => None,
    };
    let easter = easter_sunday(day.year());
    // The first of May may be Ascension Day as well: then it is called by its fixed name.
    fixed.or_else(|| {
        [(-2, Holiday::GoodFriday), (1, Holiday::EasterMonday), (39, Holiday::Ascension), (50, Holiday::WhitMonday)]
            .into_iter()
            .find(|(after, _)| easter.checked_add(after.days()).is_ok_and(|moved| moved == day))
            .map(|(_, holiday)| holiday)
    })
}

/// Easter Sunday by the Gregorian rule (the sum that Gauss gave, in the form without exceptions).
fn easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let (golden, century, rest) = (y % 19, y / 100, y % 100);
    let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let days = moon + weekday - 7 * late + 114;
    let (month, day) = (days / 31, days % 31 + 1);
    date(year, i8::try_from(month).expect("March or April"), i8::try_from(day).expect("a day of a month"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(year: i16) -> Vec<(String, Holiday)> {
        let first = date(year, 1, 1);
        first
            .series(1.day())
            .take_while(|day| day.year() == year)
            .filter_map(|day| Some((day.to_string(), holiday(day)?)))
            .collect()
    }

    #[test]
    fn a_year_has_the_holidays_of_the_law() {
        let expected = [
            ("2026-01-01", Holiday::NewYear),
            ("2026-04-03", Holiday::GoodFriday),
            ("2026-04-06", Holiday::EasterMonday),
            ("2026-05-01", Holiday::MayDay),
            ("2026-05-14", Holiday::Ascension),
            ("2026-05-25", Holiday::WhitMonday),
            ("2026-09-20", Holiday::ChildrensDay),
            ("2026-10-03", Holiday::GermanUnity),
            ("2026-10-31", Holiday::Reformation),
            ("2026-12-25", Holiday::ChristmasDay),
            ("2026-12-26", Holiday::SecondChristmasDay),
        ];
        assert_eq!(days(2026), expected.map(|(day, holiday)| (day.to_owned(), holiday)));
    }

    #[test]
    fn easter_is_where_the_calendar_has_it() {
        for (year, easter) in [
            (1991, date(1991, 3, 31)),
            (2000, date(2000, 4, 23)),
            (2008, date(2008, 3, 23)),
            (2024, date(2024, 3, 31)),
            (2025, date(2025, 4, 20)),
            (2027, date(2027, 3, 28)),
            (2038, date(2038, 4, 25)),
            (2049, date(2049, 4, 18)),
            (2076, date(2076, 4, 19)),
            (2285, date(2285, 3, 22)),
        ] {
            assert_eq!(easter_sunday(year), easter);
        }
    }

    #[test]
    fn ascension_on_the_first_of_may_is_one_day_and_what_the_law_did_not_have_yet_is_none() {
        assert_eq!(holiday(date(2008, 5, 1)), Some(Holiday::MayDay));
        assert_eq!(days(2008).len(), 9, "without the Weltkindertag, and Ascension is the first of May");
        assert_eq!(holiday(date(2018, 9, 20)), None);
        assert_eq!(holiday(date(2026, 6, 4)), None, "Corpus Christi");
        assert_eq!(holiday(date(2026, 11, 18)), None, "Buß- und Bettag");
    }
}
