//! Client certificates: the thumbprint to which tokens are bound and the subject that identifies a client
//! ([RFC 8705](https://www.rfc-editor.org/rfc/rfc8705)).

use std::net::IpAddr;

use thiserror::Error;
use x509_parser::extensions::GeneralName;

use super::distinguished_name::{DistinguishedName, DistinguishedNameError};
use crate::jose::{PublicKey, base64url};
use crate::primitives::{Primitives, sha256};
use crate::requirement::{Requirement, rfc8705};

pub use super::chain::{ChainError, TrustAnchors, verify_chain};

/// A parsed certificate that has not been validated yet.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Vec<u8>,
    subject: DistinguishedName,
    issuer: DistinguishedName,
    alternatives: Vec<Alternative>,
    public_key: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Alternative {
    Dns(String),
    Uri(String),
    Ip(IpAddr),
    Email(String),
}

impl Certificate {
    /// The maximum length of a certificate, in octets.
    pub const LENGTH: usize = 64 * 1024;

    /// Parses a certificate in DER.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > Self::LENGTH {
            return Err(CertificateError::Malformed);
        }
        let certificate = match x509_parser::parse_x509_certificate(der) {
            Ok(([], certificate)) => certificate,
            _ => return Err(CertificateError::Malformed),
        };
        let names = certificate.subject_alternative_name().map_err(|_| CertificateError::Malformed)?;
        Ok(Self {
            issuer: DistinguishedName::of(certificate.issuer()).unwrap_or_default(),
            subject: DistinguishedName::of(certificate.subject()).ok_or(CertificateError::Malformed)?,
            alternatives: names.map_or(&[][..], |names| &names.value.general_names).iter().filter_map(alternative).collect(),
            public_key: certificate.public_key().subject_public_key.data.to_vec(),
            der: der.to_vec(),
        })
    }

    /// Returns the certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Computes the value of `x5t#S256` ([RFC 8705 §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)).
    pub fn thumbprint(&self, primitives: &dyn Primitives) -> String {
        thumbprint(&self.der, primitives)
    }

    /// Returns the subject, which may be empty.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Returns the issuer. It is empty if it cannot be read.
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// Iterates over the DNS names among the subject alternative names.
    pub fn san_dns(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().filter_map(|name| if let Alternative::Dns(name) = name { Some(name.as_str()) } else { None })
    }

    /// Iterates over the URIs among the subject alternative names.
    pub fn san_uri(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().filter_map(|name| if let Alternative::Uri(name) = name { Some(name.as_str()) } else { None })
    }

    /// Iterates over the IP addresses among the subject alternative names.
    pub fn san_ip(&self) -> impl Iterator<Item = IpAddr> {
        self.alternatives.iter().filter_map(|name| if let Alternative::Ip(address) = name { Some(*address) } else { None })
    }

    /// Iterates over the e-mail addresses among the subject alternative names.
    pub fn san_email(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().filter_map(|name| if let Alternative::Email(name) = name { Some(name.as_str()) } else { None })
    }

    /// Returns true if the certificate is for this key
    /// ([RFC 8705 §2.2.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.2.2)).
    pub fn holds(&self, key: &PublicKey) -> bool {
        self.public_key == key.encoded()
    }
}

/// Computes the value of `x5t#S256` for a certificate in DER, without parsing it
/// ([RFC 8705 §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)).
pub fn thumbprint(der: &[u8], primitives: &dyn Primitives) -> String {
    base64url::encode(sha256(primitives, der))
}

fn alternative(name: &GeneralName<'_>) -> Option<Alternative> {
    Some(match name {
        GeneralName::DNSName(name) => Alternative::Dns((*name).to_owned()),
        GeneralName::URI(uri) => Alternative::Uri((*uri).to_owned()),
        GeneralName::RFC822Name(address) => Alternative::Email((*address).to_owned()),
        GeneralName::IPAddress(octets) => {
            let v4 = <[u8; 4]>::try_from(*octets).map(IpAddr::from);
            Alternative::Ip(v4.or_else(|_| <[u8; 16]>::try_from(*octets).map(IpAddr::from)).ok()?)
        }
        _ => return None,
    })
}

