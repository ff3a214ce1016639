//! Whole exchanges: a sequence of requests, and answers of a host that may be late, stale, wrong or missing.

mod host;
mod input;

use bytes::Bytes;
use fapi::jose::{Jwk, Object};
use fapi::policy::{AuthenticationMethod, OAUTH};
use fapi::primitives::aws_lc;
use fapi::scope::Scope;
use fapi::*;
use host::Host;
use input::Input;
use std::sync::Arc;

const KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"a",
    "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;
const CALLBACK: &str = "https://app.example/cb";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// More requests than this make a run slower, not deeper.
const REQUESTS: usize = 40;

/// A client that remembers the last of everything it got.
struct World<'i> {
    server: Arc<AuthorizationServer>,
    host: Host,
    input: Input<'i>,
    now: i64,
    exchange: u8,
    request_uri: String,
    code: String,
    access_token: String,
    refresh_token: String,
    last_refresh_token: String,
    page: Option<Prompt>,
    session: Option<SessionHandle>,
}

pub fn run(input: &[u8]) {
    let mut world = World::new(Input::new(input));
    for _ in 0..REQUESTS {
        let Some(action) = world.input.action() else { return };
        world.act(action);
    }
}

impl<'i> World<'i> {
    fn new(input: Input<'i>) -> Self {
        let object = Object::parse(KEY.as_bytes()).expect("an object");
        let mut settings =
            Settings::new("https://as.example", OAUTH.policy(), vec![Jwk::parse(&object, aws_lc()).expect("a key")]);
        settings.resource = Resource::new("https://api.example", Scope::parse("read write").expect("a scope"));
        settings.resource.format = AccessTokenFormat::Opaque;
        settings.scopes = Scope::parse("openid offline_access email").expect("a scope");
        settings.claims = vec!["email".into()];
        let server = AuthorizationServer::new(settings).expect("settings");
        let none = String::new;
        let mut world = Self {
            server,
            host: Host::default(),
            input: Input::default(),
            now: 1_800_000_000,
            exchange: 0,
            request_uri: none(),
            code: none(),
            access_token: none(),
            refresh_token: none(),
            last_refresh_token: none(),
            page: None,
            session: None,
        };
        for (id, method) in [("app", AuthenticationMethod::None), ("shop", AuthenticationMethod::ClientSecretPost)] {
            let mut client = ClientMetadata::new(id, method);
            client.redirect_uris = vec![CALLBACK.into()];
            client.grant_types.push("refresh_token".into());
            let secret = || (id == "shop").then(|| "secret".to_owned().into());
            if id == "shop" {
                client.grant_types.push("client_credentials".into());
                client.introspects = vec!["https://api.example".into()];
            }
            world.exchange(|server, context| server.enrol(client.clone(), secret(), context));
        }
        world.input = input;
        world
    }

    /// Begins the same exchange twice; the host sees to it that both take the same course.
    fn exchange<R: Reply + std::fmt::Debug>(&mut self, begin: impl Fn(&Arc<AuthorizationServer>, Context) -> Step<R>) -> R {
        self.exchange = self.exchange.wrapping_add(1);
        let step = || {
            let entropy = Entropy::new([self.exchange; 32]);
            begin(&self.server, Context::new(Timestamp::from_seconds(self.now), entropy))
        };
        let outcome = self.host.run([step(), step()], &mut self.input);
        if let SessionChange::Start { session, .. } = outcome.session {
            self.session = Some(session);
        }
        outcome.reply
    }

