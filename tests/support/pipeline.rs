//! A server with registered APIs, and one client at it.

use super::client::{CHALLENGE, REDIRECT, VERIFIER};
use super::*;
use fapi::jose::base64url;
use fapi::policy::{AuthenticationMethod, PIPELINE};
use serde_json::Value;

pub const PAYMENTS: &str = "https://pay.example";
pub const ACCOUNTS: &str = "https://accounts.example";
pub const USERINFO: &str = "https://as.example/userinfo";
const SECRET: &str = "a secret of thirty-two characters";

/// Settings with two registered APIs and no default audience.
pub fn two_apis() -> Settings {
    let mut settings = settings(OAUTH.policy().tighten(&PIPELINE.policy()).unwrap());
    settings.apis = vec![
        Api::new(PAYMENTS, "read:payments write:payments".parse().unwrap()),
        Api::new(ACCOUNTS, "read:accounts".parse().unwrap()),
    ];
    settings.default_audience = None;
    settings
}

/// A confidential client with every grant type that the server has.
pub struct App<'w> {
    pub world: &'w World,
    pub metadata: ClientMetadata,
    pub terms: ClientTerms,
}

/// The error of a refused request, from its response or from the redirect.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(pub String);

impl<'w> App<'w> {
    pub fn new(world: &'w World) -> Self {
        let mut metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretPost);
        metadata.redirect_uris = vec![REDIRECT.into()];
        metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(GrantType::from).to_vec();
        let app = Self { world, metadata, terms: ClientTerms::default() };
        app.enrol();
        app
    }

    /// Registers the client again with other terms.
    pub fn with(mut self, change: impl FnOnce(&mut ClientTerms)) -> Self {
        change(&mut self.terms);
        self.enrol();
        self
    }

    pub fn granted(self, audience: &str, subject_type: SubjectType, scope: &str) -> Self {
        let scopes = match scope {
            "all" => GrantedScopes::All,
            "" => GrantedScopes::default(),
            these => these.parse().unwrap(),
        };
        self.with(|terms| terms.grants.push(ClientGrant::new(audience, subject_type, scopes)))
    }

    fn enrol(&self) {
        self.world.registered(Registration::of(self.metadata.clone()).terms(self.terms.clone()), Some(SECRET));
    }

    fn token(&self, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        let mut form = vec![("client_id", "app"), ("client_secret", SECRET)];
        form.extend(parameters);
        let request = post(&form);
        body(&self.world.drive(self.world.server.token_request(Inbound::new(&request), self.world.context())).reply)
    }

    /// A token for the client itself.
    pub fn own(&self, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        self.token(&[&[("grant_type", "client_credentials")], parameters].concat())
    }

    /// A pushed authorization request.
    pub fn push(&self, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        let usual = [
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let request = post(&[&[("client_id", "app"), ("client_secret", SECRET)], &usual[..], parameters].concat());
        let inbound = Inbound::new(&request);
        body(&self.world.drive(self.world.server.pushed_authorization_request(inbound, self.world.context())).reply)
    }

    /// What introspection tells about an access token.
    pub fn introspect(&self, tokens: &Value) -> Value {
        let token = tokens["access_token"].as_str().expect("an access token");
        let request = post(&[("client_id", "app"), ("client_secret", SECRET), ("token", token)]);
        let inbound = Inbound::new(&request);
        body(&self.world.drive(self.world.server.introspection_request(inbound, self.world.context())).reply).unwrap()
    }

    /// A code for alice, who allows everything.
    pub fn code(&self, parameters: &[(&str, &str)]) -> Result<String, Error> {
        self.code_allowing(parameters, None)
    }

    pub fn code_allowing(&self, parameters: &[(&str, &str)], allowed: Option<&str>) -> Result<String, Error> {
        let mut reply = self.present(parameters);
        loop {
            let shown = match reply {
                Navigation::Respond(answer) => {
                    return redirected(&answer, "code").ok_or_else(|| Error(redirected(&answer, "error").unwrap_or_default()));
                }
                Navigation::Inform(page) => panic!("{page:?}"),
                Navigation::Interact(shown) => shown,
            };
            let scope = shown.permissions.scope.to_string();
            let decision = match shown.kind {
                PromptKind::Consent => UserDecision::consented(allowed.unwrap_or(&scope).parse().unwrap(), false),
                _ => UserDecision::LoggedIn(Authentication::of("alice")),
            };
            reply = self.answer(&shown, decision);
        }
    }

    /// The first page of a request.
    pub fn presented(&self, parameters: &[(&str, &str)]) -> Prompt {
        match self.present(parameters) {
            Navigation::Interact(shown) => *shown,
            other => panic!("{other:?}"),
        }
    }

    fn present(&self, parameters: &[(&str, &str)]) -> Navigation {
        let mut all = vec![
            ("client_id", "app"),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        all.extend(parameters);
        let request = get(&all);
        self.world.drive(self.world.server.authorization_request(Inbound::new(&request), self.world.context())).reply
    }

    /// The response to an answer, or the next page.
    pub fn answered(&self, shown: &Prompt, decision: UserDecision) -> Result<Response, Box<Prompt>> {
        match self.answer(shown, decision) {
            Navigation::Respond(response) => Ok(response),
            Navigation::Inform(page) => Ok(page.response()),
            Navigation::Interact(next) => Err(next),
        }
    }

    fn answer(&self, shown: &Prompt, decision: UserDecision) -> Navigation {
        let request = post(&[]);
        let inbound = Inbound::new(&request).browser(Some(&shown.browser));
        self.world.drive(self.world.server.answer(inbound, &shown.id, decision, self.world.context())).reply
    }

    pub fn redeem(&self, code: &str, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        let form =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
        self.token(&[&form[..], parameters].concat())
    }

    /// A code and its tokens.
    pub fn tokens(&self, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        self.redeem(&self.code(parameters)?, &[])
    }

    pub fn refresh(&self, tokens: &Value, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        let refresh_token = tokens["refresh_token"].as_str().expect("a refresh token");
        self.token(&[&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)], parameters].concat())
    }

    /// The status of a request to userinfo.
    pub fn userinfo(&self, tokens: &Value) -> http::StatusCode {
        let request = bearer(tokens);
        self.world.drive(self.world.server.userinfo_request(Inbound::new(&request), self.world.context())).reply.status()
    }

    /// What the resource server of an API says.
    pub fn admitted(&self, api: &str, tokens: &Value) -> Option<Authorized> {
        let request = bearer(tokens);
        let api = self.world.server.resource_server(api).expect("an API");
        match self.world.drive(api.protect(Inbound::new(&request), RequiredAccess::token(), self.world.context())).reply {
            Access::Allowed(authorized) => Some(authorized),
            Access::Denied(_) => None,
        }
    }
}

fn body(reply: &Response) -> Result<Value, Error> {
    let body: Value = serde_json::from_slice(reply.body()).unwrap_or_default();
    match body["error"].as_str() {
        Some(error) => Err(Error(error.to_owned())),
        None => Ok(body),
    }
}

fn bearer(tokens: &Value) -> http::Request<Bytes> {
    let token = tokens["access_token"].as_str().expect("an access token");
    http::Request::get("/").header("authorization", format!("Bearer {token}")).body(Bytes::new()).unwrap()
}

/// The claims of a JWT access token; `None` if it is none.
pub fn claims(tokens: &Value) -> Option<Value> {
    part_of(&tokens["access_token"], 1)
}

/// The header of a JWT access token.
pub fn header(tokens: &Value) -> Option<Value> {
    part_of(&tokens["access_token"], 0)
}

/// A part of a JWT.
pub fn part_of(token: &Value, at: usize) -> Option<Value> {
    let parts: Vec<_> = token.as_str()?.split('.').collect();
    serde_json::from_slice(&base64url::decode(parts.get(at).filter(|_| parts.len() == 3)?)?).ok()
}

/// The error as it is sent.
pub fn error(name: &str) -> Error {
    Error(name.to_owned())
}
