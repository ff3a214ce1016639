//! A host and its client, both with the library's own backend, so that the quotient compares like with like.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, ParsedPublicKey};
use bytes::Bytes;
use fapi::jose::{Json, Jwk, Object, base64url};
use fapi::policy::{AuthenticationMethod, Policy};
use fapi::primitives::{Hash, aws_lc, sha256};
use fapi::scope::Scope;
use fapi::*;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

pub type Request = http::Request<Bytes>;

const ISSUER: &str = "https://as.example";
const CALLBACK: &str = "https://app.example/cb";
const NOW: i64 = 1_800_000_000;

pub struct Key {
    kid: &'static str,
    pair: EcdsaKeyPair,
}

impl Key {
    pub fn new(kid: &'static str) -> Self {
        Self { kid, pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap() }
    }

    pub fn sign(&self, input: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), input).unwrap().as_ref().to_vec()
    }

    pub fn prepared(&self) -> ParsedPublicKey {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.pair.public_key().as_ref()).unwrap()
    }

    fn jwk(&self) -> Object {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        let members = Object::new().with("kty", "EC").with("crv", "P-256");
        members.with("x", base64url::encode(x)).with("y", base64url::encode(y))
    }

    fn public(&self) -> Object {
        self.jwk().with("kid", self.kid).with("alg", "ES256")
    }

    fn jws(&self, header: &Object, claims: &Object) -> String {
        let part = |object: &Object| base64url::encode(serde_json::to_vec(object).unwrap());
        let input = format!("{}.{}", part(header), part(claims));
        format!("{input}.{}", base64url::encode(self.sign(input.as_bytes())))
    }
}

pub struct World {
    pub server: Arc<AuthorizationServer>,
    store: RefCell<Memory>,
    own: Key,
    client: Key,
    dpop: Key,
    count: Cell<u64>,
}

impl Host for World {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        Ok(self.store.borrow().load(&load.keys))
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.store.borrow().list(list))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.store.borrow_mut().commit(commit))
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        match key_use {
            KeyUse::Sign { input, .. } => Ok(self.own.sign(input)),
            KeyUse::Mac { input } => Ok(aws_lc().mac(Hash::Sha256, &[7; 32], input)),
            _ => Err(Unavailable),
        }
    }

    fn claims(&self, _: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        Ok(vec![])
    }

    fn permissions(&self, _: &PermissionsRequest) -> Result<UserPermissions, Unavailable> {
        Ok(Scope::parse("accounts").unwrap())
    }
}

impl World {
    pub fn new(policy: Policy, method: AuthenticationMethod) -> Self {
        Self::with(policy, method, |_, _| ())
    }

    /// A host with other settings and other terms of its client.
    pub fn with(policy: Policy, method: AuthenticationMethod, change: impl FnOnce(&mut Settings, &mut ClientTerms)) -> Self {
        let (own, client, dpop) = (Key::new("own"), Key::new("client"), Key::new("dpop"));
        let mut settings = Settings::new(ISSUER, policy, vec![Jwk::parse(&own.public(), aws_lc()).unwrap()]);
        settings.serve_only(Api::open("https://api.example", "accounts".parse().unwrap()));
        settings.scopes = Scope::parse("openid offline_access").unwrap();
        let mut metadata = ClientMetadata::new("app", method);
        metadata.redirect_uris = vec![CALLBACK.into()];
        metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(GrantType::from).to_vec();
        metadata.jwks = Some(Json::Object(Object::new().with("keys", vec![client.public()])));
        let mut registration = Registration::of(metadata);
        registration.terms.introspects = vec!["https://api.example".into()];
        change(&mut settings, &mut registration.terms);
        let server = AuthorizationServer::new(settings).unwrap();
        let world = Self { server, store: RefCell::default(), own, client, dpop, count: Cell::new(0) };
        let registered = drive(&world, world.server.register(vec![registration], world.context())).reply;
        assert!(matches!(registered, Registered::Stored), "{registered:?}");
        world
    }

