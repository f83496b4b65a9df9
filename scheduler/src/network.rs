use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is not an address with an optional prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network looks like 10.0.0.0/8 or fd00::/8")]
pub struct InvalidNetwork;

impl Network {
    /// Is the address inside?
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, other) = (self.address.to_canonical(), address.to_canonical());
        own.is_ipv4() == other.is_ipv4() && shortened(own, self.prefix) == shortened(other, self.prefix)
    }

    /// What one household or office has: a single IPv4 address or an IPv6 /64.
    pub(crate) fn of_caller(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let prefix = if address.is_ipv4() { 32 } else { 64 };
        Self { address: shortened(address, prefix), prefix }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse).map_err(|_| InvalidNetwork)?;
        if prefix <= longest { Ok(Self { address, prefix }) } else { Err(InvalidNetwork) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn shortened(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)).into()),
        IpAddr::V6(v6) => {
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)))
        }
    }
}

/// Whose request it is: the peer, or whom trusted proxies name, read from the nearest one on.
pub(crate) fn caller<'a>(
    peer: IpAddr,
    forwarded_for: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[Network],
) -> IpAddr {
    let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
    let mut caller = peer;
    for hop in forwarded_for.rev() {
        if !is_trusted(caller) {
            break;
        }
        let Ok(address) = hop.trim().parse() else { break };
        caller = address;
    }
    caller
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn network(text: &str) -> Network {
        text.parse().expect("a network")
    }

    #[test]
    fn a_network_holds_its_addresses_only() {
        assert!(network("10.0.0.0/8").contains(ip("10.200.3.4")));
        assert!(network("10.0.0.0/8").contains(ip("::ffff:10.0.0.1")));
        assert!(!network("10.0.0.0/8").contains(ip("11.0.0.1")));
        assert!(network("fd00::/8").contains(ip("fd12::1")));
        assert!(network("0.0.0.0/0").contains(ip("8.8.8.8")) && !network("0.0.0.0/0").contains(ip("::1")));
        assert!(network("127.0.0.1").contains(ip("127.0.0.1")));
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "x"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_trusted_proxies_may_say_whose_request_it_is() {
        let trusted = [network("10.0.0.0/8")];
        let ask = |peer, header: &'static str| caller(ip(peer), header.split(','), &trusted);
        assert_eq!(ask("203.0.113.9", "198.51.100.1"), ip("203.0.113.9"));
        assert_eq!(ask("10.0.0.1", "198.51.100.1"), ip("198.51.100.1"));
        assert_eq!(ask("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2"), ip("198.51.100.1"));
        assert_eq!(ask("10.0.0.1", "nonsense"), ip("10.0.0.1"));
    }

    #[test]
    fn callers_of_one_ipv6_household_count_as_one() {
        assert_eq!(Network::of_caller(ip("2001:db8::1")), Network::of_caller(ip("2001:db8::ffff:2")));
        assert_ne!(Network::of_caller(ip("192.0.2.1")), Network::of_caller(ip("192.0.2.2")));
    }
}
