//! Packets that leave without the library: what it does for one costs more than sealing it. Now
//! and then a packet goes the library's way all the same: from it come the sender reports that
//! keep sound and pictures together, and from the first one what is needed here. The library tells
//! its keys to nobody, but encrypts with ciphers it was given, and those are wrapped.
//!
//! Both ways seal with the same key, so no number of a source may go both. The router gives each
//! number once.

use std::cell::RefCell;

use str0m::crypto::{AeadAes128GcmCipher, AeadAes256GcmCipher, CryptoError};

use super::header::Header;
use super::numbering::renumbered;
use super::replay::PLAIN;

/// The fixed part of an RTP header (RFC 3550, 5.1).
const HEADER: usize = 12;
/// What authenticates a packet (RFC 7714, 12.1).
const TAG: usize = 16;
/// A packet that was to be overheard is one of the next so many; else the next one written is.
const PATIENCE: u8 = 200;

thread_local! {
    /// What the wrapped ciphers tell, if somebody listens. Connections live on the worker's thread.
    static EAR: RefCell<Ear> = const { RefCell::new(Ear::Shut) };
}

enum Ear {
    Shut,
    Open,
    Full(Overheard),
}

/// A packet that was encrypted.
struct Overheard {
    key: Key,
    nonce: [u8; HEADER],
    header: [u8; HEADER],
}

/// Of the profiles that browsers choose.
#[derive(Clone, Copy)]
enum Key {
    Short([u8; 16]),
    Long([u8; 32]),
}

/// Waits for a packet to be encrypted from which the seal is learned.
#[derive(Default)]
pub(super) enum Learning {
    #[default]
    Idle,
    /// For this source and number, so many packets more.
    Waiting {
        source: u32,
        sequence: u64,
        patience: u8,
    },
    Done(Seal),
    /// Another profile; everything goes the library's way.
    Impossible,
}

impl Learning {
    /// A packet goes the library's way.
    pub(super) fn written(&mut self, source: u32, sequence: u64) {
        if matches!(self, Self::Idle) {
            *self = Self::Waiting { source, sequence, patience: PATIENCE };
        }
    }

    /// Lets the library act and listens to what it encrypts. `is_media`: whether a packet came out.
    pub(super) fn listen<T>(&mut self, act: impl FnOnce() -> T, is_media: impl Fn(&T) -> bool) -> T {
        let Self::Waiting { source, sequence, patience } = self else { return act() };
        let (source, sequence) = (*source, *sequence);
        EAR.set(Ear::Open);
        let outcome = act();
        match EAR.replace(Ear::Shut) {
            Ear::Full(heard) => {
                *patience -= 1;
                let is_over = *patience == 0;
                if let Some(seal) = Seal::learn(&heard, source, sequence) {
                    *self = Self::Done(seal);
                } else if is_over {
                    *self = Self::Idle;
                }
            }
            Ear::Open | Ear::Shut if is_media(&outcome) => *self = Self::Impossible,
            Ear::Open | Ear::Shut => {}
        }
        outcome
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// A cipher of the library's that encrypts, and its key.
#[derive(Debug)]
pub(super) struct Tapped<C, const KEY: usize> {
    cipher: C,
    key: Secret<KEY>,
}

/// Shows itself to nobody.
struct Secret<const KEY: usize>([u8; KEY]);

impl<const KEY: usize> std::fmt::Debug for Secret<KEY> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl<C, const KEY: usize> Tapped<C, KEY> {
    pub(super) fn new(cipher: C, key: [u8; KEY]) -> Self {
        Self { cipher, key: Secret(key) }
    }
}

/// Tells who listens of a media packet; reports have keys of their own.
fn tell(key: Key, nonce: [u8; 12], authenticated: &[u8]) {
    let Some(header) = authenticated.first_chunk::<HEADER>().filter(|header| !matches!(header[1], 192..=223)) else {
        return;
    };
    EAR.with_borrow_mut(|ear| {
        if matches!(ear, Ear::Open) {
            *ear = Ear::Full(Overheard { key, nonce, header: *header });
        }
    });
}

macro_rules! tap {
    ($($profile:ident, $length:literal, $kind:ident);+) => {$(
        impl $profile for Tapped<Box<dyn $profile>, $length> {
            fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
                tell(Key::$kind(self.key.0), *iv, aad);
                renumbered(iv, aad, |iv, aad| self.cipher.encrypt(iv, aad, input, output))
            }

            fn decrypt(
                &mut self,
                iv: &[u8; 12],
                aads: &[&[u8]],
                input: &[u8],
                output: &mut [u8],
            ) -> Result<usize, CryptoError> {
                self.cipher.decrypt(iv, aads, input, output)
            }
        }
    )+};
}

tap!(AeadAes128GcmCipher, 16, Short; AeadAes256GcmCipher, 32, Long);

/// Seals packets of one connection.
pub(super) struct Seal {
    cipher: Cipher,
    salt: [u8; 12],
}

enum Cipher {
    Short(Box<dyn AeadAes128GcmCipher>),
    Long(Box<dyn AeadAes256GcmCipher>),
}

impl Seal {
    /// From a packet of which source and number are known.
    fn learn(heard: &Overheard, source: u32, sequence: u64) -> Option<Self> {
        let is_it = heard.header[8..] == source.to_be_bytes() && heard.header[2..4] == low(sequence);
        is_it.then(|| Self {
            cipher: match heard.key {
                Key::Short(key) => Cipher::Short(PLAIN.srtp_provider.aead_aes_128_gcm().create_cipher(key, true)),
                Key::Long(key) => Cipher::Long(PLAIN.srtp_provider.aead_aes_256_gcm().create_cipher(key, true)),
            },
            salt: mix(heard.nonce, source, sequence),
        })
    }

