//! Nobody's reports count twice. The library drops media packets it has seen before, but takes a
//! recorded report (SRTCP) as often as it is sent: with it, somebody who only listens on the line
//! could ask for keyframes and repeats in a participant's name. The ciphers are the one place
//! where a report is known to be genuine and its index is at hand, so they are wrapped here.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, CryptoProvider, SrtpProvider,
    SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

use super::numbering;
use super::sealing::Tapped;

/// Sources of reports a participant may have: one per section and direction is plenty.
const MOST_SOURCES: usize = 1_024;
/// How many reports of the legacy profile are remembered.
const REMEMBERED: usize = 128;

pub(super) static PLAIN: LazyLock<CryptoProvider> = LazyLock::new(str0m::crypto::from_feature_flags);

/// The library's own cryptography with the reports guarded.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { srtp_provider: &Guarded, ..PLAIN.clone() })
}

#[derive(Debug)]
struct Guarded;

impl SrtpProvider for Guarded {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &Guarded
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Guarded
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Guarded
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        PLAIN.srtp_provider.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        PLAIN.srtp_provider.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAes128CmSha1_80 for Guarded {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        let cipher = PLAIN.srtp_provider.aes_128_cm_sha1_80().create_cipher(key, encrypt);
        if encrypt { cipher } else { Box::new(Cipher { cipher, guard: Recent::default() }) }
    }
}

impl SupportedAeadAes128Gcm for Guarded {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        let cipher = PLAIN.srtp_provider.aead_aes_128_gcm().create_cipher(key, encrypt);
        if encrypt {
            Box::new(Tapped::new(cipher, key))
        } else {
            Box::new(Cipher { cipher, guard: Reports::default() })
        }
    }
}

impl SupportedAeadAes256Gcm for Guarded {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        let cipher = PLAIN.srtp_provider.aead_aes_256_gcm().create_cipher(key, encrypt);
        if encrypt {
            Box::new(Tapped::new(cipher, key))
        } else {
            Box::new(Cipher { cipher, guard: Reports::default() })
        }
    }
}

/// A cipher that decrypts and what it has let through.
#[derive(Debug)]
struct Cipher<C, G> {
    cipher: C,
    guard: G,
}

fn replayed() -> CryptoError {
    CryptoError::Other("a report that came before".to_owned())
}

/// Profiles that differ in nothing but their names.
macro_rules! guard_reports {
    ($($profile:ident),+) => {$(
        impl $profile for Cipher<Box<dyn $profile>, Reports> {
            fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
                self.cipher.encrypt(iv, aad, input, output)
            }

            fn decrypt(
                &mut self,
                iv: &[u8; 12],
                aads: &[&[u8]],
                input: &[u8],
                output: &mut [u8],
            ) -> Result<usize, CryptoError> {
                let length = self.cipher.decrypt(iv, aads, input, output)?;
                if !self.guard.is_new(aads) {
                    return Err(replayed());
                }
                if report(aads).is_some()
                    && let Some((first, content)) = aads[0].get(..8).zip(output.get_mut(..length))
                {
                    numbering::opened(first, content);
                }
                Ok(length)
            }
        }
    )+};
}

guard_reports!(AeadAes128GcmCipher, AeadAes256GcmCipher);

impl Aes128CmSha1_80Cipher for Cipher<Box<dyn Aes128CmSha1_80Cipher>, Recent> {
    fn encrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.cipher.encrypt(iv, input, output)
    }

    // Called after the signature was found good.
    fn decrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        if self.guard.is_new(*iv) { self.cipher.decrypt(iv, input, output) } else { Err(replayed()) }
    }
}

/// The windows of all who report (RFC 3711, 3.3.2): for each source the newest index and which
/// of the 127 before it have come.
#[derive(Debug, Default)]
struct Reports {
    windows: HashMap<u32, (u32, u128)>,
}

