//! An administrator sees every running meeting, who is in it and how it goes.

use http::Method;
use serde_json::Value;
use tests::{NewBooking, Server, meet, shows};

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_sees_the_running_meeting_and_how_it_goes() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let admin = server.admin().await;
    let mut running = admin.listens("/admin/meetings/events").await;
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let at_ben = ben.joins(&booking).await.enters().await;
    tokio::join!(shows(&at_anna), shows(&at_ben));
    meet(&at_anna, &at_ben).await;

    let here = |list: &Value| {
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|item| item["meeting_id"] == booking.meeting())
    };
    let flows = |item: &Value| {
        item["participants"] == 2
            && item["bitrate_up_bps"].as_u64() > Some(0)
            && item["bitrate_down_bps"].as_u64() > Some(0)
    };
    let list = running.until(|list| here(list).as_ref().is_some_and(flows)).await;
    let item = here(&list).expect("just found");
    assert_eq!((item["title"].as_str(), item["organiser"]["name"].as_str()), (Some("Haushalt"), Some("Anna Vogt")));
    assert!(item["started_at"].is_string() && item["node"].is_string(), "{item}");

    let mut one = admin.listens(&format!("/admin/meetings/{}/events", booking.meeting())).await;
    let measured = |who: &Value| {
        who["path"] == "udp"
            && who["rtt_ms"].as_f64().is_some_and(|rtt| (0.0..1_000.0).contains(&rtt))
            && who["loss_up"].as_f64().is_some_and(|loss| loss < 0.05)
            && who["bitrate_up_bps"].as_u64() > Some(50_000)
            && who["bitrate_down_bps"].as_u64() > Some(50_000)
            && who["tracks"].as_array().is_some_and(|tracks| tracks.len() == 2)
    };
    let meeting = one
        .until(|meeting| {
            let people = meeting["participants"].as_array().cloned().unwrap_or_default();
            people.len() == 2 && people.iter().all(measured)
        })
        .await;
    let people = meeting["participants"].as_array().expect("just found");
    let mut names: Vec<_> = people.iter().filter_map(|who| who["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Anna Vogt", "Ben Roth"]);
    let mut codecs: Vec<_> =
        people[0]["tracks"].as_array().expect("tracks").iter().filter_map(|track| track["codec"].as_str()).collect();
    codecs.sort_unstable();
    assert_eq!(codecs, ["audio/opus", "video/VP8"]);

    for path in ["/admin/meetings".to_owned(), format!("/admin/meetings/{}", booking.meeting())] {
        let refused = anna.asks(Method::GET, &path, Value::Null).await;
        assert!(matches!(refused.status, 403 | 404), "{path}: {}", refused.status);
    }
    admin.does("end", &booking).await;
    running.until(|list| here(list).is_none()).await;
    server.stop().await;
}
