//! An HTTP client for tests, and servers to test.

#![allow(dead_code, unreachable_pub, reason = "every test file is a crate of its own and uses some of it")]

pub mod files;
pub mod fragile;
pub mod host;

use bytes::Bytes;
use fapi_server::{Authority, Config, Keyring, Options, PasswordCost, PasswordHash, Running, User, start};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Shared, because making RSA keys takes a while.
pub static KEYRING: LazyLock<Arc<Keyring>> = LazyLock::new(|| Arc::new(Keyring::generate().unwrap()));

pub fn options() -> Options {
    let mut options = Options::default();
    options.keyring = Some(KEYRING.clone());
    options
}

pub async fn running(config: Config) -> Running {
    start(config, options()).await.unwrap()
}

/// Plain OAuth with a public client, so that a test needs no signatures.
pub fn oauth() -> Config {
    let client = r#"
        issuer = "http://127.0.0.1:{port}"
        listen = "127.0.0.1:0"
        ephemeral = true
        profiles = ["oauth"]
        [[clients]]
        client_id = "web"
        client_name = "A <web> shop"
        token_endpoint_auth_method = "none"
        redirect_uris = ["https://client.example/cb"]
    "#;
    let mut config = Config::parse(client, "server.toml".as_ref()).unwrap();
    config.users = vec![alice()];
    config
}

pub fn alice() -> User {
    User::new("alice", PasswordHash::new("wonderland", PasswordCost::MINIMAL).unwrap())
}

/// The URL to which that client sends a browser.
pub fn authorization_url(running: &Running, extra: &str) -> String {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    format!(
        "{}/authorize?client_id=web&response_type=code&redirect_uri=https://client.example/cb&state=s\
         &code_challenge={challenge}&code_challenge_method=S256{extra}",
        running.issuer
    )
}

pub struct Client(Pool<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Client {
    /// Trusts the authority of this server.
    pub fn of(running: &Running) -> Self {
        Self::with(running.ca_certificate.iter(), None, false)
    }

    /// Presents a certificate of this authority if a server requests one.
    pub fn with_certificate(running: &Running, authority: &Authority, name: &str) -> Self {
        let issued = authority.client(name).unwrap();
        let certificate = CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
        Self::with(running.ca_certificate.iter(), Some((certificate, key)), false)
    }

    pub fn http2(running: &Running) -> Self {
        Self::with(running.ca_certificate.iter(), None, true)
    }

    pub fn with<'c>(
        authorities: impl Iterator<Item = &'c CertificateDer<'static>>,
        identity: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>,
        http2: bool,
    ) -> Self {
        let mut roots = RootCertStore::empty();
        authorities.for_each(|authority| roots.add(authority.clone()).unwrap());
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let mut tls = match identity {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        if http2 {
            tls.alpn_protocols = vec![b"h2".to_vec()];
            let mut http = HttpConnector::new();
            http.enforce_http(false);
            return Self(Pool::builder(TokioExecutor::new()).http2_only(true).build(HttpsConnector::from((http, tls))));
        }
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Self(Pool::builder(TokioExecutor::new()).build(connector))
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Response<String> {
        let (parts, body) = self.0.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
    }

    pub async fn get(&self, url: &str) -> Response<String> {
        self.send(Request::get(url).body(Full::default()).unwrap()).await
    }

    pub async fn post(&self, url: &str, form: &[(&str, &str)]) -> Response<String> {
        self.send(post(url, form)).await
    }
}

pub fn post(url: &str, form: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    Request::post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Full::from(body)).unwrap()
}

/// A browser with cookies, operated one step at a time.
pub struct Browser<'r> {
    client: Client,
    running: &'r Running,
    pub cookies: BTreeMap<String, String>,
}

impl<'r> Browser<'r> {
    pub fn new(running: &'r Running) -> Self {
        Self { client: Client::of(running), running, cookies: BTreeMap::new() }
    }

    pub async fn open(&mut self, url: &str) -> Response<String> {
        self.send(Request::get(self.absolute(url)).body(Full::default()).unwrap()).await
    }

    pub async fn submit(&mut self, url: &str, form: &[(&str, &str)]) -> Response<String> {
        self.send(post(&self.absolute(url), form)).await
    }

    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.running.issuer) } else { url.to_owned() }
    }

    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Response<String> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.client.send(request).await;
        for header in response.headers().get_all(SET_COOKIE) {
            let (pair, _) = header.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }
}

pub fn location(response: &Response<String>) -> &str {
    response.headers()[LOCATION].to_str().unwrap()
}
