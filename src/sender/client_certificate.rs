//! The client certificate of a request.

use super::certificate::Certificate;
use crate::inbound::{ClientCertificates, Inbound};

/// The certificate of the connection on which a request arrived. Possession of its key is proven.
pub(crate) struct ClientCertificate {
    pub(crate) chain: Vec<Vec<u8>>,
    /// True if a proxy has already validated the chain.
    pub(crate) chain_verified: bool,
}

impl ClientCertificate {
    pub(crate) fn of(inbound: &Inbound<'_>) -> Option<Self> {
        match inbound.client_certificates() {
            ClientCertificates::None => None,
            ClientCertificates::Unverified { chain: [] } => None,
            ClientCertificates::Unverified { chain } => {
                Some(Self { chain: chain.iter().map(|der| der.as_ref().to_vec()).collect(), chain_verified: false })
            }
            ClientCertificates::VerifiedBy { leaf } => Some(Self { chain: vec![leaf.as_ref().to_vec()], chain_verified: true }),
        }
    }

    pub(crate) fn leaf(&self) -> Option<&[u8]> {
        self.chain.first().map(Vec::as_slice)
    }

    /// The names of its subject and of its issuer, for the event.
    pub(crate) fn names(&self) -> Option<(String, String)> {
        let certificate = Certificate::parse(self.leaf()?).ok()?;
        Some((certificate.subject().to_string(), certificate.issuer().to_string()))
    }

    /// Computes `x5t#S256`, or returns `None` if the octets are not a certificate.
    pub(crate) fn thumbprint(&self, primitives: &dyn crate::primitives::Primitives) -> Option<String> {
        let certificate = Certificate::parse(self.leaf()?).ok()?;
        Some(certificate.thumbprint(primitives))
    }
}
