//! What python-dateutil answered to 1,000 random rules (`vectors.py`).

use crate::rfc::wall;
use domain::recurrence::Rule;

/// As `vectors.py` says it: FNV-1a over the dates with commas between.
fn checksum(dates: &[String]) -> String {
    let fold = |value: u64, byte: u8| (value ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", dates.join(",").bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

#[test]
fn python_dateutil_answers_the_same_to_a_thousand_random_rules() {
    let mut seen = 0;
    for line in include_str!("dateutil.txt").lines().filter(|line| !line.starts_with('#')) {
        let [start, until, rule, count, sum, last] = line.split("; ").collect::<Vec<_>>()[..] else {
            panic!("six fields: {line}");
        };
        let until = wall(&format!("{until}T000000"));
        let rule: Rule = rule.replace('|', ";").parse().expect(line);
        let dates: Vec<String> = rule
            .walls(wall(start))
            .take_while(|wall| *wall < until)
            .take(40)
            .map(|wall| wall.strftime("%Y%m%dT%H%M%S").to_string())
            .collect();
        assert_eq!(dates.len().to_string(), count, "{line}\n{dates:?}");
        assert_eq!(dates.last().map_or("-", |date| date.as_str()), last, "{line}\n{dates:?}");
        assert_eq!(checksum(&dates), sum, "{line}\n{dates:?}");
        seen += 1;
    }
    assert_eq!(seen, 1_000);
}
