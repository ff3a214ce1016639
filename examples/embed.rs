//! An authorization server in your own program: `cargo run --example embed`.
use aws_lc_rs::{rand, signature::*};
use fapi::{jose::*, policy::OAUTH, primitives::aws_lc, scope::Scope, *};
use http::{Request, header::CONTENT_TYPE};
use std::{cell::RefCell, error::Error, io::Write, time::UNIX_EPOCH};

/// Everything that the library needs from its host: a store (here in memory) and a signing key.
struct Mine(RefCell<Memory>, EcdsaKeyPair);

impl Host for Mine {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        Ok(self.0.borrow().load(&load.keys))
    }
    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.0.borrow().list(list))
    }
    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.0.borrow_mut().commit(commit))
    }
    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        let KeyUse::Sign { input, .. } = key_use else { return Err(Unavailable) };
        Ok(self.1.sign(&rand::SystemRandom::new(), input).or(Err(Unavailable))?.as_ref().to_vec())
    }
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let jwk = Object::new().with("kty", "EC").with("crv", "P-256").with("alg", "ES256").with("kid", "first");
    let jwk = Jwk::parse(&jwk.with("x", base64url::encode(x)).with("y", base64url::encode(y)), aws_lc())?;
    let mut settings = Settings::new("https://as.example", OAUTH.policy(), vec![jwk]);
    settings.serve_only(Api::open("https://api.example", "read".parse()?));
    let (server, host) = (AuthorizationServer::new(settings)?, Mine(RefCell::default(), pair));
    let app = r#"{"client_id": "app", "token_endpoint_auth_method": "none", "redirect_uris": ["https://app.example/cb"]}"#;
    let registered = drive(&host, server.register(vec![Registration::of(serde_json::from_str(app)?)], context()?)).reply;
    let Registered::Stored = registered else { return Err("the client is refused".into()) };
    // From here on, the requests stand for those that your HTTP server receives, and the replies for those that it sends.
    let post = |form: String| Request::post("/").header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.into());
    let (app, verifier) = ("client_id=app&redirect_uri=https://app.example/cb", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let pkce = "code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request = post(format!("{app}&{pkce}&response_type=code&scope=read"))?;
    let pushed = drive(&host, server.pushed_authorization_request(Inbound::new(&request), context()?)).reply;
    let pushed: serde_json::Value = serde_json::from_slice(pushed.body())?;
    let link = format!("/authorize?client_id=app&request_uri={}", pushed["request_uri"].as_str().ok_or("refused")?);
    let request = Request::get(link).body(bytes::Bytes::new())?;
    let mut shown = drive(&host, server.authorization_request(Inbound::new(&request), context()?)).reply;
    let consented = UserDecision::consented(Scope::parse("read")?, true);
    for verdict in [UserDecision::LoggedIn(Authentication::of("alice")), consented] {
        let Navigation::Interact(page) = shown else { return Err("refused".into()) };
        let (request, browser) = (post(String::new())?, Some(&page.browser));
        shown = drive(&host, server.answer(Inbound::new(&request).browser(browser), &page.id, verdict, context()?)).reply;
    }
    let Navigation::Respond(reply) = shown else { return Err("one more page".into()) };
    let code = reply.headers()["location"].to_str()?.split(['?', '&']).find_map(|it| it.strip_prefix("code=")).ok_or("none")?;
    let request = post(format!("{app}&grant_type=authorization_code&code={code}&code_verifier={verifier}"))?;
    Ok(std::io::stdout().write_all(drive(&host, server.token_request(Inbound::new(&request), context()?)).reply.body())?)
}

fn context() -> Result<Context, Box<dyn Error>> {
    let (mut octets, now) = ([0; 32], UNIX_EPOCH.elapsed()?.as_secs());
    rand::fill(&mut octets)?; // must be unpredictable
    Ok(Context::new(Timestamp::from_seconds(now.try_into()?), Entropy::new(octets)))
}
