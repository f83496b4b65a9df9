//! A participant with genuine keys who spoils what is inside: the content is changed before it is
//! encrypted, so that every signature is good.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

use str0m::config::DtlsCert;
use str0m::crypto::dtls::{DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, ProtocolVersion};
use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, CryptoError, CryptoProvider, SrtpProvider, SupportedAeadAes128Gcm,
    SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

use super::Dice;

static PLAIN: LazyLock<CryptoProvider> = LazyLock::new(str0m::crypto::from_feature_flags);

/// What is spoiled once it is armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoils {
    Media,
    Reports,
    Association,
}

/// Spoils one kind of content; lives as long as the test.
#[derive(Debug)]
pub struct Mangler {
    what: Spoils,
    armed: AtomicBool,
    spoilt: AtomicUsize,
    dice: Mutex<u64>,
}

impl Mangler {
    pub fn new(what: Spoils, seed: u64) -> &'static Self {
        Box::leak(Box::new(Self {
            what,
            armed: AtomicBool::new(false),
            spoilt: AtomicUsize::new(0),
            dice: Mutex::new(seed),
        }))
    }

    pub fn provider(&'static self) -> Arc<CryptoProvider> {
        let shared: &'static Provider = Box::leak(Box::new(Provider(self)));
        Arc::new(CryptoProvider { srtp_provider: shared, dtls_provider: shared, ..PLAIN.clone() })
    }

    pub fn arm(&self) {
        self.armed.store(true, Ordering::Relaxed);
    }

    pub fn spoilt(&self) -> usize {
        self.spoilt.load(Ordering::Relaxed)
    }

    fn spoil(&self, what: Spoils, content: &[u8]) -> Vec<u8> {
        let mut content = content.to_vec();
        if self.what != what || !self.armed.load(Ordering::Relaxed) || content.is_empty() {
            return content;
        }
        self.spoilt.fetch_add(1, Ordering::Relaxed);
        let mut seed = self.dice.lock().expect("nobody panics with it");
        let mut dice = Dice(*seed);
        for _ in 0..=dice.below(4) {
            let at = dice.below(content.len());
            match dice.below(4) {
                0 => content[at] ^= 1 << dice.below(8),
                1 => content[at] = [0, 1, 0x7f, 0x80, 0xff][dice.below(5)],
                // A report of its own in the middle: types 200 to 207 with any length and count.
                2 => {
                    let at = at / 4 * 4;
                    let header = [0x80 | dice.below(64) as u8, 200 + dice.below(8) as u8, 0xff, 0xff];
                    content.iter_mut().skip(at).zip(header).for_each(|(byte, new)| *byte = new);
                }
                _ => content.iter_mut().skip(at).for_each(|byte| *byte = dice.roll() as u8),
            }
        }
        *seed = dice.0;
        content
    }
}

#[derive(Clone, Copy, Debug)]
struct Provider(&'static Mangler);

impl SrtpProvider for Provider {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        PLAIN.srtp_provider.aes_128_cm_sha1_80()
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        Box::leak(Box::new(*self))
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        Box::leak(Box::new(*self))
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        PLAIN.srtp_provider.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        PLAIN.srtp_provider.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAeadAes128Gcm for Provider {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Cipher(PLAIN.srtp_provider.aead_aes_128_gcm().create_cipher(key, encrypt), self.0))
    }
}

impl SupportedAeadAes256Gcm for Provider {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Cipher(PLAIN.srtp_provider.aead_aes_256_gcm().create_cipher(key, encrypt), self.0))
    }
}

#[derive(Debug)]
struct Cipher<C>(C, &'static Mangler);

/// Media or a report, by the header its signature covers.
fn kind(header: &[u8]) -> Spoils {
    if matches!(header.get(1), Some(192..=223)) { Spoils::Reports } else { Spoils::Media }
}

impl AeadAes128GcmCipher for Cipher<Box<dyn AeadAes128GcmCipher>> {
    fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, &self.1.spoil(kind(aad), input), output)
    }

    fn decrypt(&mut self, iv: &[u8; 12], aads: &[&[u8]], input: &[u8], out: &mut [u8]) -> Result<usize, CryptoError> {
        self.0.decrypt(iv, aads, input, out)
    }
}

impl AeadAes256GcmCipher for Cipher<Box<dyn AeadAes256GcmCipher>> {
    fn encrypt(&mut self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, &self.1.spoil(kind(aad), input), output)
    }

    fn decrypt(&mut self, iv: &[u8; 12], aads: &[&[u8]], input: &[u8], out: &mut [u8]) -> Result<usize, CryptoError> {
        self.0.decrypt(iv, aads, input, out)
    }
}

impl DtlsProvider for Provider {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        PLAIN.dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        Ok(Box::new(Association(PLAIN.dtls_provider.new_dtls(cert, now, version, mtu)?, self.0)))
    }
}

/// Changes the packets of the data channels (SCTP over DTLS) and puts the checksum right again.
#[derive(Debug)]
struct Association(Box<dyn DtlsInstance>, &'static Mangler);

impl DtlsInstance for Association {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buffer)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        // Ports, verification tag and checksum stay (RFC 9260, 3.1).
        let mut changed = data.to_vec();
        if data.len() > 12 {
            let chunks = self.1.spoil(Spoils::Association, &data[12..]);
            changed.truncate(12);
            changed.extend(chunks);
            if changed != data {
                changed[8..12].fill(0);
                let sum = crc32c(&changed);
                changed[8..12].copy_from_slice(&sum.to_le_bytes());
            }
        }
        self.0.send_application_data(&changed)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}

/// The checksum of SCTP (RFC 9260, appendix A).
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0x82f6_3b78 } else { 0 })
    })
}

#[test]
fn the_checksum_is_the_one_of_the_standard() {
    assert_eq!(crc32c(b"123456789"), 0xe306_9283);
}
