//! One request to every entry point with everything that it needs, and the ways in which it may be modified.

use crate::support::client::{BEARER, CHALLENGE, Client, REDIRECT, VERIFIER, pairs, with_proof};
use crate::support::keys::sha256;
use crate::support::*;
use bytes::Bytes;
use fapi::jose::Object;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::scope::Scope;
use fapi::*;
use proptest::prelude::*;
use rustls_pki_types::CertificateDer;
use std::sync::OnceLock;

const JWKS: &str = "https://client.example/jwks";

/// The entry point that is called.
#[derive(Clone)]
pub enum Entry {
    Push,
    Authorize(Option<SessionHandle>),
    Answer(Box<Prompt>, UserDecision),
    Reload(Box<Prompt>),
    Token,
    Userinfo,
    Resource,
    Introspect,
    Revoke,
    Enrol(Box<ClientMetadata>, Option<&'static str>),
    RevokeSubject,
}

/// A world just before a request arrives.
pub struct Scene {
    pub world: World,
    pub entry: Entry,
    pub request: http::Request<Bytes>,
    /// The client certificate of the connection.
    pub certificate: Option<&'static [u8]>,
    /// The store before the client acted.
    pub before: Memory,
}

/// The numbers from which on scenes are under FAPI 2.0: first with DPoP and nonces, then with certificates.
pub const STRICT: [usize; 2] = [22, 27];
pub const SCENES: usize = 33;
const SECRET: &str = "a secret of 32 octets and of more";

/// A request of a client that authenticates with assertions; its keys are registered or published.
fn asserted(client: &Client, world: &World, parameters: &[(&str, &str)], proof: bool) -> http::Request<Bytes> {
    let proof = proof.then(|| proof_with(client, world, client.proof_claims(world, "POST", "https://as.example/token")));
    client.token_request(world, parameters, proof.as_deref())
}

/// Signs a proof with these claims, and with the nonce if one is demanded.
fn proof_with(client: &Client, world: &World, claims: Object) -> String {
    client.prove(&match &*world.nonces.borrow() {
        Some(nonces) => claims.with("nonce", nonces.accepted[0].as_str()),
        None => claims,
    })
}

/// A certificate for the client's name, made only once, so that two scenes are identical to the octet.
fn certificate() -> &'static [u8] {
    static DER: OnceLock<Vec<u8>> = OnceLock::new();
    DER.get_or_init(|| {
        let params = rcgen::CertificateParams::new(vec!["client.example".to_owned()]).unwrap();
        params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().to_vec()
    })
}

/// An assertion under a shared secret.
fn by_secret(world: &World) -> String {
    let now = world.now.get();
    let claims = Object::default().with("iss", "shop").with("sub", "shop").with("aud", ISSUER);
    let claims = claims.with("jti", world.unique()).with("iat", now).with("exp", now + 60);
    let part = |object: &Object| fapi::jose::base64url::encode(serde_json::to_vec(object).unwrap());
    let input = format!("{}.{}", part(&Object::default().with("alg", "HS256")), part(&claims));
    let hash = fapi::primitives::Hash::Sha256;
    let mac = fapi::primitives::aws_lc().mac(hash, SECRET.as_bytes(), input.as_bytes());
    format!("{input}.{}", fapi::jose::base64url::encode(mac))
}

fn shop(method: Method) -> ClientMetadata {
    let mut metadata = ClientMetadata::new("shop", method);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(GrantType::from).to_vec();
    metadata
}

