//! The server's certificate and its authority; TLS and plain HTTP at the wrong ports.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::bench::{CERTIFICATES, CREDENTIALS, KEYS, Mistake, mistake};

pub(crate) fn mistakes() -> Vec<Mistake> {
    [authorities(), servers(), ports()].into_iter().flatten().collect()
}

fn authorities() -> Vec<Mistake> {
    let other = Authority::new().pem();
    vec![
        mistake("no authority", KEYS).value("", "authority", "").is("", "", "name a PEM file with its authority as `authority`"),
        mistake("no authority, for a client's own", CREDENTIALS).value("", "authority", "").is(
            "",
            "",
            "no authority of this machine issued",
        ),
        mistake("another authority", KEYS)
            .edit(move |_, folder| std::fs::write(folder.join("target-authority.pem"), &other).unwrap())
            .is("", "authority", "did not issue the certificate"),
        mistake("a client's certificate as authority", CERTIFICATES).value("", "authority", "\"target-1-1.pem\"").is(
            "",
            "authority",
            "did not issue the certificate",
        ),
        mistake("no file of the authority", KEYS).value("", "authority", "\"ca.pem\"").is("", "authority", "cannot read"),
        mistake("a key as authority", KEYS).value("", "authority", "\"target-1-1.jwk.json\"").is(
            "",
            "authority",
            "no certificate",
        ),
        mistake("an empty authority", KEYS)
            .edit(|_, folder| std::fs::write(folder.join("target-authority.pem"), "").unwrap())
            .is("", "authority", "the file holds no certificate"),
    ]
}

/// Servers whose certificates are wrong. Their authority is trusted.
fn servers() -> Vec<Mistake> {
    let with = |name, host: &'static str, years: (i32, i32), says| {
        let authority = Authority::new();
        let (chain, key) = authority.issue(host, years.0, years.1);
        let port = listen(config(&chain, &key));
        at(mistake(name, KEYS), format!("https://localhost:{port}"), authority.pem()).is("", "issuer", says)
    };
    vec![
        with("a certificate for another host", "as.example", (2020, 2090), "is for another host"),
        with("a certificate for another subdomain", "login.localhost", (2020, 2090), "is for another host"),
        with("an expired certificate of the server", "localhost", (2010, 2020), "expired"),
        with("a certificate of the server from the future", "localhost", (2080, 2090), "is not valid yet"),
    ]
}

fn ports() -> Vec<Mistake> {
    let other = Authority::new().pem();
    let plain = |name, issuer: fn(u16) -> String, says| {
        let pem = Authority::new().pem();
        at(mistake(name, KEYS), issuer(plain_http()), pem).is("", "issuer", says)
    };
    let issuer_of = |text: &str| {
        text.lines().find_map(|line| line.strip_prefix("issuer = \"")?.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    vec![
        plain("plain HTTP at a port for TLS", |port| format!("https://localhost:{port}"), "does not speak TLS"),
        plain("plain HTTP at a port for TLS, by address", |port| format!("https://127.0.0.1:{port}"), "does not speak TLS"),
        mistake("TLS at a port for plain HTTP", KEYS).edit(move |text, _| *text = text.replacen("https://", "http://", 1)).is(
            "",
            "issuer",
            "the address must begin with https://",
        ),
        mistake("TLS at a port for plain HTTP, with another authority", CREDENTIALS)
            .edit(move |text, folder| {
                std::fs::write(folder.join("target-authority.pem"), &other).unwrap();
                *text = text.replacen("https://", "http://", 1);
            })
            .is("", "issuer", "the address must begin with https://"),
        mistake("the address for certificates as issuer", CERTIFICATES)
            .edit(move |text, _| {
                let resource =
                    text.lines().find_map(|line| line.strip_prefix("url = \"")?.strip_suffix("/resource\"")).unwrap_or_default();
                *text = text.replacen(&issuer_of(text), resource, 1);
            })
            .is("", "issuer", ""),
    ]
}

/// A target at another issuer, with another authority.
fn at(mistake: Mistake, issuer: String, authority: String) -> Mistake {
    mistake.edit(move |text, folder| {
        std::fs::write(folder.join("target-authority.pem"), &authority).unwrap();
        let line = text.lines().find(|line| line.starts_with("issuer = ")).unwrap_or_default().to_owned();
        *text = text.replacen(&line, &format!("issuer = \"{issuer}\""), 1);
    })
}

/// An authority of servers.
pub(crate) struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "authority of a test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self(Issuer::new(params, key), pem)
    }

    pub(crate) fn pem(&self) -> String {
        self.1.clone()
    }

    /// A server's certificate that is valid in these years, and its key.
    pub(crate) fn issue(&self, host: &str, from: i32, to: i32) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (rcgen::date_time_ymd(from, 1, 1), rcgen::date_time_ymd(to, 1, 1));
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

fn config(chain: &str, key: &str) -> rustls::ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(chain.as_bytes()).unwrap()];
    config.with_no_client_auth().with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap()
}

/// A server that shakes hands and closes the connection, at a free port.
pub(crate) fn listen(config: rustls::ServerConfig) -> u16 {
    let (listener, port) = free_port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read(&mut [0; 1]).await;
                }
            });
        }
    });
    port
}

/// A server that answers everything with a page, without TLS.
fn plain_http() -> u16 {
    let (listener, port) = free_port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
    });
    port
}

fn free_port() -> (TcpListener, u16) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    (TcpListener::from_std(listener).unwrap(), port)
}
