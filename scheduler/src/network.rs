use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// What one household or office has: a single IPv4 address or an IPv6 /64. Failed attempts are
/// counted by it; it is hashed, never stored or logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network(IpAddr);

impl Network {
    pub(crate) fn of(caller: IpAddr) -> Self {
        match caller.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
        }
    }
}

/// For hashing only: without `Debug`, so that it reaches no log by accident.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn callers_of_one_household_count_as_one() {
        let of = |text: &str| Network::of(text.parse().expect("an address"));
        assert!(of("2001:db8::1") == of("2001:db8::ffff:2"));
        assert!(of("2001:db8::1") != of("2001:db8:0:1::1"));
        assert!(of("192.0.2.1") != of("192.0.2.2"));
        assert!(of("192.0.2.1") == of("::ffff:192.0.2.1"));
    }
}
