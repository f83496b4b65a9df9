use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

/// Networks whose word about the client's address is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Believes these networks, and nobody else.
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// The right-most address of `X-Forwarded-For` that is not one of our own proxies.
    fn client_of(&self, peer: IpAddr, forwarded_for: &[&str]) -> IpAddr {
        let mut client = peer;
        for hop in forwarded_for.iter().flat_map(|line| line.split(',')).rev() {
            if !self.trusts(client) {
                break;
            }
            match hop.trim().parse() {
                Ok(address) => client = address,
                Err(_) => break,
            }
        }
        client
    }
}

/// Puts the client's real address where handlers look for it (`ConnectInfo`).
pub async fn find(proxies: TrustedProxies, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let lines: Vec<&str> =
            request.headers().get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
        let client = proxies.client_of(peer.ip(), &lines);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, peer.port())));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_proxies_are_believed() {
        let proxies = TrustedProxies::new(&["10.0.0.0/8".parse().expect("a network")]);
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(proxies.client_of(ip("10.0.0.1"), &["203.0.113.9"]), ip("203.0.113.9"));
        assert_eq!(proxies.client_of(ip("10.0.0.1"), &["198.51.100.7, 203.0.113.9, 10.0.0.2"]), ip("203.0.113.9"));
        assert_eq!(proxies.client_of(ip("192.0.2.1"), &["203.0.113.9"]), ip("192.0.2.1"));
        assert_eq!(proxies.client_of(ip("10.0.0.1"), &["nonsense"]), ip("10.0.0.1"));
    }
}
