//! Where each error is delivered (to the client, on a page, through the browser, or as a challenge), and with which status.

use super::{Answer, ending};
use crate::support::client::{Client, REDIRECT, VERIFIER, pairs, with_proof};
use crate::support::refusal::{header, posted};
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::scope::Scope;
use fapi::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Registered errors that the library never returns.
const NEVER_TOLD: &[&str] = &["account_selection_required", "interaction_required", "unsupported_token_type"];

#[derive(Default)]
struct Table(RefCell<BTreeSet<String>>);

impl Table {
    /// Adds the outcome of a step that ends in an error.
    fn note<R: Answer>(&self, outcome: &Outcome<R>) {
        let response = outcome.reply.response().unwrap_or_else(|| panic!("no error: {:?}", outcome.event));
        assert!(outcome.event.disposition != Disposition::Accepted, "no error: {:?}", outcome.event);
        let headers = response.headers();
        let how = match header(&response, "content-type") {
            _ if headers.contains_key("location") => "through the browser".into(),
            html if html.starts_with("text/html") => "on a page".into(),
            json if json == "application/json" => "as JSON".into(),
            none => format!("without body{none}"),
        };
        let schemes: Vec<_> = headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
        let schemes = schemes.iter().map(|value| format!(", asks for {}", value.split(' ').next().unwrap_or_default()));
        let others = ["allow", "retry-after", "dpop-nonce"].iter().filter(|name| headers.contains_key(**name));
        let others = others.map(|name| format!(", {name}"));
        let error = Some(ending(outcome)).filter(|error| !error.is_empty()).unwrap_or("no error".into());
        let (status, endpoint) = (response.status().as_u16(), outcome.event.endpoint);
        let line = format!("{error} at {endpoint}: {status} {how}{}", schemes.chain(others).collect::<String>());
        self.0.borrow_mut().insert(line);
    }
}

fn pushed(table: &Table, world: &World, client: &Client) {
    for (name, value) in [
        ("response_type", None),
        ("response_type", Some("token")),
        ("redirect_uri", Some("https://client.example/other")),
        ("scope", Some("unknown")),
        ("request", Some("e30.e30.e30")),
        ("registration", Some("{}")),
        ("resource", Some("https://other.example")),
        ("code_challenge", None),
        ("client_assertion", Some("e30.e30.e30")),
        ("id_token_hint", Some("e30.e30.e30")),
    ] {
        table.note(&client.push(world, &[(name, value)]));
    }
}

/// Parameters in the query, so that every check happens at the front channel.
fn addressed(table: &Table, world: &World) {
    let app = Client::new("app", 10);
    let authorize = |changes: &[(&str, Option<&str>)]| {
        let mut parameters = app.push_parameters();
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
        }
        let request = get(&pairs(&parameters));
        table.note(&world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    };
    for (name, value) in [
        ("client_id", Some("nobody")),
        ("redirect_uri", Some("https://client.example/other")),
        ("response_mode", Some("fragment")),
        ("response_type", None),
        ("response_type", Some("token")),
        ("scope", Some("unknown")),
        ("code_challenge", None),
        ("request", Some("e30.e30.e30")),
        ("request_uri", Some("https://client.example/request")),
        ("registration", Some("{}")),
        ("prompt", Some("none")),
        ("prompt", Some("none login")),
        ("max_age", Some("-1")),
        ("resource", Some("https://other.example")),
    ] {
        authorize(&[(name, value)]);
    }
    authorize(&[("request_uri", Some("urn:ietf:params:oauth:request_uri:unknown"))]);
    let put = http::Request::put("/").body(bytes::Bytes::new()).unwrap();
    table.note(&world.drive(world.server.authorization_request(Inbound::new(&put), world.context())));
    let limited = Inbound::new(&put).admission(Admission::Limited { retry_after: 9 });
    table.note(&world.drive(world.server.authorization_request(limited, world.context())));
    let long = get(&[("state", &"a".repeat(20_000))]);
    table.note(&world.drive(world.server.authorization_request(Inbound::new(&long), world.context())));
}

