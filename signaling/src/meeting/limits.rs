//! How much one participant may ask for. Part of the protocol: `docs/protocol.md` has the table.

/// A participant whose connection broke is kept this long.
pub const AWAY_SECONDS: i64 = 60;
/// A token is renewed this often while its owner is inside.
pub const REFRESH_EVERY_SECONDS: i64 = 240;
/// A renewed token is good for this long, or as long as the first one if that was longer.
pub const REFRESHED_TOKEN_SECONDS: i64 = 600;
/// A meeting made by the server API waits this long for the first participant, unless told.
pub const EMPTY_SECONDS: u32 = 300;
/// A meeting made by the server API waits this long after the last one left, unless told.
pub const DEPARTURE_SECONDS: u32 = 20;
/// Tracks announced and published by one participant.
pub const TRACKS_PER_PARTICIPANT: usize = 20;
/// Other meetings one participant is shown in at the same time.
pub const DESTINATIONS_PER_PARTICIPANT: usize = 16;
/// Names, track ids and the like, bytes.
pub const SHORT_TEXT: usize = 256;
/// Layers per codec and codecs per track.
pub const LAYERS: usize = 8;
/// Name, metadata and attributes that a renewed token carries, bytes together.
pub const TOKEN_TEXT: usize = 2 * 1024;
/// A participant's metadata, bytes.
pub const METADATA: usize = 16 * 1024;
/// A participant's attributes, keys and values together, bytes.
pub const ATTRIBUTES: usize = 16 * 1024;
/// A participant's attributes, count.
pub const ATTRIBUTE_COUNT: usize = 64;
