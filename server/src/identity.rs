//! The identity of a TLS server.

use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;

/// A certificate chain and its private key.
pub struct Identity {
    /// The end entity's certificate, then the others.
    pub chain: Vec<CertificateDer<'static>>,
    /// The end entity's key.
    pub key: PrivateKeyDer<'static>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates)", self.chain.len())
    }
}
