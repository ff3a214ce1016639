//! A client certificate and its key.

use std::fmt;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use rcgen::{CertificateParams, DnType, KeyPair};
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

/// The reason why a client certificate cannot be used, by the file that it lies in. Exhaustive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// The file of the certificates.
    Certificate(String),
    /// The file of the private key, which may also be the key of another certificate.
    Key(String),
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Certificate(text) | Self::Key(text)) = self;
        formatter.write_str(text)
    }
}

impl Identity {
    /// Reads a chain and a key from PEM text.
    pub fn from_pem(name: &str, certificates: &str, key: &str) -> Result<Self, Unusable> {
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Unusable::Certificate(format!("the certificate is not PEM: {error}")))?;
        if chain.is_empty() {
            return Err(Unusable::Certificate("the file holds no certificate".into()));
        }
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes());
        let key = key.map_err(|error| Unusable::Key(format!("the file holds no private key in PEM: {error}")))?;
        let identity = Self { name: name.into(), chain, key };
        match tls_config(Arc::new(RootCertStore::empty()), Some(&identity)) {
            Ok(_) => Ok(identity),
            // Certificates are read again here, so the fault may be in either file.
            Err(error) if error.contains("key") || error.contains("Key") => Err(Unusable::Key(error)),
            Err(error) => Err(Unusable::Certificate(error)),
        }
    }

    /// Makes a new self-signed certificate, which no server knows.
    pub fn stranger() -> Result<Self, String> {
        let made = rcgen::generate_simple_self_signed(vec!["stranger.invalid".into()]).map_err(|error| error.to_string())?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(str::to_owned)?;
        let chain = vec![made.cert.der().clone()];
        let name = format!("an unregistered certificate ({})", &thumbprint(&chain)[..8]);
        Ok(Self { name, chain, key })
    }

    /// Makes a self-signed certificate for the same subject and the same key, as if this one had been renewed.
    pub fn renewed(&self) -> Result<Self, String> {
        let key = KeyPair::try_from(&self.key).map_err(|error| error.to_string())?;
        self.signed_again(&format!("{}, renewed", self.name), &key)
    }

    /// Makes a self-signed certificate for the same subject and another key.
    pub fn namesake(&self) -> Result<Self, String> {
        let key = KeyPair::generate().map_err(|error| error.to_string())?;
        self.signed_again(&format!("{}, of another key", self.name), &key)
    }

    fn signed_again(&self, name: &str, key: &KeyPair) -> Result<Self, String> {
        let leaf = self.chain.first().ok_or("no certificate")?;
        let (_, own) = x509_parser::parse_x509_certificate(leaf).map_err(|error| error.to_string())?;
        let mut params = CertificateParams::default();
        let names = own.subject().iter_common_name().filter_map(|name| name.as_str().ok());
        names.for_each(|name| params.distinguished_name.push(DnType::CommonName, name));
        let organizations = own.subject().iter_organization().filter_map(|name| name.as_str().ok());
        organizations.for_each(|name| params.distinguished_name.push(DnType::OrganizationName, name));
        let certificate = params.self_signed(key).map_err(|error| error.to_string())?;
        Self::from_pem(name, &certificate.pem(), &key.serialize_pem()).map_err(|error| error.to_string())
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
