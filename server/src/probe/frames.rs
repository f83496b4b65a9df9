//! The media a probe sends: silence any Opus decoder plays and a picture any VP8 decoder shows.
//! Each frame hides the moment it was sent where decoders do not look, so that a receiver in the
//! same process can tell how long forwarding took.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes, BytesMut};

/// A VP8 key frame of 320 x 180 pixels: hills under a sun, drawn for this purpose.
const PICTURE: &[u8] = include_bytes!("picture.vp8");
/// Bytes of one hidden moment.
const STAMP: usize = 16;
/// Most payload bytes of a video packet.
const PACKET_LIMIT: usize = 1_100;

/// Tells this process's stamps from another's, and when its time began.
fn origin() -> &'static (u64, Instant) {
    static ORIGIN: OnceLock<(u64, Instant)> = OnceLock::new();
    ORIGIN.get_or_init(|| (rand::random(), Instant::now()))
}

fn put_stamp(buffer: &mut BytesMut) {
    let (process, began) = origin();
    buffer.put_u64(*process);
    buffer.put_u64(began.elapsed().as_micros() as u64);
}

/// How long ago the frame that ends with this payload was sent; none if another process sent it.
pub(super) fn age(payload: &[u8]) -> Option<Duration> {
    let stamp = payload.len().checked_sub(STAMP).map(|at| &payload[at..])?;
    let (process, sent_at) = stamp.split_at(8);
    let (own, began) = origin();
    let process = u64::from_be_bytes(process.try_into().ok()?);
    let sent_at = Duration::from_micros(u64::from_be_bytes(sent_at.try_into().ok()?));
    (process == *own).then(|| began.elapsed().saturating_sub(sent_at))
}

/// 20 ms of silence: one frame with padding (RFC 6716, 3.2.5), the padding being the stamp.
pub(super) fn silence() -> Bytes {
    let mut packet = BytesMut::with_capacity(5 + STAMP);
    // Fullband CELT of 20 ms (31), mono, any number of frames (3).
    packet.put_u8(0b1111_1011);
    // Constant bitrate, padded, one frame in the packet.
    packet.put_u8(0b0100_0001);
    packet.put_u8(STAMP as u8);
    packet.put_slice(&[0xff, 0xfe]);
    put_stamp(&mut packet);
    packet.freeze()
}

/// The payloads of one picture in sending order: VP8 descriptor (RFC 7741) and a piece each.
pub(super) fn picture(picture_id: u16) -> Vec<Bytes> {
    let mut frame = BytesMut::with_capacity(PICTURE.len() + STAMP);
    frame.put_slice(PICTURE);
    // A decoder stops reading the last partition long before its end.
    put_stamp(&mut frame);
    let piece = frame.len().div_ceil(frame.len().div_ceil(PACKET_LIMIT));
    let pieces = frame.chunks(piece).enumerate();
    pieces
        .map(|(index, piece)| {
            let mut payload = BytesMut::with_capacity(4 + piece.len());
            // Extended, and the start of the partition in the first packet only.
            payload.put_u8(if index == 0 { 0x90 } else { 0x80 });
            payload.put_u8(0x80);
            payload.put_u16(picture_id | 0x8000);
            payload.put_slice(piece);
            payload.freeze()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_a_vp8_key_frame_of_320_by_180() {
        assert_eq!(PICTURE[0] & 1, 0, "key frame");
        assert_eq!(&PICTURE[3..6], &[0x9d, 0x01, 0x2a], "start code");
        assert_eq!(u16::from_le_bytes([PICTURE[6], PICTURE[7]]), 320);
        assert_eq!(u16::from_le_bytes([PICTURE[8], PICTURE[9]]), 180);
    }

    #[test]
    fn frames_carry_the_moment_they_were_sent() {
        assert!(age(&silence()).is_some_and(|age| age < Duration::from_secs(1)));
        let packets = picture(7);
        assert!(packets.len() > 1 && packets.iter().all(|packet| packet.len() <= PACKET_LIMIT + 4));
        assert!(age(packets.last().expect("a picture has packets")).is_some());
        assert!(age(&packets[0]).is_none());
        assert!(age(b"short").is_none());
    }
}
