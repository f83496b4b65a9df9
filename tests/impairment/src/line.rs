use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// How bad one direction is. The default is perfect.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// Share of packets lost, each for itself; 0 to 1.
    pub loss: f64,
    /// Losses in a row, on top of that.
    pub bursts: Option<Bursts>,
    /// Every packet takes this long.
    pub delay: Duration,
    /// And up to this much more, at random; packets keep their order.
    pub jitter: Duration,
    /// Share of packets that are overtaken by those sent within `delay / 2` after them; 0 to 1.
    pub reordering: f64,
    /// Bits per second from a time on, in ascending order; unlimited before the first.
    pub rates: Vec<(Duration, u64)>,
    /// Bytes that wait for room at a limited rate; what comes on top is lost.
    pub room: usize,
}

/// A line that is good or bad for a while (Gilbert's model): all is lost while it is bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// How likely the next packet finds it turned bad; 0 to 1.
    pub begins: f64,
    /// How likely the next packet finds it good again; above 0, at most 1.
    pub ends: f64,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            loss: 0.0,
            bursts: None,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            reordering: 0.0,
            rates: Vec::new(),
            room: 64 * 1024,
        }
    }
}

/// One direction. Times are those since the line began.
#[derive(Debug)]
pub struct Line<P> {
    conditions: Conditions,
    random: u64,
    is_bad: bool,
    /// When the last bit of what waits has left.
    free_at: Duration,
    /// When the latest packet that kept its order arrives.
    latest: Duration,
    count: u64,
    on_the_way: BinaryHeap<Reverse<(Duration, u64, Packet<P>)>>,
}

/// Never compared: no two have the same number.
#[derive(Debug)]
struct Packet<P>(P);

impl<P> PartialEq for Packet<P> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<P> Eq for Packet<P> {}

impl<P> PartialOrd for Packet<P> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<P> Ord for Packet<P> {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl<P> Line<P> {
    /// A line that does the same every time it is made with this seed and fed the same.
    #[must_use]
    pub fn new(conditions: Conditions, seed: u64) -> Self {
        Self {
            conditions,
            random: seed ^ 0x9e37_79b9_7f4a_7c15,
            is_bad: false,
            free_at: Duration::ZERO,
            latest: Duration::ZERO,
            count: 0,
            on_the_way: BinaryHeap::new(),
        }
    }

    /// A packet of so many bytes goes in; `false` if it is lost.
    pub fn put(&mut self, now: Duration, bytes: usize, packet: P) -> bool {
        if self.is_lost() {
            return false;
        }
        let Some(sent_at) = self.through_the_bottleneck(now, bytes) else { return false };
        let jitter = self.conditions.jitter.mul_f64(self.roll());
        let mut due = sent_at + self.conditions.delay + jitter;
        if self.conditions.reordering > 0.0 && self.roll() < self.conditions.reordering {
            due += self.conditions.delay / 2;
        } else {
            due = due.max(self.latest);
            self.latest = due;
        }
        self.count += 1;
        self.on_the_way.push(Reverse((due, self.count, Packet(packet))));
        true
    }

    /// The next packet that has arrived by now.
    pub fn take(&mut self, now: Duration) -> Option<P> {
        if self.next()? > now {
            return None;
        }
        self.on_the_way.pop().map(|Reverse((_, _, Packet(packet)))| packet)
    }

    /// When the next packet arrives.
    #[must_use]
    pub fn next(&self) -> Option<Duration> {
        self.on_the_way.peek().map(|Reverse((due, ..))| *due)
    }

    fn is_lost(&mut self) -> bool {
        let alone = self.conditions.loss > 0.0 && self.roll() < self.conditions.loss;
        let Some(bursts) = self.conditions.bursts else { return alone };
        let turn = self.roll();
        self.is_bad = if self.is_bad { turn >= bursts.ends } else { turn < bursts.begins };
        alone || self.is_bad
    }

