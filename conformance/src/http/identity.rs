//! A client certificate and its key.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

/// A client certificate, its chain and its private key.
pub struct Identity {
    /// The name in reports.
    pub name: String,
    /// The certificate chain, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key of the leaf.
    pub key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads a chain and a key from PEM text.
    pub fn from_pem(name: &str, certificates: &str, key: &str) -> Result<Self, String> {
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| format!("the certificate is not PEM: {error}"))?;
        if chain.is_empty() {
            return Err("the file holds no certificate".into());
        }
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| format!("the key is not PEM: {error}"))?;
        let identity = Self { name: name.into(), chain, key };
        tls_config(Arc::new(RootCertStore::empty()), Some(&identity))?;
        Ok(identity)
    }

    /// Makes a new self-signed certificate, which no server knows.
    pub fn stranger() -> Result<Self, String> {
        let made = rcgen::generate_simple_self_signed(vec!["stranger.invalid".into()]).map_err(|error| error.to_string())?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(str::to_owned)?;
        let chain = vec![made.cert.der().clone()];
        let name = format!("an unregistered certificate ({})", &thumbprint(&chain)[..8]);
        Ok(Self { name, chain, key })
    }

    /// The `x5t#S256` thumbprint of the leaf.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.chain)
    }
}

/// The TLS configuration for servers whose certificates these authorities issued, with a client certificate or without.
pub(super) fn tls_config(roots: Arc<RootCertStore>, identity: Option<&Identity>) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots);
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some(identity) => builder
            .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
            .map_err(|error| format!("the client certificate is unusable: {error}")),
    }
}

fn thumbprint(chain: &[CertificateDer<'static>]) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(chain.first().map_or(&[][..], |leaf| leaf.as_ref())))
}
