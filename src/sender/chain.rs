//! Certificate chains of clients that authenticate with a certificate
//! ([RFC 8705 §2.1](https://www.rfc-editor.org/rfc/rfc8705#section-2.1)).

use std::time::Duration;

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use thiserror::Error;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::primitives::Primitives;
use crate::reason::Reason;
use crate::requirement::{Requirement, rfc8705};

/// Verifies that the chain, which begins with the client's own certificate, leads to one of the anchors at the time `now`, in
/// seconds since 1970, and is meant for client authentication
/// ([RFC 5280 §6](https://www.rfc-editor.org/rfc/rfc5280#section-6)). Revocation is not checked.
pub fn verify_chain(chain: &[&[u8]], anchors: &TrustAnchors, now: i64, primitives: &dyn Primitives) -> Result<(), ChainError> {
    let (end_entity, others) = chain.split_first().ok_or(ChainError::Empty)?;
    if others.len() > MOST_INTERMEDIATES {
        return Err(ChainError::TooLong);
    }
    let now = u64::try_from(now).map_err(|_| ChainError::NotYetValid)?;
    let end_entity = CertificateDer::from(*end_entity);
    let intermediates: Vec<CertificateDer<'_>> = others.iter().map(|&der| der.into()).collect();
    let end_entity = EndEntityCert::try_from(&end_entity)?;
    let verified = end_entity.verify_for_usage(
        primitives.certificate_algorithms(),
        &anchors.anchors,
        &intermediates,
        UnixTime::since_unix_epoch(Duration::from_secs(now)),
        KeyUsage::client_auth(),
        None,
        None,
    );
    verified.map(drop).map_err(|error| match error.into() {
        ChainError::Untrusted if !ends_at(anchors, chain) => ChainError::Incomplete,
        error => error,
    })
}

/// Returns true if the last certificate names one of the anchors, or itself, as its issuer.
fn ends_at(anchors: &TrustAnchors, chain: &[&[u8]]) -> bool {
    let Some(Ok((_, last))) = chain.last().map(|last| x509_parser::parse_x509_certificate(last)) else { return false };
    let issuer = last.issuer().as_raw();
    // The name of an anchor lacks the header of the sequence.
    issuer == last.subject().as_raw() || anchors.anchors.iter().any(|anchor| issuer.ends_with(&anchor.subject))
}

const MOST_INTERMEDIATES: usize = 8;

/// The authorities that are trusted to certify clients. They should be few and chosen for the purpose
/// ([RFC 8705 §7.4](https://www.rfc-editor.org/rfc/rfc8705#section-7.4)).
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    certificates: Vec<CertificateDer<'static>>,
    anchors: Vec<TrustAnchor<'static>>,
}

impl TrustAnchors {
    /// Reads the anchors from these certificates, each in DER.
    pub fn from_der(certificates: Vec<Vec<u8>>) -> Result<Self, ChainError> {
        let certificates: Vec<_> = certificates.into_iter().map(CertificateDer::from).collect();
        let anchors = certificates.iter().map(|der| Ok(anchor_from_trusted_cert(der)?.to_owned()));
        let anchors = anchors.collect::<Result<_, ChainError>>()?;
        Ok(Self { certificates, anchors })
    }

    /// The certificates that the anchors were read from, in DER.
    pub fn certificates(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.certificates.iter().map(AsRef::as_ref)
    }

    /// Returns true if there are no anchors.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }
}

/// The reason why a chain is refused. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChainError {
    /// There is no certificate.
    #[error("no certificate")]
    Empty,
    /// There are too many certificates.
    #[error("the chain is too long")]
    TooLong,
    /// A certificate cannot be parsed or is not of version 3.
    #[error("a certificate is malformed")]
    Malformed,
    /// A certificate is not valid yet.
    #[error("a certificate is not valid yet")]
    NotYetValid,
    /// A certificate has expired.
    #[error("a certificate has expired")]
    Expired,
    /// A certificate is meant for a purpose other than client authentication, or belongs to an authority.
    #[error("a certificate is not meant for client authentication")]
    Purpose,
    /// No path leads to an anchor, although the last certificate is self-issued or names an anchor as its issuer.
    #[error("the certificate does not lead to a trusted authority")]
    Untrusted,
    /// The issuer of the last certificate is no anchor.
    #[error("the issuer of the last certificate is no trusted authority, or an intermediate certificate was not sent")]
    Incomplete,
}

impl ChainError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        &rfc8705::CERTIFICATE_SUBJECT
    }
}

impl Reason for ChainError {
    fn basis(&self) -> &'static Requirement {
        ChainError::basis(self)
    }
}

impl From<webpki::Error> for ChainError {
    fn from(error: webpki::Error) -> Self {
        use webpki::Error as E;
        match error {
            E::CertExpired { .. } => Self::Expired,
            E::CertNotValidYet { .. } => Self::NotYetValid,
            E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension | E::CaUsedAsEndEntity => Self::Purpose,
            E::BadDer | E::BadDerTime | E::UnsupportedCertVersion | E::TrailingData(_) | E::MalformedExtensions => {
                Self::Malformed
            }
            E::ExtensionValueInvalid | E::InvalidCertValidity | E::InvalidSerialNumber => Self::Malformed,
            _ => Self::Untrusted,
        }
    }
}
