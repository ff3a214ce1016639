//! Every kind of error as it is sent: status, headers, body.

use crate::support::client::Client;
use crate::support::refusal::{Told, posted};
use crate::support::*;
use fapi::scope::Scope;
use fapi::*;

fn wire(response: &Response) -> String {
    let mut lines = vec![response.status().to_string()];
    let mut headers: Vec<_> =
        response.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    headers.sort();
    lines.extend(headers);
    lines.push(String::from_utf8(response.body().to_vec()).unwrap());
    lines.join("\n")
}

fn begun() -> (World, Client) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

fn token(world: &World, request: &http::Request<bytes::Bytes>) -> String {
    wire(&world.drive(world.server.token_request(Inbound::new(request), world.context())).reply)
}

#[test]
fn an_error_is_named_in_logs_as_on_the_wire() {
    for (error, name) in [
        (ErrorCode::InvalidDpopProof, "invalid_dpop_proof"),
        (ErrorCode::MethodNotAllowed("POST"), "invalid_request"),
        (ErrorCode::TooManyRequests(7), "temporarily_unavailable"),
    ] {
        assert_eq!(error.to_string(), name);
    }
}

#[test]
fn to_the_client() {
    let (world, client) = begun();
    insta::assert_snapshot!("invalid_grant", wire(&client.redeem(&world, "unknown").reply));
    insta::assert_snapshot!("invalid_client", token(&world, &posted("client_id=nobody")));
    let mut request = posted("");
    request.headers_mut().insert("authorization", "Basic YTpi".parse().unwrap());
    insta::assert_snapshot!("invalid_client_by_header", token(&world, &request));
    let get = http::Request::get("/").body(bytes::Bytes::new()).unwrap();
    insta::assert_snapshot!("method_not_allowed", token(&world, &get));
    insta::assert_snapshot!("too_large", token(&world, &posted(vec![b'a'; 70_000])));
    let limited = Inbound::new(&request).admission(Admission::Limited { retry_after: 30 });
    let limited = world.drive(world.server.token_request(limited, world.context()));
    insta::assert_snapshot!("too_many_requests", wire(&limited.reply));
    *world.nonces.borrow_mut() = Some(DpopNonces { current: "a-nonce".into(), accepted: vec![] });
    insta::assert_snapshot!("use_dpop_nonce", wire(&client.token(&world, &[("grant_type", "client_credentials")]).reply));
    world.down.set("load");
    insta::assert_snapshot!("temporarily_unavailable", wire(&client.redeem(&world, "x").reply));
}

#[test]
fn through_the_browser() {
    let (world, client) = begun();
    let pushed = client.push(&world, &[("prompt", Some("none"))]);
    let outcome = client.present(&world, &member(&pushed.reply, "request_uri"), None);
    insta::assert_snapshot!("login_required", wire(&outcome.reply.told()));
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    insta::assert_snapshot!("access_denied", wire(&client.answer(&world, &shown, UserDecision::Denied).reply.told()));
}

#[test]
fn on_a_page() {
    let (world, client) = begun();
    insta::assert_snapshot!("page", wire(&client.present(&world, "urn:x", None).reply.told()));
    world.down.set("load");
    insta::assert_snapshot!("page_unavailable", wire(&client.present(&world, "urn:x", None).reply.told()));
}

#[test]
fn at_a_resource() {
    let (world, client) = begun();
    let protect = |request: &http::Request<bytes::Bytes>| {
        let needed = RequiredAccess::scope(Scope::parse("payments").unwrap());
        let inbound = Inbound::new(request).at(EndpointAddress::Resource("https://api.example/accounts"));
        wire(
            &world
                .drive(world.server.resource_server("https://api.example").expect("an API").protect(
                    inbound,
                    needed,
                    world.context(),
                ))
                .reply
                .told(),
        )
    };
    let with = |value: &str| http::Request::get("/").header("authorization", value).body(bytes::Bytes::new()).unwrap();
    insta::assert_snapshot!("no_token", protect(&http::Request::get("/").body(bytes::Bytes::new()).unwrap()));
    insta::assert_snapshot!("invalid_token", protect(&with("Bearer abc")));
    insta::assert_snapshot!("invalid_token_by_dpop", protect(&with("DPoP abc")));
    insta::assert_snapshot!("invalid_request", protect(&with("Bearer a b")));
    let issued = client.token(&world, &[("grant_type", "client_credentials"), ("scope", "accounts")]);
    let token = member(&issued.reply, "access_token");
    let request = client.resource_request(&world, &token, "https://api.example/accounts");
    insta::assert_snapshot!("insufficient_scope", protect(&request));
    let request = client.resource_request(&world, &token, "https://api.example/elsewhere");
    insta::assert_snapshot!("invalid_dpop_proof", protect(&request));
}

#[test]
fn at_registration() {
    let (world, _) = begun();
    let outcome = world.register(ClientMetadata::new("client-2", policy::AuthenticationMethod::PrivateKeyJwt), None);
    insta::assert_snapshot!("invalid_redirect_uri", wire(&outcome.reply.told()));
}
