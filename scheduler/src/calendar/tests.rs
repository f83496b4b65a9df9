use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use domain::{BookingId, OccurrenceId, OccurrenceState, PersonId, Private, RoomId, RoomKind};
use uuid::Uuid;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn person(number: u128, name: &str, email: &str) -> Person {
    Person {
        id: PersonId::from_uuid(Uuid::from_u128(number)),
        name: Private::from(name),
        email: Private::from(email),
        password_hash: None,
        roles: Vec::new(),
        locale: "de".into(),
        site: None,
        disabled_at: None,
        created_at: at("2026-01-01T00:00:00Z"),
    }
}

fn booking(zone: &str) -> Booking {
    Booking {
        id: BookingId::from_uuid(Uuid::from_u128(7)),
        title: "Dienstberatung; Haushalt, 2. Lesung".into(),
        description: "Tagesordnung:\n1. \"Lage\" <wichtig>".into(),
        organiser: PersonId::from_uuid(Uuid::from_u128(1)),
        booked_by: PersonId::from_uuid(Uuid::from_u128(2)),
        zone: zone.into(),
        rooms: vec![RoomId::from_uuid(Uuid::from_u128(3))],
        guests_wait: true,
        remind_minutes: None,
        profile: domain::capacity::Profile::Normal,
        is_private: false,
        series: None,
        state: BookingState::Active,
        sequence: 4,
        version: 9,
        created_at: at("2026-11-20T08:00:00Z"),
        updated_at: at("2026-11-21T08:00:00Z"),
    }
}

fn file(booking: &Booking, start: &str, end: &str) -> String {
    let occurrence = Occurrence {
        id: OccurrenceId::from_uuid(Uuid::from_u128(8)),
        booking: booking.id,
        start: at(start),
        end: at(end),
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: domain::Deviation::default(),
    };
    let room = Room {
        id: RoomId::from_uuid(Uuid::from_u128(3)),
        kind: RoomKind::Physical,
        name: "Sitzungszimmer 1".into(),
        site: Some("Erfurt".into()),
        capacity: 12,
        notes: None,
        retired_at: None,
        version: 1,
    };
    write(&Entry {
        booking,
        span: Some(Span { start: occurrence.start, end: occurrence.end }),
        occurrences: std::slice::from_ref(&occurrence),
        organiser: Some(&person(1, "Dr. Sabine \"S\" Krämer", "sabine@example.org")),
        booked_by: Some(&person(2, "Jonas Weiß", "jonas@example.org")),
        rooms: &[room],
        answers_to: None,
        join_url: "https://meet.example.org/m/00000000-0000-0000-0000-000000000007",
        kept: None,
        written_at: at("2026-11-21T09:00:00Z"),
        date: None,
        continuations: &[],
        is_veiled: false,
        method: Method::Publish,
    })
}

fn parsed_instants(file: &str) -> (i64, i64) {
    let calendar = ICalendar::parse(file).expect("a calendar that can be read");
    let zones = calendar.build_tz_resolver();
    let event = calendar
        .components
        .iter()
        .find(|component| component.component_type == ICalendarComponentType::VEvent)
        .expect("an event");
    let instant = |property: ICalendarProperty| {
        let entry = event.property(&property).expect("the property is there");
        let time = entry.values[0].as_partial_date_time().expect("a time");
        let zone = zones.resolve_or_default(entry.tz_id());
        time.to_date_time_with_tz(zone).expect("a full time").timestamp()
    };
    (instant(ICalendarProperty::Dtstart), instant(ICalendarProperty::Dtend))
}

#[test]
fn another_reader_finds_the_same_instants_in_summer_winter_and_elsewhere() {
    for (zone, start, end) in [
        ("Europe/Berlin", "2026-11-24T08:30:00Z", "2026-11-24T09:30:00Z"),
        ("Europe/Berlin", "2027-07-01T07:30:00Z", "2027-07-01T08:30:00Z"),
        ("America/New_York", "2026-11-24T14:30:00Z", "2026-11-24T15:30:00Z"),
        ("Asia/Kolkata", "2026-11-24T04:00:00Z", "2026-11-24T05:00:00Z"),
        ("UTC", "2026-11-24T04:00:00Z", "2026-11-24T05:00:00Z"),
    ] {
        let file = file(&booking(zone), start, end);
        assert_eq!(parsed_instants(&file), (at(start).as_second(), at(end).as_second()), "{zone}\n{file}");
    }
}

#[test]
fn the_file_says_everything_calendars_look_for() {
    let file = file(&booking("Europe/Berlin"), "2026-11-24T08:30:00Z", "2026-11-24T09:30:00Z");
    assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{file}");
    insta::assert_snapshot!(file.replace("\r\n ", "").replace("\r\n", "\n"));
}

#[test]
fn a_cancelled_booking_is_written_as_cancelled() {
    let mut cancelled = booking("Europe/Berlin");
    cancelled.state = BookingState::Cancelled { at: at("2026-11-22T08:00:00Z"), by: cancelled.organiser };
    let file = file(&cancelled, "2026-11-24T08:30:00Z", "2026-11-24T09:30:00Z");
    assert!(file.contains("\r\nSTATUS:CANCELLED\r\n") && file.contains("CDO-BUSYSTATUS:FREE"), "{file}");
}
