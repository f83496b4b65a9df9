use std::sync::Arc;

use protocol::livekit::TrackType;

use crate::Randomness;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 14;

/// Draws the names the wire uses. Clients tell kinds apart by the prefix.
pub struct Sids {
    random: Arc<dyn Randomness>,
}

impl Sids {
    pub fn new(random: Arc<dyn Randomness>) -> Self {
        Self { random }
    }

    pub fn meeting(&self) -> String {
        self.draw("RM_")
    }

    pub fn participant(&self) -> String {
        self.draw("PA_")
    }

    pub fn track(&self, kind: TrackType) -> String {
        self.draw(if kind == TrackType::Audio { "TR_A" } else { "TR_V" })
    }

    fn draw(&self, prefix: &str) -> String {
        let mut bytes = [0; LENGTH];
        self.random.fill(&mut bytes);
        // 256 is no multiple of 62: some letters are a little likelier, which names can bear.
        let letters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
        prefix.chars().chain(letters).collect()
    }
}
