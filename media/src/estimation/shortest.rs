/// The shortest of the last while and of the one before it.
#[derive(Debug)]
pub(super) struct Shortest {
    while_us: i64,
    since_us: i64,
    now: Option<i64>,
    before: Option<i64>,
}

impl Shortest {
    /// Of so long, twice.
    pub(super) fn of(while_us: i64) -> Self {
        Self { while_us, since_us: 0, now: None, before: None }
    }

    pub(super) fn add(&mut self, took_us: i64, now_us: i64) {
        let elapsed_us = now_us - self.since_us;
        if elapsed_us >= self.while_us {
            self.before = self.now.filter(|_| elapsed_us < 2 * self.while_us);
            self.now = None;
            self.since_us = now_us;
        }
        self.now = Some(self.now.map_or(took_us, |least| least.min(took_us)));
    }

    pub(super) fn us(&self) -> Option<i64> {
        self.now.into_iter().chain(self.before).min()
    }
}
