use serde_json::json;

use super::{parsed, plain};
use crate::testing::Bench;

#[tokio::test]
async fn letters_name_numbers_and_pin_where_there_are_numbers_until_it_is_cancelled() {
    let bench = Bench::with_dial_in().await;
    let anna = bench.person("Anna", &[]).await;
    let guests = json!([{ "name": "Gast", "email": "gast@elsewhere.org" }]);
    let shown = bench.booked(&anna, json!({ "guests": guests })).await;
    let pin = shown["dial_in"]["pin"].as_str().expect("a PIN");
    let spoken = format!("Telefon: +49 361 5550100, PIN: {} {} {}#", &pin[..3], &pin[3..6], &pin[6..]);
    let letters = bench.letters().await;
    assert_eq!(letters.len(), 2);
    for (_, letter) in &letters {
        let letter = parsed(letter);
        assert!(plain(&letter).contains(&spoken), "{}", plain(&letter));
        assert!(letter.body_html(0).expect("HTML").contains(&spoken));
    }
    let path = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
    bench.post(&path).by(&anna).header("if-match", "\"1\"").send().await.is(200);
    let told = bench.letters().await;
    assert_eq!(told.len(), 2);
    for (_, letter) in &told {
        assert!(!plain(&parsed(letter)).contains("PIN"), "{}", plain(&parsed(letter)));
    }
}