    /// When the packet has left a line of limited rate; `None` if there was no room to wait.
    fn through_the_bottleneck(&mut self, now: Duration, bytes: usize) -> Option<Duration> {
        let rate = self.conditions.rates.iter().rev().find(|(from, _)| *from <= now).map(|(_, rate)| (*rate).max(1));
        let Some(rate) = rate else { return Some(now) };
        let takes = |bytes: usize| Duration::from_secs_f64(bytes as f64 * 8.0 / rate as f64);
        let waits = self.free_at.saturating_sub(now);
        if waits > takes(self.conditions.room) {
            return None;
        }
        self.free_at = self.free_at.max(now) + takes(bytes);
        Some(self.free_at)
    }

    /// 0 to below 1 (xorshift64*).
    fn roll(&mut self) -> f64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        (self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A packet every millisecond; what arrives when.
    fn through(conditions: Conditions, packets: u32, bytes: usize) -> Vec<(u32, Duration)> {
        let mut line = Line::new(conditions, 7);
        for number in 0..packets {
            line.put(MS * number, bytes, number);
        }
        let mut arrived = Vec::new();
        while let Some(due) = line.next() {
            arrived.push((line.take(due).expect("it is due"), due));
        }
        arrived
    }

    #[test]
    fn a_perfect_line_delivers_everything_at_once() {
        let arrived = through(Conditions::default(), 100, 1_000);
        assert!((0..100).map(|number| (number, MS * number)).eq(arrived));
    }

    #[test]
    fn losses_come_in_the_share_asked_for_and_the_same_every_time() {
        let lossy = Conditions { loss: 0.1, ..Conditions::default() };
        let arrived = through(lossy.clone(), 20_000, 100);
        assert!((17_700..18_300).contains(&arrived.len()), "{}", arrived.len());
        assert_eq!(arrived, through(lossy, 20_000, 100));
    }

    #[test]
    fn bursts_are_losses_in_a_row() {
        let bursts = Some(Bursts { begins: 0.01, ends: 0.2 });
        let arrived = through(Conditions { bursts, ..Conditions::default() }, 20_000, 100);
        let gaps: Vec<u32> = arrived.windows(2).map(|pair| pair[1].0 - pair[0].0 - 1).filter(|gap| *gap > 0).collect();
        let lost: u32 = gaps.iter().sum();
        let mean = f64::from(lost) / gaps.len() as f64;
        assert!((3.5..6.5).contains(&mean), "five in a row on average: {mean}");
    }

    #[test]
    fn delay_and_jitter_lie_within_their_bounds_and_keep_the_order() {
        let conditions = Conditions { delay: MS * 50, jitter: MS * 20, ..Conditions::default() };
        let arrived = through(conditions, 1_000, 100);
        assert!(arrived.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(arrived.iter().all(|(number, due)| (MS * 50..=MS * 70).contains(&(*due - MS * *number))));
    }

    #[test]
    fn reordered_packets_are_overtaken() {
        let conditions = Conditions { delay: MS * 40, reordering: 0.05, ..Conditions::default() };
        let arrived = through(conditions, 2_000, 100);
        let late = arrived.windows(2).filter(|pair| pair[0].0 > pair[1].0).count();
        assert!((60..140).contains(&late), "{late}");
        assert_eq!(arrived.len(), 2_000);
    }

    #[test]
    fn a_dip_lets_through_its_rate_and_then_everything_again() {
        // 1,000 bytes each millisecond are 8 Mbit/s.
        let rates = vec![(MS * 1_000, 2_000_000), (MS * 3_000, 100_000_000)];
        let arrived = through(Conditions { rates, room: 10_000, ..Conditions::default() }, 5_000, 1_000);
        let within = |from: u32, to: u32| arrived.iter().filter(|(_, due)| (MS * from..MS * to).contains(due)).count();
        assert_eq!(within(0, 1_000), 1_000);
        assert!((245..=255).contains(&within(1_500, 2_500)), "{}", within(1_500, 2_500));
        assert!(within(4_000, 5_000) >= 999);
        let waits = arrived.iter().map(|(number, due)| *due - MS * *number).max().expect("some arrive");
        assert!(waits <= MS * 60, "no more than the room holds: {waits:?}");
    }
}
