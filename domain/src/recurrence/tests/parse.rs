use super::*;

fn refused(text: &str) -> (&'static str, &'static str) {
    let refused = text.parse::<Rule>().expect_err(text);
    (refused.part, refused.allowed)
}

#[test]
fn what_is_written_is_read_as_the_same_rule() {
    for text in [
        "FREQ=DAILY",
        "FREQ=WEEKLY;COUNT=10;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU",
        "FREQ=MONTHLY;UNTIL=20271231T225959Z;BYDAY=-1SU,1SU",
        "FREQ=MONTHLY;UNTIL=20271231;BYMONTHDAY=-1,15;BYSETPOS=-1,1",
        "FREQ=YEARLY;UNTIL=20271231T090000;BYYEARDAY=-1,1,100",
        "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=-1,20;BYMONTH=1,12",
        "FREQ=SECONDLY;BYSECOND=0,30;BYMINUTE=0,59;BYHOUR=0,23",
    ] {
        let rule: Rule = text.parse().expect(text);
        assert_eq!(rule.to_string(), text);
        assert_eq!(rule.to_string().parse::<Rule>(), Ok(rule));
    }
}

#[test]
fn case_order_repetition_and_the_name_in_front_do_not_matter() {
    let rule: Rule = "rrule:byday=WE,mo,+1MO,1MO;interval=1;Freq=Monthly;".parse().expect("a rule");
    assert_eq!(rule.to_string(), "FREQ=MONTHLY;BYDAY=MO,WE,1MO");
}

#[test]
fn every_part_out_of_range_is_named() {
    for (text, part) in [
        ("", "RRULE"),
        ("FREQ", "RRULE"),
        ("FREQ=DAILY;X-OWN=1", "RRULE"),
        ("FREQ=DAILY;;", "RRULE"),
        ("COUNT=1", "FREQ"),
        ("FREQ=FORTNIGHTLY", "FREQ"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=99999999999", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=", "COUNT"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "UNTIL"),
        ("FREQ=DAILY;UNTIL=2027-01-01", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20270229", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20270101T250000Z", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20270101T0000ÄZ", "UNTIL"),
        ("FREQ=DAILY;BYSECOND=61", "BYSECOND"),
        ("FREQ=DAILY;BYMINUTE=60", "BYMINUTE"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR"),
        ("FREQ=DAILY;BYHOUR=+1", "BYHOUR"),
        ("FREQ=WEEKLY;BYDAY=MON", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=ÄÖ", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY"),
        ("FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=1;BYSETPOS=367", "BYSETPOS"),
        ("FREQ=DAILY;WKST=1MO", "WKST"),
    ] {
        assert_eq!(refused(text).0, part, "{text}");
    }
    assert_eq!(refused(&format!("FREQ=DAILY;BYHOUR={}", "1,".repeat(600))), ("RRULE", "up to 1,024 characters"));
}

#[test]
fn parts_that_must_not_stand_together_are_named() {
    for (text, part) in [
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY"),
        ("FREQ=DAILY;BYDAY=-1MO", "BYDAY"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS"),
    ] {
        assert_eq!(refused(text).0, part, "{text}");
    }
}
