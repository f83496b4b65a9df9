/// What is older than this counts no more.
const STALE_US: i64 = 10_000_000;

/// The shortest of the last while and of the one before it.
#[derive(Debug)]
pub(super) struct Shortest {
    while_us: i64,
    /// A while has so many at least: of few the shortest may be long by chance.
    least: u32,
    since_us: i64,
    count: u32,
    now: Option<i64>,
    before: Option<i64>,
}

impl Shortest {
    /// Of so long and so many at least, twice.
    pub(super) fn of(while_us: i64, least: u32) -> Self {
        Self { while_us, least, since_us: 0, count: 0, now: None, before: None }
    }

    pub(super) fn add(&mut self, took_us: i64, now_us: i64) {
        let elapsed_us = now_us - self.since_us;
        let is_over = elapsed_us >= self.while_us && self.count >= self.least;
        if is_over || elapsed_us >= STALE_US {
            self.before = self.now.take().filter(|_| elapsed_us < STALE_US);
            (self.since_us, self.count) = (now_us, 0);
        }
        self.count = self.count.saturating_add(1);
        self.now = Some(self.now.map_or(took_us, |least| least.min(took_us)));
    }

    pub(super) fn us(&self) -> Option<i64> {
        self.now.into_iter().chain(self.before).min()
    }
}