    /// Writes a sealed packet behind what is in `out`; `false` and nothing if that fails.
    pub(super) fn seal(&mut self, header: &Header<'_>, payload: &[u8], out: &mut Vec<u8>) -> bool {
        let start = out.len();
        header.write(out);
        let content = out.len();
        out.resize(content + payload.len() + TAG, 0);
        let (before, output) = out.split_at_mut(content);
        let authenticated = &before[start..];
        let nonce = mix(self.salt, header.source, header.sequence);
        let sealed = match &mut self.cipher {
            Cipher::Short(cipher) => cipher.encrypt(&nonce, authenticated, payload, output),
            Cipher::Long(cipher) => cipher.encrypt(&nonce, authenticated, payload, output),
        };
        if sealed.is_err() {
            out.truncate(start);
        }
        sealed.is_ok()
    }
}

/// The part of a number that a packet carries.
fn low(sequence: u64) -> [u8; 2] {
    let [.., high, low] = sequence.to_be_bytes();
    [high, low]
}

/// Salt to nonce and back (RFC 7714, 8.1): two empty bytes, the source, how often the number has
/// begun anew, the number.
pub(super) fn mix(bytes: [u8; 12], source: u32, sequence: u64) -> [u8; 12] {
    let number = u128::from(source) << 48 | u128::from(sequence & 0xffff_ffff_ffff);
    let mut wide = [0; 16];
    wide[4..].copy_from_slice(&bytes);
    let [_, _, _, _, mixed @ ..] = (u128::from_be_bytes(wide) ^ number).to_be_bytes();
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::header::Extensions;

    /// A nonce from RFC 7714, 16.1: the salt, source and number of its example.
    #[test]
    fn the_nonce_of_the_rfcs_example_comes_out() {
        let salt = [0x51, 0x75, 0x69, 0x64, 0x20, 0x70, 0x72, 0x6f, 0x20, 0x71, 0x75, 0x6f];
        let nonce = mix(salt, 0xf2cf_fdb8, 0xf17b);
        let told = [0x51, 0x75, 0x9b, 0xab, 0xdd, 0xc8, 0x72, 0x6f, 0x20, 0x71, 0x84, 0x14];
        assert_eq!(nonce, told);
        assert_eq!(mix(nonce, 0xf2cf_fdb8, 0xf17b), salt);
    }

    fn header(sequence: u64) -> Header<'static> {
        let extensions = Extensions { level: Some((4, 0x9e)), ..Extensions::default() };
        let (marker, is_padded) = (true, false);
        Header { payload_type: 111, marker, is_padded, sequence, timestamp: 960, source: 7, extensions }
    }

    #[test]
    fn what_is_learned_seals_as_the_library_does() {
        let (key, salt) = ([3; 16], [9; 12]);
        let plain = PLAIN.srtp_provider.aead_aes_128_gcm();
        let mut tapped = Tapped::new(plain.create_cipher(key, true), key);
        let mut learning = Learning::default();
        // A number that began anew twice.
        let first = header(2 * 65_536 + 5);
        learning.written(first.source, first.sequence);
        let mut expected = vec![0x80, 111];
        expected.extend(low(first.sequence));
        expected.extend([0, 0, 3, 192, 0, 0, 0, 7]);
        let mut content = [0; 4 + TAG];
        learning
            .listen(|| tapped.encrypt(&mix(salt, 7, first.sequence), &expected, b"once", &mut content), Result::is_ok)
            .expect("it can be encrypted");
        let Learning::Done(mut seal) = learning else { panic!("nothing was learned") };

        let mut out = b"before".to_vec();
        assert!(seal.seal(&header(2 * 65_536 + 6), b"sound", &mut out));
        let (authenticated, sealed) = out[6..].split_at(HEADER + 8);
        assert_eq!(authenticated[..2], [0x90, 0x80 | 111]);
        assert_eq!(authenticated[HEADER..], [0xbe, 0xde, 0, 1, 0x40, 0x9e, 0, 0]);
        let mut opened = [0; 5];
        let mut opener = plain.create_cipher(key, false);
        opener
            .decrypt(&mix(salt, 7, 2 * 65_536 + 6), &[authenticated], sealed, &mut opened)
            .expect("the key of the connection opens it");
        assert_eq!(&opened, b"sound");
    }

    #[test]
    fn of_another_packet_or_a_report_nothing_is_learned() {
        let key = [3; 32];
        let mut tapped = Tapped::new(PLAIN.srtp_provider.aead_aes_256_gcm().create_cipher(key, true), key);
        let mut learning = Learning::default();
        learning.written(7, 5);
        let report = [0x80, 200, 0, 5, 0, 0, 3, 192, 0, 0, 0, 7];
        let other = [0x80, 111, 0, 6, 0, 0, 3, 192, 0, 0, 0, 7];
        // Reports say nothing, and after so many packets of others the next one is waited for.
        for _ in 0..PATIENCE {
            assert!(matches!(learning, Learning::Waiting { .. }));
            let mut hear = |header: &[u8], is_media: bool| {
                let act = || tapped.encrypt(&[1; 12], header, b"once", &mut [0; 20]);
                learning.listen(act, |_| is_media).expect("it can be encrypted");
            };
            hear(&report, false);
            hear(&other, true);
        }
        assert!(matches!(learning, Learning::Idle));
    }

    #[test]
    fn where_a_packet_leaves_unheard_nothing_can_be_learned() {
        let mut learning = Learning::default();
        learning.written(7, 5);
        learning.listen(|| (), |()| false);
        assert!(matches!(learning, Learning::Waiting { .. }));
        learning.listen(|| (), |()| true);
        assert!(matches!(learning, Learning::Impossible));
    }
}
