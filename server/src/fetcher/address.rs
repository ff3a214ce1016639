//! The addresses that documents may be fetched from.

use http::Uri;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::lookup_host;
use url::{Host, Url};

/// A URL that may be connected to, if the addresses of its host are public or its host is listed.
#[derive(Debug)]
pub(super) struct Destination {
    /// The URL without its fragment. Its host is the name that the server's certificate must have.
    pub(super) uri: Uri,
    host: String,
    port: u16,
    /// The operator has listed the host: it may have any address.
    listed: bool,
}

/// Reasons to refuse a URL.
#[derive(Debug, thiserror::Error)]
pub(super) enum AddressError {
    #[error("not a URL")]
    Malformed,
    #[error("not https")]
    NotHttps,
    #[error("the URL contains a user name or a password")]
    Credentials,
    #[error("the host has no public address and is not listed in outbound.allow")]
    NotPublic,
    #[error("the host name cannot be resolved: {0}")]
    Unresolved(#[from] io::Error),
}

impl Destination {
    pub(super) fn parse(url: &str, allow: &[String]) -> Result<Self, AddressError> {
        let mut url = Url::parse(url).map_err(|_| AddressError::Malformed)?;
        if url.scheme() != "https" {
            return Err(AddressError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        url.set_fragment(None);
        let bracketed = url.host_str().ok_or(AddressError::Malformed)?;
        let port = url.port_or_known_default().ok_or(AddressError::Malformed)?;
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => bracketed.to_owned(),
        };
        let with_port = format!("{bracketed}:{port}");
        Ok(Self {
            uri: url.as_str().parse().map_err(|_| AddressError::Malformed)?,
            listed: allow.iter().any(|known| *known == with_port || *known == host || known == bracketed),
            host,
            port,
        })
    }

    /// The permitted addresses of the host. Connect to one of these: resolving the name again may give other addresses.
    pub(super) async fn resolve(&self) -> Result<Vec<SocketAddr>, AddressError> {
        let addresses = lookup_host((self.host.as_str(), self.port)).await?;
        let admitted: Vec<_> = addresses.filter(|address| self.listed || is_public(address.ip())).collect();
        if admitted.is_empty() { Err(AddressError::NotPublic) } else { Ok(admitted) }
    }
}

/// True for an address of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

/// Addresses in the special-purpose registry (RFC 6890) are not public.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99);
    !special
}

/// Global unicast is `2000::/3`, without the special-purpose blocks in it (RFC 6890): `2001::/23`, which has Teredo, ORCHID and the
/// addresses for benchmarks, documentation, and 6to4, where a router may unwrap the IPv4 address within.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let global = first & 0xe000 == 0x2000;
    let special = match first {
        0x2001 => second < 0x0200 || second == 0x0db8,
        0x2002 => true,
        0x3fff => second < 0x1000,
        _ => false,
    };
    global && !special
}

/// The IPv4 address within a mapped one, or within one of `64:ff9b::/96`, the well-known prefix of NAT64 (RFC 6052 §2.1). Only
/// the network itself knows which address `64:ff9b:1::/48` stands for (RFC 8215).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some(Ipv4Addr::new(a, b, c, d)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_public() {
        for address in [
            "1.1.1.1",
            "93.184.215.14",
            "100.63.255.255",
            "172.32.0.1",
            "2001:200::1",
            "2003::1",
            "2606:4700::1111",
            "2a00::1",
            "3fff:1000::1",
            "::ffff:1.1.1.1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn all_others_are_not() {
        for address in [
            "127.0.0.1",
            "127.255.255.255",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00::1",
            "ff02::1",
            "fec0::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            // Compatible with IPv4: deprecated (RFC 4291 §2.5.5.1).
            "::127.0.0.1",
            "::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            // Only the first 96 bits of the prefix are well known.
            "64:ff9b::1:808:808",
            "64:ff9b:0:1::808:808",
            "64:ff9b:1::1",
            "64:ff9b:1::808:808",
            "64:ff9b:1:ffff::808:808",
            "64:ff9b:2::808:808",
            // 6to4.
            "2002:7f00:1::",
            "2002:a00:1::",
            "2002:808:808::1",
            // Teredo, the second one of 8.8.8.8.
            "2001::1",
            "2001:0:808:808::f7f7:f7f7",
            // Benchmarks, ORCHID in both versions, and the end of 2001::/23.
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "3fff::1",
            "3fff:fff::1",
            // Discarded, and the dummy prefix.
            "100::1",
            "100:0:0:1::1",
            // Segments of SRv6.
            "5f00::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn only_https_without_credentials_is_a_destination() {
        let refused = |url: &str| Destination::parse(url, &[]).unwrap_err().to_string();
        assert_eq!(refused("http://example.com/jwks"), "not https");
        assert_eq!(refused("file:///etc/passwd"), "not https");
        assert_eq!(refused("https://user@example.com/"), "the URL contains a user name or a password");
        assert_eq!(refused("https://:secret@example.com/"), "the URL contains a user name or a password");
        assert_eq!(refused("example.com"), "not a URL");
        let taken = Destination::parse("https://example.com:8443/a?b#c", &[]).unwrap();
        assert_eq!(taken.uri, "https://example.com:8443/a?b");
        assert_eq!(Destination::parse("https://example.com:443", &[]).unwrap().uri, "https://example.com/");
        assert!(!taken.listed);
    }

    #[test]
    fn hosts_are_listed_with_or_without_port() {
        let listed = |entry: &str, url: &str| Destination::parse(url, &[entry.to_owned()]).unwrap().listed;
        assert!(listed("localhost", "https://localhost:8443/"));
        assert!(listed("localhost:8443", "https://localhost:8443/"));
        assert!(!listed("localhost:8443", "https://localhost:8444/"));
        assert!(!listed("localhost", "https://localhost.example/"));
        assert!(listed("::1", "https://[::1]:8443/"));
        assert!(listed("[::1]:8443", "https://[::1]:8443/"));
        // Another spelling of a listed address is the same address.
        assert!(listed("127.0.0.1", "https://0x7f.1/"));
    }

    #[tokio::test]
    async fn private_addresses_in_every_spelling_are_refused_unless_listed() {
        for url in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.1/",
            "https://[::1]/",
            "https://[::ffff:a00:1]/",
        ] {
            let destination = Destination::parse(url, &[]).unwrap();
            assert!(matches!(destination.resolve().await, Err(AddressError::NotPublic)), "{url}");
        }
        let destination = Destination::parse("https://127.0.0.1:1/", &["127.0.0.1:1".to_owned()]).unwrap();
        assert_eq!(destination.resolve().await.unwrap().len(), 1);
    }
}
