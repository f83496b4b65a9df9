use std::net::IpAddr;
use std::time::Duration;

use protocol::token::{Claims, TokenKey, VideoGrants};
use rennsteig::probe::ProbeError;
use rennsteig::probe::client::{Client, JoinOptions, Seen, Socket, TokenIn, join_request};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::SOON;

/// What lets one participant into one meeting now.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Where to connect.
    pub url: String,
    /// The join token.
    pub token: String,
    /// Who one is inside.
    pub identity: String,
    /// `moderator`, `participant` or `guest`.
    pub role: String,
}

impl Pass {
    /// Reads the answer of a join request that was admitted.
    #[track_caller]
    pub fn from_answer(answer: &Value) -> Self {
        assert_eq!(answer["state"], "admitted", "{answer}");
        let text = |field: &str| answer[field].as_str().unwrap_or_else(|| panic!("no {field} in {answer}")).to_owned();
        Self { url: text("url"), token: text("token"), identity: text("identity"), role: text("role") }
    }

    /// Enters the meeting as a browser would and waits until media can flow.
    pub async fn enters(&self) -> Client {
        self.enters_with(JoinOptions::default()).await
    }

    /// The same from one of the machine's addresses.
    pub async fn enters_from(&self, local: IpAddr) -> Client {
        self.enters_with(JoinOptions { local: Some(local), ..JoinOptions::default() }).await
    }

    async fn enters_with(&self, options: JoinOptions) -> Client {
        let joined = Client::join(&self.url, &self.token, options).await;
        let client = joined.expect("the meeting lets the participant in");
        let open = |seen: &Seen| seen.connected && seen.reliable_open;
        client.until("media path", SOON, open).await.expect("media can flow");
        client
    }

    /// Enters as soon as the meeting takes somebody in: asks again, as clients do.
    pub async fn enters_in_the_end(&self) -> Client {
        let deadline = Instant::now() + 3 * SOON;
        loop {
            match self.tries_to_enter().await {
                Ok(client) => {
                    let open = |seen: &Seen| seen.connected && seen.reliable_open;
                    client.until("media path", SOON, open).await.expect("media can flow");
                    return client;
                }
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            sleep(Duration::from_millis(50)).await; // asks again
        }
    }

    /// Whoever entered with it is out, and neither the same token nor the same session leads back in.
    pub async fn is_over(&self, client: &Client) {
        client.until("being sent out", SOON, |seen| seen.closed).await.expect("the session ends");
        let leave = client.seen().leave.expect("the server says so");
        assert_eq!(format!("{leave:?}"), "(ParticipantRemoved, Disconnect)");
        let again = self.tries_to_enter().await.err().expect("the token is over");
        assert!(matches!(again, ProbeError::Refused { status: 401 | 403, .. }), "{again}");
        let mut resume = join_request(true, None);
        (resume.reconnect, resume.participant_sid) = (true, client.seen().sid);
        let resumed = Socket::open(&self.url, &self.token, TokenIn::Query, &resume).await.err();
        let resumed = resumed.expect("the session is over");
        assert!(
            matches!(resumed, ProbeError::Refused { status: 401 | 403, .. } | ProbeError::Left { .. }),
            "{resumed}"
        );
    }

    /// Enters, or says why not.
    pub async fn tries_to_enter(&self) -> Result<Client, ProbeError> {
        Client::join(&self.url, &self.token, JoinOptions::default()).await
    }
}

/// A token signed with a key of the test's own, for what it says.
pub fn token(key: &TokenKey, meeting: &str, identity: &str, change: impl FnOnce(&mut Claims)) -> String {
    let now = jiff::Timestamp::now().as_second();
    let mut claims = Claims {
        iss: key.id().to_owned(),
        sub: identity.to_owned(),
        jti: Some(uuid::Uuid::new_v4().to_string()),
        nbf: now,
        iat: None,
        exp: now + 300,
        name: identity.to_owned(),
        metadata: String::new(),
        attributes: [("role".to_owned(), "participant".to_owned())].into(),
        video: VideoGrants {
            room: meeting.to_owned(),
            room_join: true,
            can_publish: Some(true),
            can_subscribe: Some(true),
            can_publish_data: Some(true),
            can_update_own_metadata: true,
            ..VideoGrants::default()
        },
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    change(&mut claims);
    protocol::token::sign(&claims, key)
}
