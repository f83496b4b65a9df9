use std::time::Duration;

use cluster::NodeId;
use protocol::token::TokenKey;

use crate::meeting::Profiles;
use crate::pace::Rate;
use crate::turn::Relays;

/// How the signalling part behaves; read by `server`, passed as plain values.
#[derive(Clone, Debug)]
pub struct SignalingConfig {
    /// This node.
    pub node: NodeId,
    /// How other nodes reach this one: `ws://host:port`.
    pub node_url: String,
    /// Keys that verify join tokens; the one that signed a token also renews it.
    pub token_keys: Vec<TokenKey>,
    /// Which web pages may connect.
    pub origins: Origins,
    /// Relays that clients are told of; usually none.
    pub relays: Option<Relays>,
    /// The level of the LiveKit protocol that clients are told, as a version number.
    pub compat_version: String,
    /// Where the server stands, as clients are told; may be empty.
    pub region: String,
    /// How much may go to and come from a participant.
    pub profiles: Profiles,
    /// Largest message of a client, bytes, but for those that hold session descriptions.
    pub frame_bytes: usize,
    /// How fast a participant may talk, over all its connections.
    pub participant_pace: Rate,
    /// How fast all behind one address may talk together; 0 a second: not counted.
    pub address_pace: Rate,
    /// How fast they may come, in connections; 0 a second: not counted.
    pub address_joins: Rate,
    /// How long a meeting stays ours without renewing; at least five seconds, or an outage of the
    /// cluster would hold meetings up for moments.
    pub lease: Duration,
    /// How long an empty meeting waits for somebody to come back.
    pub linger: Duration,
    /// How long a node that stops may take to hand its meetings to others.
    pub handover: Duration,
}

impl SignalingConfig {
    /// The defaults for a node.
    pub fn new(node: NodeId, node_url: String, token_keys: Vec<TokenKey>) -> Self {
        Self {
            node,
            node_url,
            token_keys,
            origins: Origins::Any,
            relays: None,
            compat_version: "1.13.5".to_owned(),
            region: String::new(),
            profiles: Profiles::default(),
            frame_bytes: 64 * 1024,
            participant_pace: Rate { per_second: 100, burst: 1_000 },
            address_pace: Rate { per_second: 5_000, burst: 50_000 },
            address_joins: Rate { per_second: 200, burst: 3_000 },
            lease: Duration::from_secs(15),
            linger: Duration::from_secs(10),
            handover: Duration::from_secs(20),
        }
    }
}

/// Which web pages may connect. Programs that are no browser send no origin and always may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// All: the token alone decides.
    Any,
    /// Only these, each as `https://host[:port]`.
    Only(Vec<String>),
}

impl Origins {
    /// May a page from here connect?
    pub fn allow(&self, origin: Option<&str>) -> bool {
        match (self, origin) {
            (Self::Any, _) | (_, None) => true,
            (Self::Only(allowed), Some(origin)) => allowed.iter().any(|one| one.eq_ignore_ascii_case(origin)),
        }
    }
}

/// Longest query string that is read, bytes.
pub const QUERY_LIMIT: usize = 16 * 1024;
/// Largest frame from a client, bytes: an offer, whose line ends JSON doubles. What holds no session
/// description may have less, `SignalingConfig::frame_bytes`.
pub const FRAME_LIMIT: usize = 2 * media::LONGEST_OFFER;
/// What is read from a client at once, bytes. Every connection holds as much all the time; longer
/// frames get the room they need while they are read.
pub const READ_BUFFER: usize = 2 * 1024;
/// Messages that wait for a slow reader before it is cut off.
pub const OUTBOX_LIMIT: usize = 1024;
/// Messages from all clients that wait for one meeting before their readers have to wait.
pub const INBOX_LIMIT: usize = 1024;
/// Data messages from the engine that wait for one meeting before more are dropped.
pub const DATA_BACKLOG_LIMIT: usize = 8 * 1024;
/// A new connection hears its first word within this time; stock clients wait five seconds.
pub const FIRST_WORD: Duration = Duration::from_secs(4);
/// Who says nothing for this long is gone.
pub const SILENCE: Duration = Duration::from_secs(15);
/// A frame that cannot be written for this long ends the connection.
pub const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// How long a good-bye may take to reach the client.
pub const GOOD_BYE: Duration = Duration::from_secs(1);
/// A full server says so within this time, whatever the cluster does.
pub const FULL_PATIENCE: Duration = Duration::from_millis(300);
/// How long the cluster may take to answer a question a client waits for.
pub const CLUSTER_PATIENCE: Duration = Duration::from_secs(2);
/// How long a meeting that was handed over waits for its people.
pub const COMING_OVER: Duration = Duration::from_secs(30);
/// How long it is asked for what came of giving a lease away when no answer was heard.
pub const UNCLEAR: Duration = Duration::from_secs(6);
/// How long a meeting stands still at most while it is handed to another node: usually some
/// milliseconds, with an heir and a directory that hardly answer two questions and [`UNCLEAR`].
pub const HANDING_OVER: Duration = Duration::from_secs(12);
/// Whoever opens a meeting waits this long for an owner before that may have been cut off:
/// [`cluster::SETTLING`] and some for a slow cluster.
pub const SETTLING_PATIENCE: Duration = Duration::from_secs(8);
/// How soon is asked again meanwhile; a pause of two seconds would count as giving up.
pub const ASK_AGAIN: Duration = Duration::from_millis(250);
/// Messages from an address that talks too much wait this long at most; what would wait longer ends its
/// connection.
pub const ADDRESS_PATIENCE: Duration = Duration::from_secs(5);
