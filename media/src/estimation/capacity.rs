/// How much of the mean stays with each observation.
const KEEP: f64 = 0.9;
/// What lies within this share of the mean is near it, and no news.
const NEAR: f64 = 0.1;

/// What the line let through when it was full, bits per second.
#[derive(Debug, Default)]
pub(super) struct Capacity {
    mean_bps: Option<f64>,
}

impl Capacity {
    /// So much came while the line was full.
    pub(super) fn full_at(&mut self, bps: f64) {
        let mean = self.mean_bps.filter(|mean| is_near(bps, *mean));
        self.mean_bps = Some(mean.map_or(bps, |mean| KEEP * mean + (1.0 - KEEP) * bps));
    }

    /// Whether so much is near the point where the line is full.
    pub(super) fn is_near(&self, bps: f64) -> bool {
        self.mean_bps.is_some_and(|mean| is_near(bps, mean))
    }

    /// If more comes than the line let through, it became another. Whether that is news.
    pub(super) fn is_outgrown(&mut self, bps: f64) -> bool {
        self.mean_bps.take_if(|mean| bps > *mean && !is_near(bps, *mean)).is_some()
    }
}

fn is_near(bps: f64, mean: f64) -> bool {
    (bps - mean).abs() <= NEAR * mean
}
