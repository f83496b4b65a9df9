//! Nothing personal reaches the log, whatever happens.

mod house;

use std::io::Write;
use std::sync::{Arc, Mutex};

use cluster::Command;
use house::{Client, House};
use protocol::livekit::signal_request::Message as Request;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tracing_subscriber::EnvFilter;

#[derive(Clone, Default)]
struct Pages(Arc<Mutex<Vec<u8>>>);

impl Write for Pages {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no test panics while holding it").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_of_a_meeting_names_nobody() {
    let pages = Pages::default();
    let writer = pages.clone();
    let filter = EnvFilter::new("info,signaling=trace,media=trace,cluster=trace");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).init();

    let house = House::open().await;
    let token = house.token("canary-identity");
    let mut canary = Client::join(house.address, &token).await;
    canary.offer(4).await;
    let update = protocol::livekit::UpdateParticipantMetadata { name: "canary-renamed".into(), ..Default::default() };
    canary.say(Request::UpdateMetadata(update)).await;
    let mut mallory = house.join("mallory").await;
    mallory.say_raw(Message::Binary(Bytes::from_static(&[0xff; 8]))).await;
    mallory.leave().await;
    let identity = house::identity("canary-identity");
    house.send(Command::RemoveParticipant { meeting: house::meeting(), identity }).await;
    canary.leave().await;
    assert!(Client::connect(house.address, &token, &house::join_request()).await.is_err());
    house.until_released().await;

    let log = String::from_utf8(pages.0.lock().expect("not poisoned").clone()).expect("the log is text");
    assert!(log.contains("meeting daily opened") && log.contains("a client misbehaved"), "something is logged:\n{log}");
    let signature = token.rsplit('.').next().expect("three parts");
    for secret in ["canary", "Name of", signature, "127.0.0.1", "answer to", "access_token", "join_request"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
