//! TLS as BCP 195 (RFC 9325) recommends it: 1.3, and 1.2 with forward-secret AEAD suites only.
//!
//! A listener for clients with certificates requests one and never requires it. The handshake proves possession of its key; the
//! library then decides per client whether the chain is trusted.

use crate::identity::Identity;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, CipherSuite, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::sync::Arc;

/// The suites of TLS 1.2 that RFC 9325 §4.2 recommends.
const SUITES_OF_TLS12: [CipherSuite; 4] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
];

/// The TLS configuration of one listener.
pub(crate) fn server_config(identity: &Identity, request_certificates: bool) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(provider());
    let verifier = Arc::new(PossessionOnly { algorithms: provider.signature_verification_algorithms });
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = if request_certificates { config.with_client_cert_verifier(verifier) } else { config.with_no_client_auth() };
    let mut config = config.with_single_cert(identity.chain.clone(), identity.key.clone_key())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The reason for which the certificate of another server is refused, in words.
pub(crate) fn refusal(reason: &CertificateError) -> String {
    let text = match reason {
        CertificateError::BadEncoding => "is malformed",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "is not valid yet",
        CertificateError::UnknownIssuer => "is of no authority that this server trusts (outbound.authorities)",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "is for other names",
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => "is not for a server",
        CertificateError::BadSignature => "has a wrong signature",
        // The library that verifies chains has no other name for it.
        CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity" => {
            "is that of an authority (CA:TRUE), and a server needs one of its own"
        }
        other => return format!("the certificate of the host is refused: {other}"),
    };
    format!("the certificate of the host {text}")
}

/// AWS-LC with the cipher suites that the server supports.
pub(crate) fn provider() -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|suite| suite.tls13().is_some() || SUITES_OF_TLS12.contains(&suite.suite()));
    provider
}

/// Accepts every certificate whose private key the client has.
#[derive(Debug)]
struct PossessionOnly {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PossessionOnly {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_recommended_suites_of_tls12_are_supported() {
        let suites = provider().cipher_suites;
        let tls12: Vec<_> =
            suites.iter().filter(|suite| suite.tls13().is_none()).map(rustls::SupportedCipherSuite::suite).collect();
        assert_eq!(tls12.len(), SUITES_OF_TLS12.len());
        assert!(tls12.iter().all(|suite| SUITES_OF_TLS12.contains(suite)));
        assert!(suites.len() > tls12.len(), "TLS 1.3 is supported");
    }
}
