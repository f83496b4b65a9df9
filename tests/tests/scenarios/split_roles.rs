//! Scheduler and signalling as two programs that meet in Redis carry a meeting together.

use http::Method;
use serde_json::Value;
use tests::servers::redis::RedisServer;
use tests::{NewBooking, Process, SOON, meet, shows};

#[tokio::test(flavor = "multi_thread")]
async fn two_halves_over_redis_carry_a_meeting() {
    let redis = RedisServer::start().expect("Redis starts");
    let (books, carries) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let secret = ("TOKENS__SECRET", "one-secret-for-both-halves-of-32-bytes");
    let url = redis.url();
    let cluster = ("CLUSTER__URL", url.as_str());
    let signaling = Process::serve(carries.path(), Some("signaling"), &[secret, cluster]).await;
    let websocket = signaling.base.replacen("http", "ws", 1);
    let scheduler =
        Process::serve(books.path(), Some("scheduler"), &[secret, cluster, ("HTTP__SIGNALING_URL", &websocket)]).await;

    let (anna, ben) = (scheduler.person("Anna Vogt").await, scheduler.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let for_ben = ben.joins(&booking).await;
    assert_eq!(for_ben.url, websocket);
    let at_anna = anna.joins(&booking).await.enters_in_the_end().await;
    let at_ben = for_ben.enters().await;
    tokio::join!(shows(&at_anna), shows(&at_ben));
    meet(&at_anna, &at_ben).await;

    // What one half decides, the other does.
    let mut running = scheduler.admin().await.listens("/admin/meetings/events").await;
    running.until(|list| list["items"][0]["participants"] == 2).await;
    anna.removes(&booking, &ben.id).await;
    at_ben.until("being removed", SOON, |seen| seen.closed).await.expect("the session ends");
    assert!(for_ben.tries_to_enter().await.is_err());

    // The half that carries media knows no bookings and keeps no database.
    let asked = signaling.browser().ask(Method::GET, "/api/v1/session", &Value::Null).await;
    assert_eq!(asked.status, 404);
    let files = std::fs::read_dir(carries.path()).expect("the folder is there");
    let names: Vec<_> = files.filter_map(|file| file.ok()?.file_name().into_string().ok()).collect();
    assert!(names.iter().all(|name| !name.contains(".db")), "{names:?}");
}
