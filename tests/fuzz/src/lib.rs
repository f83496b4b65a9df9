//! Every parser of ours that reads what others send, and the meeting that follows it, as functions
//! of any bytes.
//!
//! `cargo xtask fuzz` lets libFuzzer loose on each for a minute; `cargo test -p fuzz` runs each over
//! its seeds and over spoilt copies of them, in seconds. To add one: a line in [`TARGETS`], a folder
//! with small seeds in `seeds/`. What libFuzzer finds goes into that folder and is a test from then on.

use protocol::data::{self, Sender};
use protocol::token::{self, TokenKey};
use protocol::{frame, join};

/// A parser by its name; the name is also that of its seeds' folder.
pub struct Target {
    /// How it is called.
    pub name: &'static str,
    /// Reads any bytes; panics if something that must hold does not.
    pub read: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "datagram", read: media::fuzzing::datagram },
    Target { name: "datagrams", read: media::fuzzing::datagrams },
    Target { name: "offer", read: media::fuzzing::offer },
    Target { name: "answer", read: media::fuzzing::answer },
    Target { name: "negotiation", read: media::fuzzing::negotiation },
    Target { name: "acceptance", read: acceptance },
    Target { name: "payload", read: media::fuzzing::payload },
    Target { name: "descriptors", read: media::fuzzing::descriptors },
    Target { name: "redundancy", read: media::fuzzing::redundancy },
    Target { name: "stream", read: media::fuzzing::stream },
    Target { name: "frame_binary", read: frame_binary },
    Target { name: "frame_text", read: frame_text },
    Target { name: "join_request", read: join_request },
    Target { name: "join_token", read: join_token },
    Target { name: "data_packet", read: data_packet },
    Target { name: "meeting", read: signaling::fuzzing::meeting },
    Target { name: "dav_body", read: scheduler::fuzzing::dav_body },
    Target { name: "calendar", read: scheduler::fuzzing::calendar },
];

/// The secret of the seeds' tokens.
pub const SECRET: &[u8; 32] = b"fuzz-fuzz-fuzz-fuzz-fuzz-fuzz-fu";

fn frame_binary(bytes: &[u8]) {
    // Whatever was understood can be looked at.
    let _ = frame::decode_binary(bytes).map(|request| format!("{request:?}"));
}

fn frame_text(bytes: &[u8]) {
    let _ = frame::decode_text(&String::from_utf8_lossy(bytes)).map(|request| format!("{request:?}"));
}

fn join_request(bytes: &[u8]) {
    if let Ok(request) = join::decode(&String::from_utf8_lossy(bytes)) {
        assert_eq!(join::decode(&join::encode(&request, false)).as_ref(), Ok(&request));
    }
}

fn join_token(bytes: &[u8]) {
    let key = TokenKey::new("fuzz", *SECRET).expect("32 bytes");
    let text = String::from_utf8_lossy(bytes);
    if let Ok(claims) = token::verify(&text, std::slice::from_ref(&key), 1_000) {
        assert_eq!(claims.iss, "fuzz");
        assert_eq!(token::verify(&token::sign(&claims, &key), &[key], 1_000).as_ref(), Ok(&claims));
    }
}

fn data_packet(bytes: &[u8]) {
    let sender = Sender { sid: "PA_own", identity: "own", may_transcribe: false };
    if let Ok(relay) = data::stamp(bytes, sender) {
        // What was stamped once is stamped the same again: no field hides another sender.
        let again = data::stamp(&relay.payload, Sender { sid: "PA_x", identity: "x", may_transcribe: false })
            .map(|relay| relay.payload);
        assert_ne!(again.as_ref(), Ok(&relay.payload));
        if let Ok(again) = again {
            let back = data::stamp(&again, sender).map(|relay| relay.payload);
            assert_eq!(back, Ok(relay.payload));
        }
    }
}

fn acceptance(bytes: &[u8]) {
    media::fuzzing::acceptance(bytes);
}
