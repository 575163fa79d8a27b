//! Where a request comes from: the address at the other end of the connection or, when that is a proxy
//! which the operator named, the address that the proxy says. Nobody else's word counts.

use axum::http::{HeaderMap, HeaderName};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Network address of who asks, put into each request by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer(pub String);

/// A range of network addresses, as `10.0.0.0/8`, `2001:db8::/32` or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        let wrong = || format!("“{text}” is neither an address nor a range such as 10.0.0.0/8");
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits.parse().ok().filter(|b| *b <= most).ok_or_else(wrong)?,
        };
        // A range of everybody would let anybody write their own address.
        if bits == 0 {
            return Err(format!("“{text}” would trust everybody"));
        }
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// Whether an address lies in the range.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let differ = match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            _ => return false,
        };
        differ >= u32::from(self.bits)
    }
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Who asks. From a trusted proxy, the last address in `X-Forwarded-For` that is not itself a trusted
/// proxy's: what stands before it was written by whoever asked, and may be invented.
#[must_use]
pub fn of(connection: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|n| n.holds(address));
    let mut who = connection.to_canonical();
    if !is_trusted(who) {
        return who;
    }
    let values = headers.get_all(FORWARDED_FOR);
    let hops: Vec<&str> = values
        .iter()
        .flat_map(|v| v.to_str().unwrap_or("unreadable").split(','))
        .collect();
    for hop in hops.into_iter().rev() {
        let Some(address) = address(hop.trim()) else {
            // A hop that cannot be read: what the next proxy saw is the last thing known.
            break;
        };
        who = address;
        if !is_trusted(who) {
            break;
        }
    }
    who
}

/// Whether a trusted proxy says that the person used plain http.
#[must_use]
pub fn came_by_plain_http(connection: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> bool {
    trusted.iter().any(|n| n.holds(connection))
        && headers
            .get_all(FORWARDED_PROTO)
            .iter()
            .any(|v| !v.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// An address with or without a port, as proxies write them.
fn address(hop: &str) -> Option<IpAddr> {
    let found: Option<IpAddr> = hop.parse().ok().or_else(|| {
        let with_port: Option<std::net::SocketAddr> = hop.parse().ok();
        with_port.map(|s| s.ip())
    });
    found.map(|a| a.to_canonical())
}

/// What the sign-in throttle counts as one place: an IPv4 address, or the 64-bit network that one
/// IPv6 customer has to itself.
#[must_use]
pub fn place(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => format!(
            "{}/64",
            std::net::Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)
        ),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn networks(list: &[&str]) -> Vec<Network> {
        list.iter().map(|n| n.parse().unwrap()).collect()
    }

    fn seen(connection: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        of(connection.parse().unwrap(), &headers, &networks(trusted)).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxy = ["10.0.0.0/8"];
        for (connection, forwarded, expected) in [
            ("198.51.100.7", vec!["203.0.113.9"], "198.51.100.7"),
            ("10.1.2.3", vec!["203.0.113.9"], "203.0.113.9"),
            ("10.1.2.3", vec!["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
            ("10.1.2.3", vec!["1.2.3.4", "203.0.113.9"], "203.0.113.9"),
            (
                "10.1.2.3",
                vec!["1.2.3.4, 203.0.113.9, 10.9.9.9"],
                "203.0.113.9",
            ),
            ("10.1.2.3", vec!["203.0.113.9:4711"], "203.0.113.9"),
            ("10.1.2.3", vec!["[2001:db8::9]:4711"], "2001:db8::9"),
            ("10.1.2.3", vec!["203.0.113.9, nonsense"], "10.1.2.3"),
            ("10.1.2.3", vec![], "10.1.2.3"),
            ("10.1.2.3", vec!["10.4.4.4"], "10.4.4.4"),
            ("::ffff:10.1.2.3", vec!["203.0.113.9"], "203.0.113.9"),
        ] {
            assert_eq!(
                seen(connection, &forwarded, &proxy),
                expected,
                "{connection} {forwarded:?}"
            );
        }
        assert_eq!(seen("10.1.2.3", &["203.0.113.9"], &[]), "10.1.2.3");
    }

    #[test]
    fn ranges_are_read_strictly() {
        for bad in [
            "",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0",
            "example.org",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.1/-1",
        ] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        let range: Network = "2001:db8::/32".parse().unwrap();
        assert!(range.holds("2001:db8:1::1".parse().unwrap()));
        assert!(!range.holds("2001:db9::1".parse().unwrap()));
        assert!(!range.holds("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn one_ipv6_customer_is_one_place() {
        assert_eq!(place("2001:db8:0:1:aaaa::1"), place("2001:db8:0:1:bbbb::2"));
        assert_ne!(place("2001:db8:0:1::1"), place("2001:db8:0:2::1"));
        assert_eq!(place("203.0.113.9"), "203.0.113.9");
    }

    proptest! {
        /// Whatever somebody writes in front, what the proxy adds at the end is what counts.
        #[test]
        fn what_stands_in_front_changes_nothing(invented in "[ -~]{0,60}") {
            let line = format!("{invented}, 203.0.113.9");
            prop_assert_eq!(seen("10.0.0.1", &[&line], &["10.0.0.1"]), "203.0.113.9");
        }
    }
}
