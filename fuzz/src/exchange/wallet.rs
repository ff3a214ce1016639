//! The clients: how each authenticates, how it binds its tokens, and the defects that its signatures may have.

use super::input::Input;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use fapi::jose::{Json, Object, base64url};
use fapi::policy::AuthenticationMethod as Method;
use fapi::primitives::{Hash, aws_lc, sha256};
use fapi::{ClientMetadata, Registration, Secret};
use std::sync::LazyLock;

pub const ISSUER: &str = "https://as.example";
pub const CALLBACK: &str = "https://app.example/cb";
pub const JWKS_URI: &str = "https://fund.example/jwks";
pub const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
pub const SECRET: &str = "a secret of 32 octets and of more";

/// Names, in a self-signed certificate.
pub const CERTIFICATE: &[u8] = include_bytes!("../../corpus/certificate/names");
/// A certificate that is registered directly.
pub const OWN_CERTIFICATE: &[u8] = include_bytes!("../../corpus/certificate/ed25519");
const OWN_KEY: &str = "867zdpo3GHvBhsVNn594dShS__cA0j8feVE-iG6BevQ";

/// The proof of the sender in a request, in addition to client authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Nothing,
    Proof,
    Certificate,
}

/// A client that may call.
pub struct Caller {
    pub id: &'static str,
    pub method: Method,
    pub sender: Sender,
    /// True if the client publishes its keys instead of registering them.
    pub publishes: bool,
    /// True if the client is not registered at the start.
    pub late: bool,
}

const fn caller(id: &'static str, method: Method, sender: Sender) -> Caller {
    Caller { id, method, sender, publishes: false, late: false }
}

/// Eight callers, so that three bits of a choice select one.
pub const CALLERS: [Caller; 8] = [
    caller("app", Method::None, Sender::Nothing),
    caller("shop", Method::ClientSecretPost, Sender::Nothing),
    caller("bank", Method::PrivateKeyJwt, Sender::Proof),
    caller("till", Method::TlsClientAuth, Sender::Certificate),
    Caller { publishes: true, ..caller("fund", Method::PrivateKeyJwt, Sender::Proof) },
    caller("desk", Method::SelfSignedTlsClientAuth, Sender::Certificate),
    caller("kiosk", Method::ClientSecretJwt, Sender::Proof),
    Caller { late: true, ..caller("guest", Method::PrivateKeyJwt, Sender::Certificate) },
];

/// The key with which the server signs; clients have higher ones.
pub const SERVERS_KEY: u8 = 0;
const DPOP_KEY: u8 = 14;
pub const STRANGERS_KEY: u8 = 15;

static KEYS: LazyLock<Vec<Ed25519KeyPair>> = LazyLock::new(|| {
    let key = |seed| Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key");
    (1..=16).map(key).collect()
});

pub fn sign(key: u8, input: &[u8]) -> Vec<u8> {
    KEYS[usize::from(key)].sign(input).as_ref().to_vec()
}

fn public(key: u8) -> Object {
    let x = base64url::encode(KEYS[usize::from(key)].public_key().as_ref());
    Object::new().with("kty", "OKP").with("crv", "Ed25519").with("x", x)
}

pub fn jwk(key: u8) -> Object {
    public(key).with("kid", format!("k{key}")).with("alg", "EdDSA")
}

pub fn jwks(key: u8) -> Object {
    Object::new().with("keys", vec![jwk(key)])
}

fn secret(caller: &Caller) -> Option<Secret> {
    let has = matches!(caller.method, Method::ClientSecretPost | Method::ClientSecretJwt);
    has.then(|| SECRET.to_owned().into())
}

/// The registration of a client with this key.
pub fn registration(caller: &Caller, key: u8) -> Registration {
    let mut registration = Registration::of(metadata(caller, key));
    registration.secret = secret(caller).into();
    if caller.method != Method::None {
        registration.terms.introspects = vec!["https://api.example".into()];
    }
    registration
}

fn metadata(caller: &Caller, key: u8) -> ClientMetadata {
    let mut client = ClientMetadata::new(caller.id, caller.method);
    client.redirect_uris = vec![CALLBACK.into()];
    client.grant_types.push("refresh_token".into());
    if caller.method != Method::None {
        client.grant_types.push("client_credentials".into());
    }
    match caller.method {
        Method::PrivateKeyJwt if caller.publishes => client.jwks_uri = Some(JWKS_URI.into()),
        Method::PrivateKeyJwt => client.jwks = Some(Json::Object(jwks(key))),
        Method::TlsClientAuth => client.tls_client_auth_san_dns = Some("client.example".into()),
        Method::SelfSignedTlsClientAuth => {
            let own = Object::new().with("kty", "OKP").with("crv", "Ed25519").with("x", OWN_KEY);
            let own = own.with("x5c", vec![data_encoding::BASE64.encode(OWN_CERTIFICATE)]);
            client.jwks = Some(Json::Object(Object::new().with("keys", vec![own])));
        }
        _ => {}
    }
    client.tls_client_certificate_bound_access_tokens = caller.sender == Sender::Certificate;
    client
}

/// The state of the clients: their keys, and the latest values that they sent and received.
pub struct Wallet {
    /// The key of each caller.
    pub keys: [u8; 8],
    /// The nonce that the server offered last.
    pub nonce: Option<String>,
    /// True if the next request contains a forgery (a signature by an unauthorized key, or claims that must not be accepted),
    /// so it must be refused.
    pub forged: bool,
    said: u32,
    last_assertion: String,
    last_proof: String,
}

