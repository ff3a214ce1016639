//! A client of the front channel: it asks in the address bar, and reads the response wherever it is.

use super::client::{CHALLENGE, Client, REDIRECT};
use super::*;
use fapi::jose::{Algorithms, Claims, Jws, Object};
use fapi::policy::{AuthenticationMethod as Method, ResponseType};
use fapi::primitives::aws_lc;

pub const SECRET: &str = "a secret that is long enough for HS256";

/// The application `app`, which has a secret and asks for these response types.
pub fn app(response_types: &[&str]) -> ClientMetadata {
    let mut metadata = ClientMetadata::new("app", Method::ClientSecretPost);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.response_types = response_types.iter().map(|name| (*name).into()).collect();
    metadata.grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    let parsed = response_types.iter().filter_map(|name| ResponseType::parse(name));
    if parsed.into_iter().any(|known| known.has_id_token() || known.has_access_token()) {
        metadata.grant_types.push(GrantType::Implicit);
    }
    metadata
}

/// A server under this policy with the application.
pub fn front(policy: Policy, response_types: &[&str]) -> World {
    let world = World::new(policy);
    world.registered(app(response_types), Some(SECRET));
    world
}

pub fn ask(world: &World, changes: &[(&str, Option<&str>)]) -> Outcome<Navigation> {
    let mut parameters = vec![
        ("client_id", "app"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid email accounts"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        parameters.extend(value.map(|value| (*name, value)));
    }
    let request = get(&parameters);
    world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
}

/// Logs in and allows what is asked.
pub fn allow(world: &World, outcome: Outcome<Navigation>) -> Outcome<Navigation> {
    let client = Client::new("app", 10);
    let shown = prompt(client.answer(world, &prompt(outcome), Client::login()));
    let scope = shown.permissions.scope.to_string();
    client.answer(world, &shown, UserDecision::consented(Scope::parse(&scope).unwrap(), false))
}

/// Where the parameters of a response are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Query,
    Fragment,
    Form,
}

/// The place of the parameters, and the parameters.
pub fn parameters(response: &Response) -> (Found, BTreeMap<String, String>) {
    let pairs = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    if let Some(location) = response.headers().get("location") {
        assert_eq!(response.status(), 303);
        let location = location.to_str().unwrap();
        let rest = location.strip_prefix(REDIRECT).unwrap_or_else(|| panic!("{location}"));
        return match rest.split_at(1) {
            ("?", query) => (Found::Query, pairs(query)),
            ("#", fragment) => (Found::Fragment, pairs(fragment)),
            _ => panic!("{location}"),
        };
    }
    let page = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(page.contains(&format!("<form method=\"post\" action=\"{REDIRECT}\">")), "{page}");
    let inputs = page.split("<input type=\"hidden\" name=\"").skip(1).map(|input| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        let value = rest.split_once('"').unwrap().0.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<");
        (name.to_owned(), value.replace("&amp;", "&"))
    });
    (Found::Form, inputs.collect())
}

/// The claims of a JWT that the server signed with its key.
pub fn signed(world: &World, jwt: &str) -> Object {
    let jws = Jws::parse(jwt).unwrap();
    assert_eq!(jws.verify(&world.key.public(), Algorithms::ALL_ASYMMETRIC, aws_lc()), Ok(()));
    jws.claims().map(Claims::into_members).unwrap()
}

/// The names of the parameters.
pub fn names(parameters: &BTreeMap<String, String>) -> String {
    parameters.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Redeems a code of the application.
pub fn redeem(world: &World, code: &str) -> Outcome {
    let form = [
        ("client_id", "app"),
        ("client_secret", SECRET),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", super::client::VERIFIER),
    ];
    world.drive(world.server.token_request(Inbound::new(&post(&form)), world.context()))
}

/// Asks userinfo with a bearer token.
pub fn userinfo(world: &World, token: &str) -> Outcome {
    let request = http::Request::get("/").header("authorization", format!("Bearer {token}")).body(Bytes::new()).unwrap();
    world.drive(world.server.userinfo_request(Inbound::new(&request), world.context()))
}
