//! A correct FAPI 2.0 client, every step of which a test can modify.

use super::keys::{Key, sha256};
use super::*;
use fapi::jose::{Json, Object};
use fapi::policy::AuthenticationMethod;

pub const REDIRECT: &str = "https://client.example/cb";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Clone)]
pub struct Client {
    pub id: String,
    pub key: Key,
    pub dpop: Key,
}

impl Client {
    pub fn new(id: &str, seed: u8) -> Self {
        Self { id: id.into(), key: Key::es256("k1", seed), dpop: Key::es256("d1", seed.wrapping_add(100)) }
    }

    pub fn metadata(&self) -> ClientMetadata {
        let mut metadata = ClientMetadata::new(&*self.id, AuthenticationMethod::PrivateKeyJwt);
        metadata.client_name = Some("A Client".into());
        metadata.redirect_uris = vec![REDIRECT.into()];
        metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(GrantType::from).to_vec();
        metadata.jwks = Some(Json::Object(self.key.jwks()));
        metadata
    }

    pub fn registered(world: &World, id: &str, seed: u8) -> Self {
        let client = Self::new(id, seed);
        let outcome = world.register(client.metadata(), None);
        assert!(matches!(outcome.reply, Registered::Stored), "{:?}", outcome.event);
        client
    }

    pub fn claims(&self, world: &World) -> Object {
        let now = world.now.get();
        Object::default()
            .with("iss", self.id.as_str())
            .with("sub", self.id.as_str())
            .with("aud", ISSUER)
            .with("jti", world.unique())
            .with("iat", now)
            .with("exp", now + 60)
    }

    pub fn assertion(&self, world: &World) -> String {
        self.assert(&self.claims(world))
    }

    pub fn assert(&self, claims: &Object) -> String {
        self.key.jws(&Object::default().with("alg", "ES256").with("kid", self.key.kid()), claims)
    }

    pub fn proof_claims(&self, world: &World, method: &str, target: &str) -> Object {
        Object::default().with("jti", world.unique()).with("htm", method).with("htu", target).with("iat", world.now.get())
    }

    pub fn prove(&self, claims: &Object) -> String {
        let header = Object::default().with("typ", "dpop+jwt").with("alg", "ES256").with("jwk", self.dpop.jwk());
        self.dpop.jws(&header, claims)
    }

    pub fn proof(&self, world: &World, method: &str, target: &str) -> String {
        self.prove(&self.proof_claims(world, method, target))
    }

    pub fn push_parameters(&self) -> Vec<(String, String)> {
        [
            ("client_id", self.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid accounts"),
            ("state", "a state"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    pub fn push(&self, world: &World, changes: &[(&str, Option<&str>)]) -> Outcome {
        let mut parameters = self.push_parameters();
        parameters.push(("client_assertion_type".into(), BEARER.into()));
        parameters.push(("client_assertion".into(), self.assertion(world)));
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
        }
        let request = post(&pairs(&parameters));
        world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context()))
    }

    pub fn present(&self, world: &World, request_uri: &str, session: Option<&SessionHandle>) -> Outcome<Navigation> {
        let request = get(&[("client_id", &self.id), ("request_uri", request_uri)]);
        let inbound = Inbound::new(&request).session(session);
        world.drive(world.server.authorization_request(inbound, world.context()))
    }

    pub fn answer(&self, world: &World, prompt: &Prompt, verdict: UserDecision) -> Outcome<Navigation> {
        let request = post(&[]);
        let inbound = Inbound::new(&request).browser(Some(&prompt.browser));
        world.drive(world.server.answer(inbound, &prompt.id, verdict, world.context()))
    }

    pub fn consent(scope: &str) -> UserDecision {
        UserDecision::consented(Scope::parse(scope).unwrap(), true)
    }

    pub fn login() -> UserDecision {
        UserDecision::LoggedIn(Authentication::of("alice"))
    }

    /// Runs the flow up to a code.
    pub fn code(&self, world: &World, changes: &[(&str, Option<&str>)]) -> String {
        let pushed = self.push(world, changes);
        let shown = prompt(self.present(world, &member(&pushed.reply, "request_uri"), None));
        let answered = match self.answer(world, &shown, Self::login()).reply {
            Navigation::Respond(answered) => answered,
            Navigation::Interact(shown) => {
                let scope = shown.permissions.scope.to_string();
                response(self.answer(world, &shown, Self::consent(&scope)))
            }
            Navigation::Inform(page) => page.response(),
        };
        redirected(&answered, "code").unwrap_or_else(|| panic!("a code in {answered:?}"))
    }

    pub fn token_request(&self, world: &World, parameters: &[(&str, &str)], proof: Option<&str>) -> http::Request<Bytes> {
        let assertion = self.assertion(world);
        let mut all = vec![("client_assertion_type", BEARER), ("client_assertion", assertion.as_str())];
        all.extend(parameters);
        with_proof(post(&all), proof)
    }

    pub fn token(&self, world: &World, parameters: &[(&str, &str)]) -> Outcome {
        let proof = self.proof(world, "POST", &format!("{ISSUER}/token"));
        self.token_with(world, parameters, Some(&proof))
    }

    pub fn token_with(&self, world: &World, parameters: &[(&str, &str)], proof: Option<&str>) -> Outcome {
        let request = self.token_request(world, parameters, proof);
        world.drive(world.server.token_request(Inbound::new(&request), world.context()))
    }

    pub fn redeem(&self, world: &World, code: &str) -> Outcome {
        self.token(
            world,
            &[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)],
        )
    }

    /// A request to a protected resource with this token.
    pub fn resource_request(&self, world: &World, token: &str, target: &str) -> http::Request<Bytes> {
        let claims = self.proof_claims(world, "GET", target).with("ath", sha256(token.as_bytes()));
        let request =
            http::Request::get("/").header("authorization", format!("DPoP {token}")).header("dpop", self.prove(&claims));
        request.body(Bytes::new()).unwrap()
    }

    pub fn resource(&self, world: &World, token: &str) -> Outcome<Access> {
        let target = "https://api.example/accounts";
        let request = self.resource_request(world, token, target);
        let inbound = Inbound::new(&request).at(EndpointAddress::Resource(target));
        let needed = RequiredAccess::scope(Scope::parse("accounts").unwrap());
        world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
            inbound,
            needed,
            world.context(),
        ))
    }

    pub fn userinfo(&self, world: &World, token: &str) -> Outcome {
        let request = self.resource_request(world, token, &format!("{ISSUER}/userinfo"));
        world.drive(world.server.userinfo_request(Inbound::new(&request), world.context()))
    }
}

pub fn with_proof(mut request: http::Request<Bytes>, proof: Option<&str>) -> http::Request<Bytes> {
    if let Some(proof) = proof {
        request.headers_mut().insert("dpop", proof.parse().unwrap());
    }
    request
}

pub fn pairs(parameters: &[(String, String)]) -> Vec<(&str, &str)> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
