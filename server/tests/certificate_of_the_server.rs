//! A certificate that clients will refuse is told at the start, with its names and its dates.

mod common;

use common::{alice, options};
use fapi::Timestamp;
use fapi_server::config::{MtlsAlias, Transport};
use fapi_server::{Authority, Clock, Config, SystemClock, start};
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use tracing_subscriber::fmt::MakeWriter;

const DAY: i64 = 86_400;

/// A configuration whose certificate is for these names.
fn config(names: &[&str]) -> Config {
    let identity = Authority::generate().unwrap().server(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let mut config = Config::new(None);
    config.issuer = "https://as.example".into();
    config.transport = Transport::Tls(Arc::new(identity.unwrap()));
    config.mtls = Some(MtlsAlias { base: "https://192.0.2.1:{mtls_port}".into(), listen: config.listen });
    config.users = vec![alice()];
    config
}

fn in_days(days: i64) -> Timestamp {
    Timestamp::from_seconds(SystemClock.now().seconds() + days * DAY)
}

#[test]
fn a_certificate_that_fits_is_not_mentioned() {
    assert_eq!(config(&["as.example", "192.0.2.1"]).warnings(in_days(0)), [] as [&str; 0]);
    let mut below = config(&["*.bank.example", "192.0.2.1"]);
    below.issuer = "https://as.bank.example/tenant".into();
    assert_eq!(below.warnings(in_days(0)), [] as [&str; 0]);
    assert_eq!(Config::new(None).warnings(in_days(0)), [] as [&str; 0], "no TLS, no certificate");
    let made = Config::new(Some(Arc::new(Authority::generate().unwrap())));
    assert_eq!(made.warnings(in_days(1_000)), [] as [&str; 0], "it is issued at the start");
}

#[test]
fn names_that_do_not_fit_are_told_with_the_host_that_they_do_not_fit() {
    assert_eq!(
        config(&["other.example", "as.example.net"]).warnings(in_days(0)),
        [
            "tls.certificate: is for other.example, as.example.net, and the host of issuer is as.example: \
             clients refuse the connection",
            "tls.certificate: is for other.example, as.example.net, and the host of mtls.base is 192.0.2.1: \
             clients refuse the connection",
        ]
    );
    assert_eq!(
        config(&["as.example"]).warnings(in_days(0)),
        ["tls.certificate: is for as.example, and the host of mtls.base is 192.0.2.1: clients refuse the connection"]
    );
    let [first, _] = &config(&[]).warnings(in_days(0))[..] else { panic!("two hosts") };
    assert!(first.starts_with("tls.certificate: is for no host (it has no subjectAltName), and the host of issuer"), "{first}");
}

#[test]
fn a_time_that_does_not_fit_is_told_with_the_dates() {
    let config = config(&["as.example", "192.0.2.1"]);
    for (days, text) in [(500, "has expired"), (-5, "is not valid yet")] {
        let [warning] = &config.warnings(in_days(days))[..] else { panic!("one warning") };
        let start = format!("tls.certificate: the certificate {text}; it is valid from 20");
        assert!(warning.starts_with(&start) && warning.ends_with("T00:00:00Z: clients refuse the connection"), "{warning}");
    }
    for days in [0, 390] {
        assert_eq!(config.warnings(in_days(days)), [] as [&str; 0]);
    }
}

#[test]
fn certificates_after_the_first_are_looked_at_too() {
    let mut config = config(&["as.example", "192.0.2.1"]);
    let Transport::Tls(identity) = &config.transport else { panic!("TLS") };
    let (first, key) = (identity.chain[0].clone(), identity.key.clone_key());
    let chain = vec![first.clone(), first];
    config.transport = Transport::Tls(Arc::new(fapi_server::config::Identity { chain, key }));
    let warnings = config.warnings(in_days(500));
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[1].starts_with("tls.certificate: certificate 2 of 2 has expired"), "{warnings:?}");
}

/// `openssl req -x509` makes such a certificate.
#[test]
fn the_certificate_of_an_authority_is_told() {
    let mut config = config(&["as.example"]);
    let Transport::Tls(identity) = &config.transport else { panic!("TLS") };
    let (chain, key) = (vec![Authority::generate().unwrap().certificate().clone()], identity.key.clone_key());
    config.transport = Transport::Tls(Arc::new(fapi_server::config::Identity { chain, key }));
    let warnings = config.warnings(in_days(0));
    assert!(warnings[0].starts_with("tls.certificate: the certificate is that of an authority (CA:TRUE)"), "{warnings:?}");
}

/// The log of this test.
static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

struct Sink;

impl Write for Sink {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Sink {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        Self
    }
}

#[tokio::test]
async fn a_server_starts_with_it_and_warns() {
    tracing_subscriber::fmt().with_writer(Sink).with_ansi(false).init();
    start(config(&["other.example"]), options()).await.unwrap();
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let warned: Vec<_> =
        log.lines().filter(|line| line.contains("WARN") && line.contains("tls.certificate: is for other")).collect();
    assert_eq!(warned.len(), 2, "{log}");
}