impl Default for Wallet {
    fn default() -> Self {
        let none = String::new;
        Self { keys: [1; 8], nonce: None, forged: false, said: 0, last_assertion: none(), last_proof: none() }
    }
}

/// A claim with its value; `None` leaves it out of the claims set.
type Claim = (&'static str, Option<Json>);

impl Wallet {
    fn unique(&mut self) -> String {
        self.said += 1;
        format!("jti-{}", self.said)
    }

    /// Signs an assertion of this client; some choices introduce a defect.
    pub fn assertion(&mut self, caller: usize, now: i64, input: &mut Input<'_>) -> String {
        let id = CALLERS[caller].id;
        let mut claims: [Claim; 6] = [
            ("iss", Some(id.into())),
            ("sub", Some(id.into())),
            ("aud", Some(ISSUER.into())),
            ("jti", Some(self.unique().into())),
            ("iat", Some(now.into())),
            ("exp", Some((now + 60).into())),
        ];
        let symmetric = CALLERS[caller].method == Method::ClientSecretJwt;
        let mut key = self.keys[caller];
        let mut header = vec![("alg", if symmetric { "HS256" } else { "EdDSA" }.into()), ("kid", format!("k{key}").into())];
        let defect = input.byte();
        self.forged |= matches!(defect, 236 | 237 | 240 | 241 | 243..=246 | 251 | 254);
        match defect {
            236 => claims[0].1 = Some("app".into()),
            237 => claims[1].1 = Some("shop".into()),
            238 => claims[2].1 = Some(format!("{ISSUER}/token").into()),
            239 => claims[2].1 = Some(vec![ISSUER, "https://api.example"].into()),
            240 => claims[2].1 = Some("https://other.example".into()),
            241 => claims[3].1 = None,
            242 => claims[4].1 = Some((now + 15).into()),
            243 => claims[4].1 = Some((now + 3_600).into()),
            244 => claims[5].1 = Some((now - 1).into()),
            245 => claims[5].1 = None,
            246 => header[0].1 = "none".into(),
            247 => header[0].1 = "Ed25519".into(),
            248 => header[1].1 = "nobody's".into(),
            249 => drop(header.pop()),
            250 => header.push(("typ", "client-authentication+jwt".into())),
            251 => header.push(("typ", "dpop+jwt".into())),
            252 => key = STRANGERS_KEY,
            253 => return self.last_assertion.clone(),
            _ => {}
        }
        let input = signing_input(header, claims);
        let signature = match symmetric {
            true => aws_lc().mac(Hash::Sha256, SECRET.as_bytes(), input.as_bytes()),
            false => sign(key, input.as_bytes()),
        };
        self.last_assertion = compact(input, signature, defect);
        self.last_assertion.clone()
    }

    /// Returns the DPoP fields of a request to this address; some choices introduce a defect.
    pub fn proof(&mut self, method: &str, target: &str, token: Option<&str>, now: i64, input: &mut Input<'_>) -> Vec<String> {
        let hash = |token: &str| base64url::encode(sha256(aws_lc(), token.as_bytes()));
        let mut claims: [Claim; 6] = [
            ("jti", Some(self.unique().into())),
            ("htm", Some(method.into())),
            ("htu", Some(target.into())),
            ("iat", Some(now.into())),
            ("ath", token.map(|token| hash(token).into())),
            ("nonce", self.nonce.clone().map(Json::from)),
        ];
        let (mut key, mut shown) = (DPOP_KEY, DPOP_KEY);
        let (mut alg, mut typ) = ("EdDSA", "dpop+jwt");
        let defect = input.byte();
        self.forged |= matches!(defect, 236 | 237 | 239 | 241 | 247 | 249..=251 | 254 | 255);
        match defect {
            236 => claims[1].1 = Some("PUT".into()),
            237 => claims[2].1 = Some("https://other.example/token".into()),
            238 => claims[2].1 = Some(format!("{target}?query#fragment").into()),
            239 => claims[3].1 = Some((now - 61).into()),
            240 => claims[3].1 = Some((now + 15).into()),
            241 => claims[3].1 = Some((now + 3_600).into()),
            242 => claims[4].1 = Some(hash("another").into()),
            243 => claims[4].1 = None,
            244 => claims[5].1 = None,
            245 => claims[5].1 = Some("never offered".into()),
            246 => alg = "Ed25519",
            247 => typ = "JWT",
            248 => (key, shown) = (STRANGERS_KEY, STRANGERS_KEY),
            249 => shown = STRANGERS_KEY,
            250 => claims[0].1 = None,
            251 => alg = "HS256",
            252 => return vec![],
            253 => return vec![self.last_proof.clone()],
            _ => {}
        }
        let header = vec![("typ", typ.into()), ("alg", alg.into()), ("jwk", Json::Object(public(shown)))];
        let input = signing_input(header, claims);
        let signature = sign(key, input.as_bytes());
        self.last_proof = compact(input, signature, defect);
        vec![self.last_proof.clone(); if defect == 255 { 2 } else { 1 }]
    }
}

fn signing_input(header: Vec<(&'static str, Json)>, claims: [Claim; 6]) -> String {
    let object = |members: Vec<(&'static str, Json)>| {
        let object = members.into_iter().fold(Object::new(), |object, (name, value)| object.with(name, value));
        base64url::encode(Json::Object(object).to_string())
    };
    let claims = claims.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    format!("{}.{}", object(header), object(claims))
}

fn compact(input: String, mut signature: Vec<u8>, defect: u8) -> String {
    if defect == 254 {
        signature[0] ^= 1;
    }
    format!("{input}.{}", base64url::encode(signature))
}