impl Reports {
    /// Notes a report; `false` if it came before or is too old to tell. Media packets pass: the
    /// library has windows of its own for them.
    fn is_new(&mut self, authenticated: &[&[u8]]) -> bool {
        let Some((source, index)) = report(authenticated) else { return true };
        if self.windows.len() >= MOST_SOURCES && !self.windows.contains_key(&source) {
            return false;
        }
        let Some((newest, seen)) = self.windows.get_mut(&source) else {
            self.windows.insert(source, (index, 1));
            return true;
        };
        if index > *newest {
            *seen = seen.checked_shl(index - *newest).unwrap_or(0) | 1;
            *newest = index;
            return true;
        }
        let Some(bit) = 1_u128.checked_shl(*newest - index) else { return false };
        let is_new = *seen & bit == 0;
        *seen |= bit;
        is_new
    }
}

/// Source and index of a report, from what its signature covers beside the content (RFC 7714,
/// 9.2 and 9.3): header and index, or the whole report and the index. `None` for media.
fn report(authenticated: &[&[u8]]) -> Option<(u32, u32)> {
    let header = authenticated.first()?;
    if !matches!(header.get(1)?, 192..=223) {
        return None;
    }
    let index = match authenticated.get(1) {
        Some(index) if !index.is_empty() => index,
        _ => header.get(8..)?,
    };
    let number = |bytes: &[u8]| -> Option<u32> { Some(u32::from_be_bytes(bytes.try_into().ok()?)) };
    // The topmost bit says whether the report is encrypted.
    Some((number(header.get(4..8)?)?, number(index)? & 0x7fff_ffff))
}

/// The latest nonces of the legacy profile, whose ciphers are not told what they decrypt. What is
/// older than these passes; no browser of today chooses that profile.
#[derive(Debug)]
struct Recent {
    nonces: [[u8; 16]; REMEMBERED],
    next: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self { nonces: [[0; 16]; REMEMBERED], next: 0 }
    }
}

impl Recent {
    fn is_new(&mut self, nonce: [u8; 16]) -> bool {
        if self.nonces.contains(&nonce) {
            return false;
        }
        self.nonces[self.next] = nonce;
        self.next = (self.next + 1) % REMEMBERED;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(reports: &mut Reports, source: u32, index: u32) -> bool {
        let mut covered = vec![0x80, 201, 0, 1];
        covered.extend(source.to_be_bytes());
        covered.extend((index | 0x8000_0000).to_be_bytes());
        reports.is_new(&[&covered, &[]])
    }

    #[test]
    fn a_report_counts_once_and_a_late_one_still_counts() {
        let mut reports = Reports::default();
        for index in [5, 6, 9, 7, 8, 136] {
            assert!(passes(&mut reports, 1, index), "{index} is new");
        }
        for index in [5, 6, 7, 8, 9, 136] {
            assert!(!passes(&mut reports, 1, index), "{index} came before");
        }
        assert!(passes(&mut reports, 1, 10), "within the window");
        assert!(passes(&mut reports, 1, 1_000_000) && !passes(&mut reports, 1, 137), "too old to tell");
        assert!(passes(&mut reports, 2, 5), "another source");
    }

    #[test]
    fn a_report_in_the_clear_has_its_index_at_the_end_and_media_has_none() {
        let index = [0, 0, 0, 7];
        let mut reports = Reports::default();
        let clear = [0x80, 200, 0, 1, 0, 0, 0, 9, 1, 2, 3, 4];
        assert!(reports.is_new(&[&clear, &index]) && !reports.is_new(&[&clear, &index]));
        let media = [0x80, 111, 0, 1, 0, 0, 0, 9, 1, 2, 3, 4];
        assert!(reports.is_new(&[&media]) && reports.is_new(&[&media]));
        assert!(report(&[]).is_none() && report(&[&[0x80, 200]]).is_none());
    }

    #[test]
    fn sources_are_not_without_end() {
        let mut reports = Reports::default();
        for source in 0..MOST_SOURCES as u32 {
            assert!(passes(&mut reports, source, 1));
        }
        assert!(!passes(&mut reports, 5_000, 1) && passes(&mut reports, 0, 2));
    }

    #[test]
    fn the_legacy_profile_remembers_the_latest() {
        let mut recent = Recent::default();
        assert!(recent.is_new([1; 16]) && !recent.is_new([1; 16]));
        for byte in 2..=255 {
            assert!(recent.is_new([byte; 16]));
        }
        assert!(!recent.is_new([200; 16]) && recent.is_new([1; 16]));
    }
}