fn on_pages(table: &Table, world: &World, client: &Client) {
    let present = |changes: &[(&str, Option<&str>)], session: Option<&SessionHandle>| {
        client.present(world, &member(&client.push(world, changes).reply, "request_uri"), session)
    };
    let shown = prompt(present(&[], None));
    let wrong = post(&[]);
    let answer = |inbound: Inbound<'_>| world.server.answer(inbound, &shown.id, UserDecision::Denied, world.context());
    table.note(&world.drive(answer(Inbound::new(&wrong))));
    let logged_in = client.answer(world, &shown, Client::login());
    let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("a session") };
    table.note(&client.answer(world, &prompt(logged_in), UserDecision::Denied));
    table.note(&present(&[("prompt", Some("none"))], None));
    table.note(&present(&[("prompt", Some("none"))], Some(&session)));
    let request = present(&[("prompt", Some("select_account"))], Some(&session));
    assert_eq!(prompt(request).kind, PromptKind::SelectAccount);
    let strong = r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:strong"]}}}"#;
    let page = prompt(present(&[("claims", Some(strong))], None));
    table.note(&client.answer(world, &page, Client::login()));
    let bob = prompt(present(&[("claims", Some(r#"{"id_token":{"sub":{"value":"bob"}}}"#))], None));
    table.note(&client.answer(world, &bob, Client::login()));
    let uri = member(&client.push(world, &[]).reply, "request_uri");
    let (one, two) = (prompt(client.present(world, &uri, None)), prompt(client.present(world, &uri, None)));
    table.note(&client.answer(world, &one, UserDecision::Denied));
    table.note(&client.answer(world, &two, UserDecision::Denied));
}

fn tokens(table: &Table, world: &World, client: &Client) {
    let token = |parameters: &[(&str, &str)]| table.note(&client.token(world, parameters));
    token(&[("grant_type", "password")]);
    token(&[("grant_type", "urn:example:grant")]);
    token(&[]);
    token(&[("grant_type", "client_credentials"), ("scope", "openid")]);
    token(&[("grant_type", "client_credentials"), ("resource", "https://other.example")]);
    token(&[("grant_type", "refresh_token"), ("refresh_token", "unknown")]);
    table.note(&client.redeem(world, "unknown"));
    let proof = client.proof(world, "GET", "https://as.example/token");
    table.note(&client.token_with(world, &[("grant_type", "client_credentials")], Some(&proof)));
    let stranger = posted("client_id=nobody");
    let by_header = with_basic(posted(""));
    let put = http::Request::put("/").body(bytes::Bytes::new()).unwrap();
    let (large, limited) = (posted(vec![b'a'; 70_000]), Admission::Limited { retry_after: 9 });
    for inbound in
        [&stranger, &by_header, &put, &large].map(Inbound::new).into_iter().chain([Inbound::new(&put).admission(limited)])
    {
        table.note(&world.drive(world.server.token_request(inbound, world.context())));
        table.note(&world.drive(world.server.pushed_authorization_request(inbound, world.context())));
        table.note(&world.drive(world.server.introspection_request(inbound, world.context())));
        table.note(&world.drive(world.server.revocation_request(inbound, world.context())));
    }
    let other = Client::registered(world, "client-2", 12);
    let refresh = member(&client.redeem(world, &client.code(world, &[])).reply, "refresh_token");
    let request = other.token_request(world, &[("token", &refresh)], None);
    table.note(&world.drive(world.server.revocation_request(Inbound::new(&request), world.context())));
    let request = other.token_request(world, &[], None);
    table.note(&world.drive(world.server.introspection_request(Inbound::new(&request), world.context())));
}

fn with_basic(mut request: http::Request<bytes::Bytes>) -> http::Request<bytes::Bytes> {
    request.headers_mut().insert("authorization", "Basic YTpi".parse().unwrap());
    request
}

fn resources(table: &Table, world: &World, client: &Client) {
    let own = client.token(world, &[("grant_type", "client_credentials"), ("scope", "accounts")]).reply;
    let own = member(&own, "access_token");
    let with = |value: &str| http::Request::get("/").header("authorization", value).body(bytes::Bytes::new()).unwrap();
    let nothing = http::Request::get("/").body(bytes::Bytes::new()).unwrap();
    let payments = || RequiredAccess::scope(Scope::parse("payments").unwrap());
    let call = |request: &http::Request<bytes::Bytes>| {
        let inbound = Inbound::new(request).at(EndpointAddress::Resource("https://api.example/accounts"));
        table.note(&world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
            inbound,
            payments(),
            world.context(),
        )));
        table.note(&world.drive(world.server.userinfo_request(Inbound::new(request), world.context())));
    };
    for request in [nothing, with("Bearer abc"), with("DPoP abc"), with("Bearer a b"), with(&format!("Bearer {own}"))] {
        call(&request);
    }
    call(&client.resource_request(world, &own, "https://api.example/elsewhere"));
    call(&client.resource_request(world, &own, "https://api.example/accounts"));
    call(&client.resource_request(world, &own, "https://as.example/userinfo"));
    let put = http::Request::put("/").body(bytes::Bytes::new()).unwrap();
    table.note(&world.drive(world.server.userinfo_request(Inbound::new(&put), world.context())));
    let large = posted(vec![b'a'; 70_000]);
    call(&large);
    *world.nonces.borrow_mut() = Some(DpopNonces { current: "a-nonce".into(), accepted: vec![] });
    call(&client.resource_request(world, &own, "https://api.example/accounts"));
    table.note(&client.token(world, &[("grant_type", "client_credentials")]));
    let mut request = client.token_request(world, &client_parameters(client), None);
    request = with_proof(request, Some(&client.proof(world, "POST", "https://as.example/par")));
    table.note(&world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context())));
    world.nonces.replace(None);
}