pub fn scene(which: usize) -> Scene {
    if which >= STRICT[0] {
        return strict(which);
    }
    let opaque = which % 2 == 1;
    let mut settings = settings(OAUTH.policy());
    if opaque {
        settings.apis[0].dialect = Dialect::Opaque;
    }
    let world = World::with(settings);
    let before = world.store.borrow().clone();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    if which.is_multiple_of(3) {
        (metadata.jwks, metadata.jwks_uri) = (None, Some(JWKS.into()));
        let keys = (serde_json::to_string(&client.key.jwks()).unwrap(), world.now.get() - 100);
        world.documents.borrow_mut().insert(JWKS.into(), keys);
    }
    world.registered(metadata, None);
    let claims: &[(&str, Option<&str>)] =
        &[("claims", Some(r#"{"id_token":{"email":null},"userinfo":{"name":null}}"#)), ("scope", Some("openid accounts"))];
    let nothing = || post(&[]);
    let redeemed = || client.redeem(&world, &client.code(&world, claims)).reply;
    let (entry, request) = match which {
        0 | 1 => {
            let assertion = client.assertion(&world);
            let mut parameters = client.push_parameters();
            parameters.push(("client_assertion_type".into(), BEARER.into()));
            parameters.push(("client_assertion".into(), assertion));
            (Entry::Push, post(&pairs(&parameters)))
        }
        2..=5 => {
            let uri = member(&client.push(&world, claims).reply, "request_uri");
            let session = (which > 3).then(|| {
                let shown = prompt(client.present(&world, &uri, None));
                match client.answer(&world, &shown, Client::login()).session {
                    SessionChange::Start { session, .. } => session,
                    _ => panic!("a session"),
                }
            });
            (Entry::Authorize(session), get(&[("client_id", "client-1"), ("request_uri", &uri)]))
        }
        6..=9 => {
            let uri = member(&client.push(&world, claims).reply, "request_uri");
            let mut shown = prompt(client.present(&world, &uri, None));
            if which > 6 {
                shown = prompt(client.answer(&world, &shown, Client::login()));
            }
            let verdict = [Client::login(), Client::consent("openid accounts"), UserDecision::Denied, Client::login()];
            let entry = match which {
                9 => Entry::Reload(Box::new(shown)),
                _ => Entry::Answer(Box::new(shown), verdict[which - 6].clone()),
            };
            (entry, nothing())
        }
        10 | 11 => {
            let code = client.code(&world, claims);
            if which == 11 {
                client.redeem(&world, &code).reply.status();
            }
            let parameters = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT)];
            (Entry::Token, asserted(&client, &world, &[&parameters[..], &[("code_verifier", VERIFIER)]].concat(), true))
        }
        12 | 13 => {
            let refresh = member(&redeemed(), "refresh_token");
            world.pass(if which == 13 { 16 * 86_400 } else { 10 });
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
            (Entry::Token, asserted(&client, &world, &parameters, true))
        }
        14 => {
            world.registered(shop(Method::ClientSecretBasic), Some(SECRET));
            let parameters = [("grant_type", "client_credentials")];
            let mut request = post(&parameters);
            let pair = data_encoding::BASE64.encode(format!("shop:{}", SECRET.replace(' ', "+")).as_bytes());
            request.headers_mut().insert("authorization", format!("Basic {pair}").parse().unwrap());
            (Entry::Token, request)
        }
        15 => {
            world.registered(shop(Method::ClientSecretJwt), Some(SECRET));
            let assertion = by_secret(&world);
            let parameters = [("client_assertion_type", BEARER), ("client_assertion", &*assertion), ("token", "unknown")];
            (Entry::Introspect, post(&parameters))
        }
        16 | 17 => {
            let token = member(&redeemed(), "access_token");
            match which {
                16 => (Entry::Userinfo, client.resource_request(&world, &token, "https://as.example/userinfo")),
                _ => (Entry::Resource, client.resource_request(&world, &token, "https://api.example/accounts")),
            }
        }
        18 | 19 => {
            let token = member(&redeemed(), ["access_token", "refresh_token"][which - 18]);
            let request = asserted(&client, &world, &[("token", &token)], false);
            (if which == 18 { Entry::Introspect } else { Entry::Revoke }, request)
        }
        20 => (Entry::Enrol(Box::new(shop(Method::ClientSecretJwt)), Some(SECRET)), nothing()),
        _ => (Entry::RevokeSubject, nothing()),
    };
    Scene { world, entry, request, certificate: None, before }
}

/// The scenes under FAPI 2.0.
fn strict(which: usize) -> Scene {
    let mutual = which >= STRICT[1];
    let mut settings = settings(fapi2());
    if which % 2 == 1 {
        settings.apis[0].dialect = Dialect::Opaque;
    }
    let world = World::with(settings);
    let before = world.store.borrow().clone();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.tls_client_certificate_bound_access_tokens = mutual;
    world.registered(metadata, None);
    let certificate = mutual.then(certificate);
    let token_of = |request: http::Request<Bytes>| {
        let leaf = certificate.map(CertificateDer::from);
        let inbound = Inbound::new(&request).certificates(shown(leaf.as_ref()));
        world.drive(world.server.token_request(inbound, world.context())).reply
    };
    let code = client.code(&world, &[]);
    let redeem = |code: &str| {
        let parameters = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
        asserted(&client, &world, &[&parameters[..], &[("code_verifier", VERIFIER)]].concat(), !mutual)
    };
    let given = (!matches!(which, 22 | 27)).then(|| token_of(redeem(&code)));
    let given = |name: &str| given.as_ref().map(|reply| member(reply, name)).unwrap_or_default();
    if !mutual {
        world.nonces.replace(Some(DpopNonces { current: "this-nonce".into(), accepted: vec!["that-nonce".into()] }));
    }
    let (entry, request) = match which {
        22 | 27 => (Entry::Token, redeem(&code)),
        23 | 28 => {
            let refresh = given("refresh_token");
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
            (Entry::Token, asserted(&client, &world, &parameters, !mutual))
        }
        24 | 25 => {
            let token = given("access_token");
            let target = if which == 24 { "https://api.example/accounts" } else { "https://as.example/userinfo" };
            let claims = client.proof_claims(&world, "GET", target).with("ath", sha256(token.as_bytes()));
            let request = http::Request::get("/").header("authorization", format!("DPoP {token}"));
            let request = request.header("dpop", proof_with(&client, &world, claims)).body(Bytes::new()).unwrap();
            (if which == 24 { Entry::Resource } else { Entry::Userinfo }, request)
        }
        26 => {
            let mut parameters = client.push_parameters();
            parameters.push(("client_assertion_type".into(), BEARER.into()));
            parameters.push(("client_assertion".into(), client.assertion(&world)));
            let proof = proof_with(&client, &world, client.proof_claims(&world, "POST", "https://as.example/par"));
            (Entry::Push, with_proof(post(&pairs(&parameters)), Some(&proof)))
        }
        29 | 30 => {
            let request = http::Request::get("/").header("authorization", format!("Bearer {}", given("access_token")));
            (if which == 29 { Entry::Resource } else { Entry::Userinfo }, request.body(Bytes::new()).unwrap())
        }
        _ => {
            let mut metadata = shop(Method::TlsClientAuth);
            metadata.tls_client_auth_san_dns = Some("client.example".into());
            world.registered(metadata, None);
            let parameters = [("client_id", "shop"), ("grant_type", "client_credentials")];
            let introspected = [("client_id", "shop"), ("token", "unknown")];
            match which {
                31 => (Entry::Token, post(&parameters)),
                _ => (Entry::Introspect, post(&introspected)),
            }
        }
    };
    Scene { world, entry, request, certificate, before }
}

/// A proxy has validated the certificate.
pub fn shown<'a>(leaf: Option<&'a CertificateDer<'a>>) -> ClientCertificates<'a> {
    leaf.map_or(ClientCertificates::None, |leaf| ClientCertificates::VerifiedBy { leaf })
}

/// A modification of a request.
#[derive(Debug, Clone)]
pub enum Spoil {
    Nothing,
    Without(u8),
    Twice(u8),
    Instead(u8, String),
    Beside(&'static str, String),
    Header(&'static str, String),
    Method(&'static str),
}

pub fn spoil() -> impl Strategy<Value = Spoil> {
    let name = proptest::sample::select(vec!["scope", "resource", "prompt", "claims", "client_id", "client_secret", "request"]);
    let header = proptest::sample::select(vec!["authorization", "dpop", "content-type"]);
    let text = prop_oneof!["[ -~]{0,30}", Just(CHALLENGE.to_owned()), Just("none".to_owned()), Just("client-1".to_owned())];
    prop_oneof![
        8 => Just(Spoil::Nothing),
        2 => any::<u8>().prop_map(Spoil::Without),
        1 => any::<u8>().prop_map(Spoil::Twice),
        3 => (any::<u8>(), text.clone()).prop_map(|(at, text)| Spoil::Instead(at, text)),
        2 => (name, text.clone()).prop_map(|(name, text)| Spoil::Beside(name, text)),
        1 => (header, text).prop_map(|(name, text)| Spoil::Header(name, text)),
        1 => proptest::sample::select(vec!["GET", "POST", "PUT"]).prop_map(Spoil::Method),
    ]
}

impl Scene {
    /// Modifies the parameters of the request, in its body or its query.
    pub fn spoil(&mut self, spoil: &Spoil) {
        let query = self.request.uri().query().map(str::to_owned);
        let text = query.clone().unwrap_or_else(|| String::from_utf8_lossy(self.request.body()).into_owned());
        let mut parameters: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let at = |choice: &u8| usize::from(*choice).checked_rem(parameters.len());
        match spoil {
            Spoil::Nothing => return,
            Spoil::Without(choice) => drop(at(choice).map(|at| parameters.remove(at))),
            Spoil::Twice(choice) => parameters.extend(at(choice).map(|at| parameters[at].clone())),
            Spoil::Instead(choice, value) => {
                if let Some(at) = at(choice) {
                    parameters[at].1.clone_from(value);
                }
            }
            Spoil::Beside(name, value) => parameters.push(((*name).into(), value.clone())),
            Spoil::Header(name, value) => drop(self.request.headers_mut().insert(*name, value.parse().unwrap())),
            Spoil::Method(method) => *self.request.method_mut() = method.parse().unwrap(),
        }
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
        if query.is_some() {
            *self.request.uri_mut() = format!("/?{text}").parse().unwrap();
        } else {
            *self.request.body_mut() = text.into();
        }
    }

    /// The credentials that the request contains, which must not be found in the store.
    pub fn shown(&self) -> Vec<String> {
        let mut shown = vec![SECRET.to_owned()];
        let text = String::from_utf8_lossy(self.request.body()).into_owned();
        let secrets = ["code", "refresh_token", "token", "client_assertion", "client_secret", "code_verifier"];
        let sent = form_urlencoded::parse(text.as_bytes()).filter(|(name, _)| secrets.contains(&&**name));
        shown.extend(sent.map(|(_, value)| value.into_owned()));
        for name in ["authorization", "dpop"] {
            let value = self.request.headers().get(name).and_then(|value| value.to_str().ok());
            shown.extend(value.and_then(|value| value.split(' ').next_back()).map(str::to_owned));
        }
        if let Entry::Authorize(Some(session)) = &self.entry {
            shown.push(session.as_str().to_owned());
        }
        // A challenge may be stored, wherever it was sent.
        shown.retain(|value| value != CHALLENGE);
        shown
    }

    /// The scope that the resource of the scene requires.
    pub fn needed() -> RequiredAccess {
        RequiredAccess::scope(Scope::parse("accounts").unwrap())
    }
}
