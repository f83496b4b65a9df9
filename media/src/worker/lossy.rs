use super::Worker;
use crate::PeerId;
use crate::packet::Measured;
use crate::router::Track;

impl Worker {
    /// Whether a client's line loses so much that it gets sound three times.
    pub(super) fn look_at_loss(&mut self, peer: PeerId, measured: &Measured) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&peer) else { return };
        let tracks = member.attached.keys().filter_map(|sid| self.router.track(sid));
        let needs_bps: u64 = tracks.map(Track::sound_thrice_bps).sum();
        let reported: Vec<f32> = measured.outgoing.iter().filter_map(|(_, figures)| figures.loss).collect();
        #[expect(clippy::cast_precision_loss, reason = "sections of a connection")]
        let mean = (!reported.is_empty()).then(|| reported.iter().sum::<f32>() / reported.len() as f32);
        // Feedback on every packet comes more often than reports on streams; of sound alone there is none.
        let Some(lost) = measured.loss_down.or(mean) else { return };
        // On a line that is too narrow, more sound would only push out more. Where no pictures are sent, what
        // is known of the line is made of next to nothing.
        let line = member.line.trusted_bps(now).filter(|_| member.line.has_pictures);
        let has_room = line.is_none_or(|line_bps| line_bps >= needs_bps);
        let is_hard = member.hardship.reported(lost, has_room, now);
        self.redundancy.set(peer, is_hard);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ops::Range;

    use crate::Kind;
    use crate::packet::Codec;
    use crate::peer::Carried;
    use crate::worker::instructions::{Loses, MEETING, Stage, losing, packet};

    /// Of a packet's piece and each one repeated.
    const PIECE: usize = 40;

    /// Packets, fifty a second; each with a piece and the one before it. A piece says which one it is.
    fn send(stage: &mut Stage, numbers: Range<u64>) {
        for number in numbers {
            for _ in 0..4 {
                stage.pass();
            }
            let piece = |number: u64| number.to_be_bytes().repeat(PIECE / 8);
            let payload = [vec![0x80 | 111, 0x0f, 0x00, 40, 111], piece(number - 1), piece(number)].concat();
            let packet = packet(number, Codec::Opus, &payload, Carried::redundant());
            stage.worker.forward(&packet, MEETING);
        }
    }

    /// The same, as browsers send them: each piece alone.
    fn send_once(stage: &mut Stage, numbers: Range<u64>) {
        for number in numbers {
            for _ in 0..4 {
                stage.pass();
            }
            let payload = number.to_be_bytes().repeat(PIECE / 8);
            stage.worker.forward(&packet(number, Codec::Opus, &payload, Carried::once()), MEETING);
        }
    }

    /// The pieces of a packet, its own one last.
    fn pieces(payload: &[u8]) -> Vec<u64> {
        if payload.len() == PIECE {
            return vec![u64::from_be_bytes(*payload.first_chunk().expect("it has eight bytes"))];
        }
        let repeated = payload.chunks(4).take_while(|header| header[0] & 0x80 != 0).count();
        let pieces = payload[repeated * 4 + 1..].chunks(PIECE);
        pieces.map(|piece| u64::from_be_bytes(*piece.first_chunk().expect("it has eight bytes"))).collect()
    }

    /// How many pieces the last packets of each of the first two receivers had.
    fn counts(stage: &Stage) -> [BTreeSet<usize>; 2] {
        let last = |client: usize| stage.clients[client].heard.iter().rev().take(20);
        [0, 1].map(|client| last(client).map(|(_, payload)| pieces(payload).len()).collect())
    }

    /// The first client's line is good or bad for a while: how likely it turns bad, and good again, with a packet.
    fn line(begins: f64, ends: f64) -> Loses {
        let (mut random, mut is_bad) = (0x9e37_79b9_7f4a_7c15_u64, false);
        Box::new(move |client, _| {
            if client != 0 {
                return false;
            }
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let turn = random as f64 / u64::MAX as f64;
            is_bad = if is_bad { turn >= ends } else { turn < begins };
            is_bad
        })
    }

    /// One packet in ten, each for itself.
    fn by_chance() -> Loses {
        line(0.1, 0.9)
    }

    #[test]
    fn who_loses_much_gets_each_piece_three_times_until_the_line_is_good_again() {
        let mut stage = Stage::open(Kind::Audio);
        send(&mut stage, 1..40);
        assert_eq!(counts(&stage), [[2].into(), [2].into()], "nothing is lost");
        stage.loses = by_chance();
        send(&mut stage, 40..600);
        assert_eq!(counts(&stage), [[3].into(), [2].into()], "only who loses much gets more");
        stage.loses = losing(0);
        send(&mut stage, 600..2_400);
        assert_eq!(counts(&stage), [[2].into(), [2].into()], "the line is good again");
    }

    /// The first client's line carries so many bits per second, a packet each 20 ms.
    fn narrow(bps: usize) -> Loses {
        let mut room = 0;
        Box::new(move |client, bytes| {
            if client != 0 {
                return false;
            }
            room = (room + bps / 8 / 50).min(600);
            let is_lost = bytes > room;
            room -= if is_lost { 0 } else { bytes };
            is_lost
        })
    }

    #[test]
    fn on_a_line_that_is_narrow_more_is_only_tried() {
        let mut stage = Stage::open(Kind::Audio);
        send(&mut stage, 1..40);
        // A packet has 130 bytes or so.
        stage.loses = narrow(45_000);
        let mut thrice = 0;
        for minute in 0..4 {
            send(&mut stage, 40 + minute * 750..40 + (minute + 1) * 750);
            thrice += usize::from(counts(&stage)[0].contains(&3));
        }
        assert!(thrice <= 2, "{thrice} of four quarters of a minute end with more");
    }

    #[test]
    fn what_comes_once_goes_three_times_if_its_publisher_lets_it() {
        let mut stage = Stage::open(Kind::Audio);
        stage.loses = by_chance();
        send_once(&mut stage, 1..600);
        assert_eq!(counts(&stage), [[3].into(), [1].into()], "only who loses much gets more");
        let (heard, asked) = (stage.clients[0].heard.len(), 600..3_000);
        send_once(&mut stage, asked.start..asked.end + 10);
        let came: BTreeSet<u64> =
            stage.clients[0].heard[heard..].iter().flat_map(|(_, payload)| pieces(payload)).collect();
        let missing = asked.clone().filter(|number| !came.contains(number)).count();
        assert!(missing < 12, "{missing} of {}", asked.end - asked.start);

        let mut stage = Stage::open(Kind::Audio);
        stage.forbid_repeats();
        stage.loses = by_chance();
        send_once(&mut stage, 1..600);
        assert_eq!(counts(&stage), [[1].into(), [1].into()]);
    }

    /// Which share of the pieces is missing once the server knows of the line: with those the publisher repeats, and
    /// with all that came.
    fn missing(line: Loses) -> [f64; 2] {
        const LOOKED_AT: Range<u64> = 600..6_000;
        let mut stage = Stage::open(Kind::Audio);
        stage.loses = line;
        send(&mut stage, 1..LOOKED_AT.end + 10);
        let came: Vec<Vec<u64>> = stage.clients[0].heard.iter().map(|(_, payload)| pieces(payload)).collect();
        let own: BTreeSet<u64> = came.iter().filter_map(|all| all.last().copied()).collect();
        let all: BTreeSet<u64> = came.into_iter().flatten().collect();
        let share = |is_there: &dyn Fn(u64) -> bool| {
            let missing = LOOKED_AT.filter(|number| !is_there(*number)).count();
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = missing as f64 / (LOOKED_AT.end - LOOKED_AT.start) as f64;
            share
        };
        [share(&|number| own.contains(&number) || own.contains(&(number + 1))), share(&|number| all.contains(&number))]
    }

    #[test]
    fn of_one_packet_in_ten_that_is_lost_next_to_nothing_is_missing() {
        let [twice, thrice] = missing(by_chance());
        assert!(twice > 0.006 && thrice < 0.003, "{twice}, {thrice}");
        // Three in a row on average.
        let [twice, thrice] = missing(line(1.0 / 27.0, 1.0 / 3.0));
        assert!(twice > 0.04 && thrice < twice * 0.6, "{twice}, {thrice}");
    }
}