/// The single name that identifies a client's certificate
/// ([RFC 8705 §2.1.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2)). Exhaustive: the document has these five.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectMember {
    /// `tls_client_auth_subject_dn`.
    SubjectDn(DistinguishedName),
    /// `tls_client_auth_san_dns`.
    SanDns(String),
    /// `tls_client_auth_san_uri`.
    SanUri(String),
    /// `tls_client_auth_san_ip`.
    SanIp(IpAddr),
    /// `tls_client_auth_san_email`.
    SanEmail(String),
}

impl SubjectMember {
    /// The names of the client metadata members that [`parse`](Self::parse) accepts.
    pub const MEMBERS: [&str; 5] = [
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_auth_san_uri",
        "tls_client_auth_san_ip",
        "tls_client_auth_san_email",
    ];

    /// Returns the name of the client metadata member.
    pub const fn name(&self) -> &'static str {
        let [dn, dns, uri, ip, email] = Self::MEMBERS;
        match self {
            Self::SubjectDn(_) => dn,
            Self::SanDns(_) => dns,
            Self::SanUri(_) => uri,
            Self::SanIp(_) => ip,
            Self::SanEmail(_) => email,
        }
    }

    /// Parses the value of a client metadata member.
    pub fn parse(member: &str, value: &str) -> Result<Self, CertificateError> {
        let name = || if value.is_empty() { Err(CertificateError::Member) } else { Ok(value.to_owned()) };
        match member {
            "tls_client_auth_subject_dn" => Ok(Self::SubjectDn(DistinguishedName::parse(value)?)),
            "tls_client_auth_san_dns" => name().map(Self::SanDns),
            "tls_client_auth_san_uri" => name().map(Self::SanUri),
            "tls_client_auth_san_ip" => value.parse().map(Self::SanIp).map_err(|_| CertificateError::Member),
            "tls_client_auth_san_email" => name().map(Self::SanEmail),
            _ => Err(CertificateError::Member),
        }
    }

    /// Returns true if the certificate carries the name. Distinguished names are compared by structure, addresses in binary,
    /// host names without regard to case, and everything else exactly. There are no wildcards
    /// ([RFC 8705 §2.1.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2)).
    pub fn matches(&self, certificate: &Certificate) -> bool {
        match self {
            Self::SubjectDn(name) => !name.is_empty() && certificate.subject == *name,
            Self::SanDns(name) => certificate.san_dns().any(|other| other.eq_ignore_ascii_case(name)),
            Self::SanUri(uri) => certificate.san_uri().any(|other| other == uri),
            Self::SanIp(address) => certificate.san_ip().any(|other| other == *address),
            Self::SanEmail(address) => certificate.san_email().any(|other| same_mailbox(other, address)),
        }
    }
}

fn same_mailbox(one: &str, other: &str) -> bool {
    match (one.rsplit_once('@'), other.rsplit_once('@')) {
        (Some((one, one_host)), Some((other, other_host))) => one == other && one_host.eq_ignore_ascii_case(other_host),
        _ => one == other,
    }
}

/// The reason why a certificate or the name of one is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The octets are not an X.509 certificate in DER.
    #[error("the certificate is malformed")]
    Malformed,
    /// A client metadata member does not name a subject.
    #[error("the subject's name is malformed")]
    Member,
    /// A distinguished name is invalid.
    #[error(transparent)]
    DistinguishedName(#[from] DistinguishedNameError),
}

impl CertificateError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::Malformed => &rfc8705::CERTIFICATE_OF_CLIENT,
            Self::Member => &rfc8705::CERTIFICATE_SUBJECT,
            Self::DistinguishedName(error) => error.basis(),
        }
    }
}
