//! A client of FAPI 1.0 Advanced: its requests are signed objects, and its tokens are bound to its certificate.

use super::client::{BEARER, Client, REDIRECT, VERIFIER};
use super::jwk::{p256_members, rsa_members};
use super::request_object::changed;
use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKey, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256};
use data_encoding::BASE64;
use fapi::jose::{Json, Object, base64url};
use fapi::policy::AuthenticationMethod as Method;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls_pki_types::CertificateDer;
use std::sync::LazyLock;

static RSA: LazyLock<RsaKey> = LazyLock::new(|| RsaKey::generate(KeySize::Rsa2048).unwrap());

/// The client, with an EC key for requests and assertions, an RSA key beside it, and a certificate.
pub struct Bank<'w> {
    pub world: &'w World,
    pub client: Client,
    pub by_certificate: bool,
    pub chain: Vec<CertificateDer<'static>>,
    certificate_key: Vec<u8>,
}

impl<'w> Bank<'w> {
    /// A client that is not registered yet; it authenticates by its certificate or by its key.
    pub fn new(world: &'w World, by_certificate: bool) -> Self {
        let (chain, certificate_key) = certificate();
        Self { world, client: Client::new("bank", 10), by_certificate, chain, certificate_key }
    }

    /// Registered under these terms.
    pub fn registered(world: &'w World, by_certificate: bool, terms: ClientTerms) -> Self {
        let bank = Self::new(world, by_certificate);
        world.registered(Registration::of(bank.metadata()).terms(terms), None);
        bank
    }

    pub fn metadata(&self) -> ClientMetadata {
        let mut metadata = self.client.metadata();
        metadata.token_endpoint_auth_method =
            if self.by_certificate { Method::SelfSignedTlsClientAuth } else { Method::PrivateKeyJwt };
        metadata.response_types = vec!["code id_token".into(), "code".into()];
        metadata.grant_types = ["authorization_code", "implicit", "refresh_token"].map(GrantType::from).to_vec();
        let members = |text: String| Object::parse(format!("{{{text}}}").as_bytes()).unwrap();
        let x5c = vec![BASE64.encode(&self.chain[0])];
        let keys = vec![
            self.client.key.named(),
            members(rsa_members(RSA.public_key().as_ref())).with("kid", "rsa"),
            members(p256_members(&self.certificate_key)).with("kid", "tls").with("x5c", x5c),
        ];
        metadata.jwks = Some(Json::Object(Object::default().with("keys", keys)));
        metadata
    }

    /// The claims of a request for a code and an ID token.
    pub fn claims(&self) -> Object {
        changed(self.client.object_claims(self.world), &[("response_type", Some("code id_token".into()))])
    }

    /// A request object, signed with this algorithm.
    pub fn object(&self, algorithm: &str, changes: &[(&str, Option<Json>)]) -> String {
        let claims = changed(self.claims(), changes);
        if algorithm == "ES256" {
            return self.client.key.jws(&self.client.object_header(), &claims);
        }
        let header = self.client.object_header().with("alg", algorithm).with("kid", "rsa");
        let part = |object: &Object| base64url::encode(serde_json::to_vec(object).unwrap());
        let input = format!("{}.{}", part(&header), part(&claims));
        format!("{input}.{}", base64url::encode(rsa(algorithm, input.as_bytes())))
    }

    /// Sends a form over a connection with this certificate.
    pub fn send(&self, endpoint: Entry, form: &[(&str, &str)], chain: &[CertificateDer<'_>]) -> Outcome {
        let assertion = self.client.assertion(self.world);
        let mut all = form.to_vec();
        match self.by_certificate {
            true => all.push(("client_id", "bank")),
            false => all.extend([("client_assertion_type", BEARER), ("client_assertion", &*assertion)]),
        }
        let request = post(&all);
        let certificates = if chain.is_empty() { ClientCertificates::None } else { ClientCertificates::Unverified { chain } };
        let inbound = Inbound::new(&request).certificates(certificates);
        self.world.drive(endpoint(&self.world.server, inbound, self.world.context()))
    }

    pub fn push(&self, object: &str, beside: &[(&str, &str)]) -> Outcome {
        let form = [&[("request", object)], beside].concat();
        self.send(AuthorizationServer::pushed_authorization_request, &form, &self.chain)
    }

    /// Pushes and presents a request and allows everything; the response.
    pub fn authorized(&self, changes: &[(&str, Option<Json>)]) -> Response {
        let pushed = self.push(&self.object("ES256", changes), &[]);
        assert_eq!(pushed.reply.status(), 201, "{:?}", pushed.event);
        let shown = prompt(self.client.present(self.world, &member(&pushed.reply, "request_uri"), None));
        match self.client.answer(self.world, &shown, Client::login()).reply {
            Navigation::Interact(shown) => {
                let scope = shown.permissions.scope.to_string();
                response(self.client.answer(self.world, &shown, Client::consent(&scope)))
            }
            Navigation::Respond(response) => response,
            Navigation::Inform(page) => page.response(),
        }
    }

    /// Redeems a code over a connection with this certificate.
    pub fn redeem(&self, code: &str, chain: &[CertificateDer<'_>]) -> Outcome {
        let form =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
        self.send(AuthorizationServer::token_request, &form, chain)
    }

    /// Calls the resource with a token over a connection with this certificate.
    pub fn call(&self, token: &str, chain: &[CertificateDer<'_>]) -> Outcome<Access> {
        let request = self.with_token(token);
        let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain });
        let server = self.world.server.resource_server("https://api.example").expect("an API");
        self.world.drive(server.protect(inbound, RequiredAccess::token(), self.world.context()))
    }

    /// Calls userinfo with these headers besides.
    pub fn userinfo(&self, token: &str, headers: &[(&'static str, &'static str)]) -> Outcome {
        let mut request = self.with_token(token);
        for (name, value) in headers {
            request.headers_mut().insert(*name, http::HeaderValue::from_static(value));
        }
        let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain: &self.chain });
        self.world.drive(self.world.server.userinfo_request(inbound, self.world.context()))
    }

    fn with_token(&self, token: &str) -> http::Request<Bytes> {
        http::Request::get("/").header("authorization", format!("Bearer {token}")).body(Bytes::new()).unwrap()
    }
}

/// An endpoint.
pub type Entry = fn(&Arc<AuthorizationServer>, Inbound<'_>, Context) -> Step;

/// A certificate that its holder signed, and the point of its key.
pub fn certificate() -> (Vec<CertificateDer<'static>>, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap().der().clone();
    (vec![certificate], key.der_bytes().to_vec())
}

fn rsa(algorithm: &str, input: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; RSA.public_modulus_len()];
    let random = SystemRandom::new();
    match algorithm {
        "PS256" => RSA.sign(&RSA_PSS_SHA256, &random, input, &mut signature).unwrap(),
        _ => RSA.sign(&RSA_PKCS1_SHA256, &random, input, &mut signature).unwrap(),
    }
    signature
}