fn client_parameters(client: &Client) -> [(&'static str, &str); 3] {
    [("client_id", &client.id), ("response_type", "code"), ("redirect_uri", REDIRECT)]
}

fn enrolment(table: &Table, world: &World) {
    let client = |method| ClientMetadata::new("client-3", method);
    let mut without_keys = client(Method::PrivateKeyJwt);
    without_keys.redirect_uris = vec![REDIRECT.into()];
    for metadata in [client(Method::PrivateKeyJwt), without_keys] {
        table.note(&world.register(metadata, None));
    }
}

/// All effects of the host fail.
fn outages(table: &Table, world: &World, client: &Client) {
    let code = client.code(world, &[]);
    let issued = client.redeem(world, &code).reply;
    let (access, refresh) = (member(&issued, "access_token"), member(&issued, "refresh_token"));
    let uri = member(&client.push(world, &[]).reply, "request_uri");
    let shown = prompt(client.present(world, &uri, None));
    for what in ["load", "commit"] {
        world.down.set(what);
        table.note(&client.push(world, &[]));
        table.note(&client.present(world, &uri, None));
        table.note(&client.answer(world, &shown, Client::login()));
        table.note(&client.token(world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]));
        table.note(&client.userinfo(world, &access));
        table.note(&client.resource(world, &access));
        let request = client.token_request(world, &[("token", &refresh)], None);
        table.note(&world.drive(world.server.introspection_request(Inbound::new(&request), world.context())));
        table.note(&world.drive(world.server.revocation_request(Inbound::new(&request), world.context())));
        table.note(&world.drive(world.server.revoke_subject("alice", world.context())));
        table.note(&world.register(client.metadata(), None));
        world.down.set("");
    }
    // A subject that hosts must not name.
    let nameless = UserDecision::LoggedIn(Authentication::of(""));
    table.note(&client.answer(world, &shown, nameless));
    let request = client.token_request(world, &[("grant_type", "client_credentials")], None);
    let Step::Load(_, then) = world.server.token_request(Inbound::new(&request), world.context()) else { panic!("a load") };
    let Step::Done(outcome) = then.resume(Ok(vec![])) else { panic!("the exchange ends") };
    table.note(&outcome);
}

#[test]
fn errors_and_where_they_are_delivered() {
    let table = Table::default();
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    pushed(&table, &world, &client);
    on_pages(&table, &world, &client);
    tokens(&table, &world, &client);
    resources(&table, &world, &client);
    enrolment(&table, &world);
    outages(&table, &world, &client);

    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec![REDIRECT.into()];
    world.registered(metadata.clone(), None);
    addressed(&table, &world);
    // The client may not use refresh tokens.
    let refresh = post(&[("client_id", "app"), ("grant_type", "refresh_token"), ("code_verifier", VERIFIER)]);
    table.note(&world.drive(world.server.token_request(Inbound::new(&refresh), world.context())));
    table.note(&world.register(under_fapi2(metadata), None));

    let table = table.0.into_inner();
    let told: BTreeSet<_> = table.iter().filter_map(|line| line.split(' ').next()).collect();
    assert!(NEVER_TOLD.iter().all(|error| !told.contains(error)));
    insta::assert_snapshot!("error_delivery", table.into_iter().collect::<Vec<_>>().join("\n"));
}
