/// Marks the packets of one cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProbeId(pub(super) u32);

/// A cluster of packets sent faster than usual, to see how fast they come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) id: ProbeId,
    /// Its packets leave at this rate, bits per second.
    pub(crate) bps: u64,
    /// At least so many bytes, as on the wire.
    pub(crate) bytes: usize,
    /// And at least so many packets.
    pub(crate) packets: usize,
}
