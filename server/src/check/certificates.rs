//! The checks of certificates: what TLS cannot use is a mistake, and what clients will refuse is a warning, since a proxy in front of
//! the server may accept it.

use super::Checks;
use crate::config::{Config, Ports, Transport};
use crate::identity::Identity;
use fapi::Timestamp;
use rustls::RootCertStore;
use rustls::client::verify_server_name;
use rustls::server::ParsedCertificate;
use rustls_pki_types::{CertificateDer, ServerName};
use std::net::IpAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Version;

pub(super) fn check(config: &Config, checks: &mut Checks) {
    if let Transport::Tls(identity) = &config.transport {
        usable(identity, checks);
    }
    for (path, authorities) in
        [("tls.client_authorities", &config.client_authorities), ("outbound.authorities", &config.outbound.authorities)]
    {
        for (index, certificate) in authorities.iter().enumerate() {
            if let Err(text) = authority(certificate) {
                checks.fail(&[], path, format_args!("{} {text}", ordinal(index, authorities.len())));
            }
        }
    }
}

/// Demands that TLS can use the chain and the key.
fn usable(identity: &Identity, checks: &mut Checks) {
    let count = identity.chain.len();
    let wrong = |(index, certificate): (usize, &CertificateDer<'_>)| {
        let text = match parsed(certificate) {
            None => "is not an X.509 certificate",
            Some(certificate) if certificate.version != X509Version::V3 && index == 0 => {
                "is of X.509 version 1, and TLS needs version 3, which has the names of the server (subjectAltName)"
            }
            Some(_) => return None,
        };
        Some(format!("{} {text}", ordinal(index, count)))
    };
    if let Some(text) = identity.chain.iter().enumerate().find_map(wrong) {
        return checks.fail(&["tls"], "tls.certificate", text);
    }
    match crate::tls::server_config(identity, false) {
        Ok(_) => {}
        Err(rustls::Error::InconsistentKeys(_)) => {
            checks.fail(&["tls"], "tls.key", "is not the key of the first certificate in tls.certificate");
        }
        Err(rustls::Error::InvalidCertificate(_)) => {
            checks.fail(&["tls"], "tls.certificate", format_args!("{} cannot be used by a TLS server", ordinal(0, count)));
        }
        Err(_) => {
            let text =
                "cannot sign in TLS; expected a key of P-256, P-384, P-521 or Ed25519, or an RSA key of at least 2048 bits";
            checks.fail(&["tls"], "tls.key", text);
        }
    }
}

/// Demands that a certificate can be an authority. It need not say that it is one: a self-signed certificate is its own.
fn authority(certificate: &CertificateDer<'_>) -> Result<(), &'static str> {
    parsed(certificate).ok_or("is not an X.509 certificate")?;
    RootCertStore::empty().add(certificate.clone().into_owned()).map_err(|_| "cannot be used as an authority")
}

/// The reasons for which clients will refuse the certificate, each in words.
pub(super) fn warnings(config: &Config, now: Timestamp) -> Vec<String> {
    let Transport::Tls(identity) = &config.transport else { return vec![] };
    let mut warnings = vec![];
    for (index, certificate) in identity.chain.iter().enumerate() {
        if let Some(text) = parsed(certificate).and_then(|certificate| wrong_time(&certificate, now)) {
            let which = ordinal(index, identity.chain.len());
            warnings.push(format!("tls.certificate: {which} {text}: clients refuse the connection"));
        }
    }
    let Some(first) = identity.chain.first() else { return warnings };
    if parsed(first).is_some_and(|certificate| certificate.is_ca()) {
        let text = "is that of an authority (CA:TRUE), and a server needs one of its own: some clients refuse the connection";
        warnings.push(format!("tls.certificate: {} {text}", ordinal(0, identity.chain.len())));
    }
    let bases = [("issuer", Some(&config.issuer)), ("mtls.base", config.mtls.as_ref().map(|mtls| &mtls.base))];
    for (path, base) in bases {
        let url = base.and_then(|base| Ports::SOME.url(base));
        let Some(host) = url.as_ref().and_then(url::Url::host) else { continue };
        if let Some(names) = other_names(first, &host) {
            let text =
                format!("tls.certificate: is for {names}, and the host of {path} is {host}: clients refuse the connection");
            warnings.push(text);
        }
    }
    warnings
}

fn parsed<'a>(certificate: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    x509_parser::parse_x509_certificate(certificate).ok().map(|(_, certificate)| certificate)
}

/// The dates of a certificate that is not valid now.
fn wrong_time(certificate: &X509Certificate<'_>, now: Timestamp) -> Option<String> {
    let validity = certificate.validity();
    let moment = |time: ASN1Time| {
        jiff::Timestamp::from_second(time.timestamp()).map_or_else(|_| time.to_string(), |time| time.to_string())
    };
    let now = now.seconds();
    let text = match () {
        () if validity.not_after.timestamp() < now => "has expired",
        () if validity.not_before.timestamp() > now => "is not valid yet",
        () => return None,
    };
    Some(format!("{text}; it is valid from {} to {}", moment(validity.not_before), moment(validity.not_after)))
}

/// The names of a certificate, in words, if a host is none of them.
fn other_names(certificate: &CertificateDer<'_>, host: &url::Host<&str>) -> Option<String> {
    let name = match host {
        url::Host::Domain(name) => ServerName::try_from(*name).ok()?,
        url::Host::Ipv4(address) => ServerName::from(*address),
        url::Host::Ipv6(address) => ServerName::from(*address),
    };
    let end_entity = ParsedCertificate::try_from(certificate).ok()?;
    verify_server_name(&end_entity, &name).err()?;
    let read = parsed(certificate)?;
    let alternatives = read.subject_alternative_name().ok().flatten();
    let names: Vec<_> = alternatives.iter().flat_map(|names| &names.value.general_names).filter_map(name_of).collect();
    Some(if names.is_empty() { "no host (it has no subjectAltName)".into() } else { names.join(", ") })
}

/// A host or an address in a certificate.
fn name_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(octets) => {
            let address = <[u8; 4]>::try_from(*octets).map(IpAddr::from);
            let address = address.or_else(|_| <[u8; 16]>::try_from(*octets).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// One of some certificates in a file.
fn ordinal(index: usize, count: usize) -> String {
    if count == 1 { "the certificate".into() } else { format!("certificate {} of {count}", index + 1) }
}
