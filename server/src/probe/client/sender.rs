//! Sends a track's media at its natural pace until told to stop.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rtc::rtp;
use rtc::rtp::extension::HeaderExtension;
use rtc::rtp::extension::audio_level_extension::AudioLevelExtension;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::peer::LocalTrack;
use super::seen::Media;
use crate::probe::{ProbeError, frames};

/// One frame of sound and its length at 48 kHz.
const AUDIO_FRAME: (Duration, u32) = (Duration::from_millis(20), 960);
/// One picture and its length at 90 kHz: 12.5 a second.
const VIDEO_FRAME: (Duration, u32) = (Duration::from_millis(80), 7_200);
/// How loud silence claims to be, in -dBov: a normal voice, so that it counts as speech.
const LOUDNESS: u8 = 25;

/// A track being sent; stops when dropped.
pub(super) struct Outgoing {
    pub(super) track: Arc<LocalTrack>,
    muted: watch::Sender<bool>,
    sent: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Outgoing {
    pub(super) async fn start(track: LocalTrack) -> Result<Self, ProbeError> {
        let payload_type = track.payload_type().await?;
        let track = Arc::new(track);
        let (muted, silent) = watch::channel(false);
        let (count, sent) = watch::channel(0);
        let task = tokio::spawn(send(Arc::clone(&track), payload_type, silent, count));
        Ok(Self { track, muted, sent, task })
    }

    pub(super) fn set_muted(&self, muted: bool) {
        self.muted.send_replace(muted);
    }

    /// Packets sent so far.
    pub(super) fn sent(&self) -> u64 {
        *self.sent.borrow()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn send(track: Arc<LocalTrack>, payload_type: u8, muted: watch::Receiver<bool>, sent: watch::Sender<u64>) {
    let (pace, ticks) = match track.media {
        Media::Audio => AUDIO_FRAME,
        Media::Video => VIDEO_FRAME,
    };
    let mut pace = interval(pace);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sequence: u16 = rand::random();
    let mut timestamp: u32 = rand::random();
    let mut frame: u16 = 0;
    loop {
        pace.tick().await;
        timestamp = timestamp.wrapping_add(ticks);
        if *muted.borrow() {
            continue;
        }
        let payloads: Vec<Bytes> = match track.media {
            Media::Audio => vec![frames::silence()],
            Media::Video => frames::picture(frame & 0x7fff),
        };
        let last = payloads.len() - 1;
        for (index, payload) in payloads.into_iter().enumerate() {
            let header = rtp::Header {
                version: 2,
                marker: if track.media == Media::Video { index == last } else { frame == 0 },
                payload_type,
                sequence_number: sequence,
                timestamp,
                ssrc: track.ssrc,
                ..rtp::Header::default()
            };
            sequence = sequence.wrapping_add(1);
            let loudness = HeaderExtension::AudioLevel(AudioLevelExtension { level: LOUDNESS, voice: true });
            let extensions = if track.media == Media::Audio { vec![loudness] } else { vec![] };
            let packet = rtp::Packet { header, payload };
            if track.track.write_rtp_with_extensions(packet, &extensions).await.is_err() {
                // The connection is gone, and the session says so.
                return;
            }
            sent.send_modify(|sent| *sent += 1);
        }
        frame = frame.wrapping_add(1);
    }
}
