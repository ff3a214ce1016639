//! Client certificates that are not the client's.

use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::bench::{CERTIFICATES, Mistake, OAUTH, changed, mistake};
use super::keys::swap;
use super::tls::{Authority, listen};

const FIRST: (&str, &str) = ("target-1-1.pem", "target-1-1.key.pem");
const SECOND: (&str, &str) = ("target-1-2.pem", "target-1-2.key.pem");

pub(crate) fn mistakes() -> Vec<Mistake> {
    let unregistered = "this is not the certificate that is registered for the client";
    let made = |name, variant, (certificate, key): (&'static str, &'static str), from: i32, to: i32| {
        mistake(name, variant).edit(move |_, folder| {
            let (pem, key_pem) = self_signed(from, to);
            write(folder, certificate, &pem);
            write(folder, key, &key_pem);
        })
    };
    vec![
        made("a certificate that nobody issued", CERTIFICATES, FIRST, 2020, 2090).is("client 1", "certificate", unregistered),
        made("a self-signed certificate of another key", CERTIFICATES, SECOND, 2020, 2090).is(
            "client 2",
            "certificate",
            unregistered,
        ),
        made("an expired certificate", CERTIFICATES, FIRST, 2010, 2020).is("client 1", "certificate", "expired on"),
        made("an expired certificate of the second client", CERTIFICATES, SECOND, 2010, 2020).is(
            "client 2",
            "certificate",
            "expired on",
        ),
        made("an expired certificate for tokens", OAUTH, FIRST, 2010, 2020).is("client 1", "certificate", "expired on"),
        made("a certificate of the future", CERTIFICATES, FIRST, 2080, 2090).is("client 1", "certificate", "is valid from"),
        mistake("certificates in the wrong order", CERTIFICATES)
            .edit(|_, folder| {
                swap(folder, FIRST.0, SECOND.0);
                swap(folder, FIRST.1, SECOND.1);
            })
            .is("client 1", "certificate", "that is the certificate of the other client, `certificate` (line"),
        mistake("one certificate for both", CERTIFICATES)
            .value("client 2", "certificate", "\"target-1-1.pem\"")
            .value("client 2", "certificate_key", "\"target-1-1.key.pem\"")
            .is("client 2", "certificate", "the same certificate as that of the other client (line"),
        mistake("one certificate for both, for tokens", OAUTH)
            .value("client 2", "certificate", "\"target-1-1.pem\"")
            .value("client 2", "certificate_key", "\"target-1-1.key.pem\"")
            .is("client 2", "certificate", "the same certificate"),
        mistake("the key of another certificate", CERTIFICATES)
            .value("client 1", "certificate_key", "\"target-1-2.key.pem\"")
            .is("client 1", "certificate_key", "the client certificate is unusable"),
        mistake("no key of a certificate", CERTIFICATES).value("client 1", "certificate_key", "").is(
            "client 1",
            "",
            "a `certificate` needs it",
        ),
        mistake("no certificate", CERTIFICATES).value("client 2", "certificate", "").is("client 2", "", "missing member"),
        mistake("no file of the certificate", CERTIFICATES).value("client 1", "certificate", "\"nowhere.pem\"").is(
            "client 1",
            "certificate",
            "cannot read",
        ),
        mistake("a key as a certificate", CERTIFICATES).value("client 1", "certificate", "\"target-1-1.key.pem\"").is(
            "client 1",
            "certificate",
            "the file holds no certificate",
        ),
        mistake("a text as a certificate", CERTIFICATES).edit(|_, folder| write(folder, FIRST.0, "no PEM")).is(
            "client 1",
            "certificate",
            "no certificate",
        ),
        mistake("a certificate as its key", CERTIFICATES).value("client 1", "certificate_key", "\"target-1-1.pem\"").is(
            "client 1",
            "certificate_key",
            "the file holds no private key in PEM",
        ),
        refused_in_the_handshake(),
        impostor("the client's own certificate as another's", "of_another", "target-1-1", "the certificate of the client `"),
        impostor("the other client's certificate as another's", "of_another", "target-1-2", "the certificate of the client `"),
        impostor("the client's own certificate as a counterfeit", "counterfeit", "target-1-1", "the certificate of the client `"),
        impostor(
            "another's certificate as a counterfeit",
            "counterfeit",
            "target-1-1-of-another",
            "expected the client's own subject",
        ),
        impostor(
            "a counterfeit as another's certificate",
            "of_another",
            "target-1-1-counterfeit",
            "by the authority of the client's own",
        ),
    ]
}

/// An impostor's certificate of the first client that is the one in another file.
fn impostor(name: &'static str, member: &'static str, file: &'static str, says: &'static str) -> Mistake {
    let line = if member == "of_another" { "impostors.of_another" } else { "impostors.counterfeit" };
    mistake(name, CERTIFICATES)
        .edit(move |text, folder| {
            let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
            let (pem, key) = (format!("{file}.pem"), format!("{file}.key.pem"));
            assert!(names.iter().any(|name| *name == *pem) && names.iter().any(|name| *name == *key), "{names:?}");
            let at = text.find(line).unwrap();
            let end = at + text[at..].find('\n').unwrap();
            text.replace_range(at..end, &format!("{line} = {{ certificate = \"{pem}\", certificate_key = \"{key}\" }}"));
        })
        .is("client 1", line, says)
}

/// A server in front that takes certificates of its own authority only.
fn refused_in_the_handshake() -> Mistake {
    let authority = Authority::new();
    let (chain, key) = authority.issue("localhost", 2020, 2090);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(chain.as_bytes()).unwrap()];
    let port = listen(config.with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap());
    let pem = authority.pem();
    let aliases = move |json: &mut serde_json::Value| {
        for name in ["pushed_authorization_request_endpoint", "token_endpoint"] {
            json["mtls_endpoint_aliases"][name] = format!("https://localhost:{port}/{name}").into();
        }
    };
    mistake("a certificate that the handshake refuses", CERTIFICATES)
        .edit(move |_, folder| {
            let file = folder.join("target-authority.pem");
            let own = std::fs::read_to_string(&file).unwrap();
            std::fs::write(file, format!("{own}{pem}")).unwrap();
        })
        .answer("/.well-known/", move |_, answer| changed(answer, aliases))
        .is("client 1", "certificate", "refuses the client certificate in the TLS handshake")
}

/// A certificate that is valid in these years, and its key.
fn self_signed(from: i32, to: i32) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["client.example".into()]).unwrap();
    (params.not_before, params.not_after) = (rcgen::date_time_ymd(from, 1, 1), rcgen::date_time_ymd(to, 1, 1));
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).unwrap();
}
