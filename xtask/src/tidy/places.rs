//! What only one place may name, so that it can be exchanged or understood by reading one folder.

use crate::tidy::reading::has_word;
use crate::tidy::tree::{File, Finding, Tree};

struct Place {
    what: &'static str,
    words: &'static [&'static str],
    /// Where the words may stand: a file, or a folder with `/` at its end.
    allowed: &'static [&'static str],
    /// Whether test code may name it anywhere.
    in_tests: bool,
}

const PLACES: &[Place] = &[
    Place {
        what: "a WebSocket type",
        words: &["tungstenite", "tokio_tungstenite", "WebSocketUpgrade", "extract::ws"],
        allowed: &[
            "signaling/src/http.rs",
            "signaling/src/socket.rs",
            "signaling/src/socket/",
            "signaling/src/relay.rs",
            "signaling/src/relay/",
            "server/src/probe/",
        ],
        in_tests: true,
    },
    Place {
        what: "the server's WebRTC library",
        words: &["str0m"],
        allowed: &["media/src/peer.rs", "media/src/peer/", "media/tests/", "tests/load/"],
        in_tests: false,
    },
    Place {
        what: "the probe's WebRTC library",
        words: &["webrtc::", "rtc::"],
        allowed: &["server/src/probe/"],
        in_tests: true,
    },
    Place {
        what: "a socket of the media path",
        words: &["UdpSocket", "quinn_udp", "socket2"],
        allowed: &["media/src/io/", "server/src/"],
        in_tests: true,
    },
    Place {
        what: "SQL",
        words: &["sqlx", "rusqlite"],
        allowed: &[
            "storage/src/sqlite/",
            "storage/src/postgres/",
            "storage/src/sqlite.rs",
            "storage/src/postgres.rs",
            "storage/src/rows/",
            "storage/src/way.rs",
        ],
        in_tests: true,
    },
    Place {
        what: "Redis",
        words: &["redis::"],
        allowed: &["cluster/src/redis.rs", "cluster/src/redis/"],
        in_tests: true,
    },
    Place {
        what: "an environment variable",
        words: &["env::var", "env::vars", "env::var_os", "env::vars_os", "env::set_var", "std::env"],
        allowed: &["server/src/config/", "server/build.rs"],
        in_tests: true,
    },
];

/// Looks for the words outside their place. Chores are no part of the product and are left out.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust().filter(|file| !file.path.starts_with("xtask/")).flat_map(strays).collect()
}

fn strays(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for place in PLACES {
        if place.allowed.iter().any(|allowed| is_inside(&file.path, allowed)) {
            continue;
        }
        let lines = if place.in_tests { file.production_code() } else { file.code() };
        for (line, code) in lines {
            // `redis::` as a path inside our own crates (`crate::redis::`) is our module, not the library.
            let code = code.replace("crate::redis::", "").replace("self::redis::", "").replace("super::redis::", "");
            if place.words.iter().any(|word| has_word(&code, word)) {
                findings
                    .push(file.at(line, format!("{} may be named only in {}", place.what, place.allowed.join(", "))));
            }
        }
    }
    findings
}

fn is_inside(path: &str, allowed: &str) -> bool {
    if allowed.ends_with('/') { path.starts_with(allowed) } else { path == allowed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_refuses_a_stray() {
        for (path, code) in [
            ("signaling/src/meeting/mod.rs", "use axum::extract::ws::Message;"),
            ("media/src/router/mod.rs", "use str0m::Rtc;"),
            ("media/src/router/tests/a.rs", "use str0m::Rtc;"),
            ("server/src/serve.rs", "use webrtc::peer_connection::PeerConnection;"),
            ("media/src/peer.rs", "let s = std::net::UdpSocket::bind(a)?;"),
            ("scheduler/src/book.rs", "sqlx::query(q)"),
            ("cluster/src/local.rs", "use redis::Client;"),
            ("scheduler/src/lib.rs", "std::env::var(name)"),
        ] {
            assert_eq!(check(&Tree::of(&[(path, code)])).len(), 1, "{path}: {code}");
        }
    }

    #[test]
    fn each_has_its_place() {
        let tree = Tree::of(&[
            ("media/src/peer/mod.rs", "use str0m::Rtc;"),
            ("storage/src/sqlite/rooms.rs", "sqlx::query(q)"),
            ("cluster/src/redis/bus.rs", "use redis::Client;"),
            ("cluster/src/lib.rs", "pub use crate::redis::Directory; // redis::Client"),
            ("cluster/tests/contract.rs", "use redis::Client;"),
            ("tests/src/client.rs", "use tokio_tungstenite::connect_async;"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
