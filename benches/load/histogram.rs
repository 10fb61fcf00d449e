//! Latencies in buckets that are at most 1.6 % wide.

const SUB_BITS: u32 = 6;
const SUB: usize = 1 << SUB_BITS;

/// Counts of microseconds.
#[derive(Clone)]
pub struct Histogram {
    buckets: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub fn new() -> Self {
        Self { buckets: vec![0; SUB * (64 - SUB_BITS as usize + 1)], total: 0 }
    }

    pub fn record(&mut self, micros: u64) {
        self.buckets[bucket(micros)] += 1;
        self.total += 1;
    }

    /// The value in milliseconds that the share `quantile` of all values does not exceed.
    pub fn millis(&self, quantile: f64) -> f64 {
        let rank = (self.total as f64 * quantile).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return upper_bound(index) as f64 / 1000.0;
            }
        }
        0.0
    }
}

fn bucket(value: u64) -> usize {
    let magnitude = (64 - (value | 1).leading_zeros()).saturating_sub(SUB_BITS + 1);
    ((magnitude as usize) << SUB_BITS) + (value >> magnitude) as usize
}

fn upper_bound(index: usize) -> u64 {
    if index < 2 * SUB {
        return index as u64;
    }
    let magnitude = (index >> SUB_BITS) as u32 - 1;
    let value = (index - ((magnitude as usize) << SUB_BITS)) as u64;
    ((value + 1) << magnitude) - 1
}
