// The set-up that the examples in the API documentation share and hide: an authorization server, and a host in memory. In it alice
// has allowed the client "shop" to read, and the shop has tokens.

use bytes::Bytes;
use fapi::jose::{Jwk, Object};
use fapi::policy::OAUTH;
use fapi::primitives::aws_lc;
use fapi::*;
use http::{Request, header::CONTENT_TYPE};
use std::cell::RefCell;
use std::error::Error;
use std::sync::Arc;

#[derive(Default)]
pub struct InMemory(pub RefCell<Memory>);

impl Host for InMemory {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        Ok(self.0.borrow().load(&load.keys))
    }
    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.0.borrow().list(list))
    }
    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.0.borrow_mut().commit(commit))
    }
    fn use_key(&self, _: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        Err(Unavailable)
    }
}

pub fn jwk() -> Result<Jwk, Box<dyn Error>> {
    let jwk = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"first",
        "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;
    Ok(Jwk::parse(&Object::parse(jwk.as_bytes())?, aws_lc())?)
}

/// A real host takes its clock and fresh randomness.
pub fn context() -> Context {
    use std::sync::atomic::{AtomicU8, Ordering};
    static NEXT: AtomicU8 = AtomicU8::new(0);
    Context::new(Timestamp::from_seconds(1_800_000_000), Entropy::new([NEXT.fetch_add(1, Ordering::Relaxed); 32]))
}

pub fn get(query: &str) -> Request<Bytes> {
    Request::get(format!("/authorize?{query}")).body(Bytes::new()).expect("a request")
}

pub fn post(form: &str) -> Request<Bytes> {
    let request = Request::post("/").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Bytes::from(form.to_owned())).expect("a request")
}

/// The server with the client, and its host.
pub fn started() -> Result<(Arc<AuthorizationServer>, InMemory), Box<dyn Error>> {
    let mut settings = Settings::new("https://as.example", OAUTH.policy(), vec![jwk()?]);
    let mut api = Api::open("https://api.example", "read write".parse()?);
    api.dialect = Dialect::Opaque;
    settings.serve_only(api);
    let (server, host) = (AuthorizationServer::new(settings)?, InMemory::default());
    let shop = r#"{"client_id": "shop", "token_endpoint_auth_method": "none", "redirect_uris": ["https://shop.example/cb"],
        "grant_types": ["authorization_code", "refresh_token"]}"#;
    let outcome = drive(&host, server.register(vec![Registration::of(serde_json::from_str(shop)?)], context()));
    assert!(matches!(outcome.reply, Registered::Stored), "{:?}", outcome.event);
    Ok((server, host))
}

pub const REQUEST: &str = "client_id=shop&redirect_uri=https://shop.example/cb&response_type=code&scope=read\
    &code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The first prompt of an interaction.
pub fn prompted(server: &Arc<AuthorizationServer>, host: &InMemory) -> Box<Prompt> {
    match drive(host, server.authorization_request(Inbound::new(&get(REQUEST)), context())).reply {
        Navigation::Interact(prompt) => prompt,
        other => panic!("{other:?}"),
    }
}

/// The server in which alice has allowed the client to read.
pub fn granted() -> Result<(Arc<AuthorizationServer>, InMemory), Box<dyn Error>> {
    let (server, host) = started()?;
    let mut shown = Navigation::Interact(prompted(&server, &host));
    for decision in [UserDecision::LoggedIn(Authentication::of("alice")), UserDecision::consented("read".parse()?, true)] {
        let Navigation::Interact(prompt) = shown else { panic!("a prompt") };
        let request = post("");
        let inbound = Inbound::new(&request).browser(Some(&prompt.browser));
        shown = drive(&host, server.answer(inbound, &prompt.id, decision, context())).reply;
    }
    let Navigation::Respond(response) = shown else { panic!("a response") };
    let location = response.headers()["location"].to_str()?;
    let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code=")).ok_or("a code")?;
    let form = "client_id=shop&redirect_uri=https://shop.example/cb&grant_type=authorization_code\
        &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let request = post(&format!("{form}&code={code}"));
    let outcome = drive(&host, server.token_request(Inbound::new(&request), context()));
    assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
    Ok((server, host))
}