    pub fn context(&self) -> Context {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.unique().to_be_bytes());
        Context::new(Timestamp::from_seconds(NOW), Entropy::new(seed))
    }

    fn unique(&self) -> u64 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    fn assertion(&self) -> String {
        let claims = Object::new().with("iss", "app").with("sub", "app").with("aud", ISSUER);
        let claims = claims.with("jti", self.unique().to_string()).with("iat", NOW).with("exp", NOW + 60);
        self.client.jws(&Object::new().with("alg", "ES256").with("kid", "client"), &claims)
    }

    fn proof(&self, method: &str, target: &str, token: Option<&str>) -> String {
        let claims = Object::new().with("jti", self.unique().to_string()).with("htm", method).with("htu", target);
        let mut claims = claims.with("iat", NOW);
        if let Some(token) = token {
            claims = claims.with("ath", base64url::encode(sha256(aws_lc(), token.as_bytes())));
        }
        self.dpop.jws(&Object::new().with("typ", "dpop+jwt").with("alg", "ES256").with("jwk", self.dpop.jwk()), &claims)
    }

    pub fn post(&self, parameters: &[(&str, &str)]) -> Request {
        let assertion = self.assertion();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(parameters);
        form.append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let body = form.append_pair("client_assertion", &assertion).finish();
        http::Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(body.into()).unwrap()
    }

    fn proven(&self, mut request: Request, endpoint: &str, with_proof: bool) -> Request {
        if with_proof {
            let proof = self.proof("POST", &format!("{ISSUER}/{endpoint}"), None);
            request.headers_mut().insert("dpop", proof.parse().unwrap());
        }
        request
    }

    fn push_scope(&self, scope: &str, dpop: bool) -> Request {
        let request = self.post(&[
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ]);
        self.proven(request, "par", dpop)
    }

    pub fn push(&self, dpop: bool) -> Request {
        self.push_scope("openid accounts", dpop)
    }

    pub fn token(&self, parameters: &[(&str, &str)], dpop: bool) -> Request {
        self.proven(self.post(parameters), "token", dpop)
    }

    /// Builds a token request with a new code.
    pub fn redeem(&self, scope: &str) -> Request {
        let pushed = self.push_scope(scope, false);
        let pushed = drive(self, self.server.pushed_authorization_request(Inbound::new(&pushed), self.context())).reply;
        let link = format!("/authorize?client_id=app&request_uri={}", member(&pushed, "request_uri"));
        let link = http::Request::get(link).body(Bytes::new()).unwrap();
        let mut shown = drive(self, self.server.authorization_request(Inbound::new(&link), self.context())).reply;
        let answer = http::Request::post("/").body(Bytes::new()).unwrap();
        let response = loop {
            let page = match shown {
                Navigation::Interact(page) => page,
                Navigation::Respond(response) => break response,
                Navigation::Inform(page) => break page.response(),
            };
            let verdict = match page.kind {
                PromptKind::Consent => UserDecision::consented(page.permissions.scope.clone(), false),
                _ => UserDecision::LoggedIn(Authentication::of("alice")),
            };
            let inbound = Inbound::new(&answer).browser(Some(&page.browser));
            shown = drive(self, self.server.answer(inbound, &page.id, verdict, self.context())).reply;
        };
        let location = response.headers()["location"].to_str().unwrap();
        let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).unwrap();
        let verifier = ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), verifier], true)
    }

    /// Builds a call of a protected resource.
    pub fn call(&self, token: &str, target: &str) -> Request {
        let request = http::Request::get("/").header("authorization", format!("DPoP {token}"));
        request.header("dpop", self.proof("GET", target, Some(token))).body(Bytes::new()).unwrap()
    }
}

pub fn member(response: &Response, name: &str) -> String {
    let body = Object::parse(response.body()).unwrap();
    body.get(name).and_then(Json::as_str).unwrap_or_else(|| panic!("{name} in {body:?}")).to_owned()
}
