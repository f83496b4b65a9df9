use super::bench::Bench;
use super::download::Download;
use super::*;

/// What we and a download get of a line with so much room, in per cent, in the last forty seconds of a minute, and how
/// long our packets wait.
fn shares(bps: u64, room_ms: u64) -> (u64, u64, Duration) {
    let room = (bps * room_ms / 8_000) as usize;
    let mut bench = Bench::on(Conditions { room, ..line(bps) }).wanting(2 * bps);
    bench.run(secs(8));
    bench.download = Some(Download::begun(bench.now));
    bench.run(secs(12));
    let before = bench.download.as_ref().map_or(0, Download::bytes);
    bench.run(secs(40));
    let fetched = bench.download.as_ref().map_or(0, Download::bytes) - before;
    let ours = bench.received(secs(20), secs(60));
    (ours * 100 / bps, fetched * 8 / 40 * 100 / bps, bench.waited(secs(20), secs(60)))
}

#[test]
fn beside_a_download_neither_starves_and_nothing_is_left_unused() {
    let narrow = [(MBIT, 150), (3 * MBIT, 60), (3 * MBIT, 150), (3 * MBIT, 350)];
    for (bps, room_ms) in narrow.into_iter().chain([(20 * MBIT, 60), (20 * MBIT, 150)]) {
        let (ours, theirs, waited) = shares(bps, room_ms);
        let what = format!("{bps} with room for {room_ms} ms: ours {ours} %, theirs {theirs} %, waited {waited:?}");
        // A download fills what room there is, and we give way to a queue: the more room, the less is ours.
        assert!(ours >= 12 && theirs >= 35 && ours + theirs >= 97, "{what}");
    }
}

#[test]
fn after_a_download_the_line_is_ours_again() {
    let mut bench = Bench::on(line(3 * MBIT)).wanting(6 * MBIT);
    bench.run(secs(8));
    bench.download = Some(Download::begun(bench.now));
    bench.run(secs(20));
    bench.download = None;
    bench.run(secs(12));
    let again = bench.reached(2_700 * KBIT, secs(28));
    assert!(again.is_some_and(|after| after <= secs(8)), "{again:?}");
}