    fn act(&mut self, action: u8) {
        match action % 12 {
            0 => {
                let request = self.post(&[
                    ("response_type", "code"),
                    ("redirect_uri", CALLBACK),
                    ("scope", "openid read offline_access"),
                    ("code_challenge", CHALLENGE),
                    ("code_challenge_method", "S256"),
                ]);
                let reply = self.exchange(|server, context| server.pushed_authorization_request(Inbound::new(&request), context));
                self.keep(&reply);
            }
            1 => {
                let request_uri = self.request_uri.clone();
                let form = self.input.form(&[("client_id", "app"), ("request_uri", &request_uri)]);
                self.present(&form);
            }
            2 => {
                let direct = [("response_type", "code"), ("redirect_uri", CALLBACK), ("scope", "read"), ("prompt", "none")];
                let form = self.input.form(&[&[("client_id", "app"), ("code_challenge", CHALLENGE)], &direct[..]].concat());
                self.present(&form);
            }
            3 => self.answer(&Verdict::LoggedIn(Authentication::of("alice"))),
            4 => self.answer(&Verdict::Consented {
                scope: Scope::parse("openid read offline_access").expect("a scope"),
                remember: true,
            }),
            5 => self.answer(&Verdict::Denied),
            6 => {
                let code = self.code.clone();
                let grant = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
                self.token(&[&grant[..], &[("code", &*code)]].concat());
            }
            7 => {
                let last = self.input.byte() % 16 == 15;
                let refresh_token = if last { &self.last_refresh_token } else { &self.refresh_token }.clone();
                self.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]);
            }
            8 => self.token(&[("grant_type", "client_credentials"), ("scope", "read")]),
            9 => {
                let token = if self.input.first() { &self.access_token } else { &self.refresh_token }.clone();
                let request = self.post(&[("token", &token)]);
                if self.input.first() {
                    self.exchange(|server, context| server.introspection_request(Inbound::new(&request), context));
                } else {
                    self.exchange(|server, context| server.revocation_request(Inbound::new(&request), context));
                }
            }
            10 => self.resource(),
            _ => self.now += i64::from(self.input.byte()) * 10,
        }
    }

    fn post(&mut self, parameters: &[(&str, &str)]) -> http::Request<Bytes> {
        let shop = [("client_id", "shop"), ("client_secret", "secret")];
        let caller = if self.input.first() { &[("client_id", "app")][..] } else { &shop };
        let form = self.input.form(&[caller, parameters].concat());
        http::Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(form.into()).expect("a request")
    }

    fn token(&mut self, parameters: &[(&str, &str)]) {
        let request = self.post(parameters);
        let reply = self.exchange(|server, context| server.token_request(Inbound::new(&request), context));
        self.keep(&reply);
    }

    fn present(&mut self, form: &str) {
        let Ok(request) = http::Request::get(format!("/authorize?{form}")).body(Bytes::new()) else { return };
        let session = self.session.clone();
        let inbound = Inbound::new(&request).session(session.as_ref());
        let shown = self.exchange(|server, context| server.authorization_request(inbound, context));
        self.shown(shown);
    }

    fn answer(&mut self, verdict: &Verdict) {
        let Some(page) = self.page.take() else { return };
        let request = http::Request::post("/").body(Bytes::new()).expect("a request");
        let browser = Some(&page.browser).filter(|_| self.input.byte() % 16 != 15);
        let inbound = Inbound::new(&request).browser(browser);
        let shown = self.exchange(|server, context| server.answer(inbound, &page.id, verdict.clone(), context));
        self.shown(shown);
        self.page = self.page.take().or(Some(page));
    }

    fn resource(&mut self) {
        let token = format!("Bearer {}", self.access_token);
        let request = http::Request::get("/").header("authorization", token).body(Bytes::new()).expect("a request");
        if self.input.first() {
            self.exchange(|server, context| server.userinfo_request(Inbound::new(&request), context));
        } else {
            let needed = || Needed::scope(Scope::parse("read").expect("a scope"));
            let inbound = Inbound::new(&request).at(EndpointAddress::Resource("https://api.example/"));
            self.exchange(|server, context| server.resource_server().protect(inbound, needed(), context));
        }
    }

    fn shown(&mut self, shown: Navigation) {
        match shown {
            Navigation::Interact(page) => self.page = Some(*page),
            Navigation::Respond(response) => {
                let location = response.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
                let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code="));
                self.code = code.map_or(std::mem::take(&mut self.code), str::to_owned);
            }
        }
    }

    fn keep(&mut self, reply: &Response) {
        let Ok(body) = Object::parse(reply.body()) else { return };
        if body.contains("refresh_token") {
            self.refresh_token.clone_into(&mut self.last_refresh_token);
        }
        for (name, kept) in [
            ("request_uri", &mut self.request_uri),
            ("access_token", &mut self.access_token),
            ("refresh_token", &mut self.refresh_token),
        ] {
            if let Some(value) = body.get(name).and_then(fapi::jose::Json::as_str) {
                value.clone_into(kept);
            }
        }
    }
}
