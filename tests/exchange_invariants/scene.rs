//! One request to every entry point, each with all that it needs; and what may be wrong with it.

use crate::support::client::{BEARER, CHALLENGE, Client, REDIRECT, VERIFIER, pairs};
use crate::support::*;
use bytes::Bytes;
use fapi::jose::Object;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::scope::Scope;
use fapi::*;
use proptest::prelude::*;

const JWKS: &str = "https://client.example/jwks";

/// What is called.
#[derive(Clone)]
pub enum Entry {
    Push,
    Authorize(Option<SessionHandle>),
    Answer(Box<Prompt>, Verdict),
    Reload(Box<Prompt>),
    Token,
    Userinfo,
    Resource,
    Introspect,
    Revoke,
    Enrol(Box<ClientMetadata>, Option<&'static str>),
    RevokeSubject,
}

/// A world in which a request is about to come in.
pub struct Scene {
    pub world: World,
    pub entry: Entry,
    pub request: http::Request<Bytes>,
    /// The store as it was before the client came.
    pub before: Memory,
}

pub const SCENES: usize = 22;
const SECRET: &str = "a secret of 32 octets and of more";

/// A request of a client that proves itself by assertions; its keys are registered, or published.
fn asserted(client: &Client, world: &World, parameters: &[(&str, &str)], proof: bool) -> http::Request<Bytes> {
    let proof = proof.then(|| client.proof(world, "POST", "https://as.example/token"));
    client.token_request(world, parameters, proof.as_deref())
}

/// An assertion under a secret that both sides know.
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
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(String::from).to_vec();
    metadata
}

pub fn scene(which: usize) -> Scene {
    let opaque = which % 2 == 1;
    let mut settings = settings(OAUTH.policy());
    if opaque {
        settings.resource.format = AccessTokenFormat::Opaque;
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
    world.enrolled(metadata, None);
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
            let verdict = [Client::login(), Client::consent("openid accounts"), Verdict::Denied, Client::login()];
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
            world.enrolled(shop(Method::ClientSecretBasic), Some(SECRET));
            let parameters = [("grant_type", "client_credentials")];
            let mut request = post(&parameters);
            let pair = data_encoding::BASE64.encode(format!("shop:{}", SECRET.replace(' ', "+")).as_bytes());
            request.headers_mut().insert("authorization", format!("Basic {pair}").parse().unwrap());
            (Entry::Token, request)
        }
        15 => {
            world.enrolled(shop(Method::ClientSecretJwt), Some(SECRET));
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
    Scene { world, entry, request, before }
}

/// What is wrong with a request.
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
    /// Spoils what the request carries in its body, or in its address.
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

    /// What whoever sent it may be known by, and what it must not be found by.
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
        // A challenge may be stored, wherever somebody sends it.
        shown.retain(|value| value != CHALLENGE);
        shown
    }

    /// The scope that the resource of the scene asks for.
    pub fn needed() -> Needed {
        Needed::scope(Scope::parse("accounts").unwrap())
    }
}
