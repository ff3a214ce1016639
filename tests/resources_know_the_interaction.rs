//! Resources and userinfo repeat the `x-fapi-interaction-id` of a request, or make one up; a rule demands the `x-fapi` headers.

use crate::support::client::Client;
use crate::support::refusal::{Told, refused};
use crate::support::*;
use fapi::policy::{Conjunct, InteractionRule, OAUTH, Profile};
use fapi::requirement::fapi1_base;
use fapi::scope::Scope;
use fapi::*;

const ID: &str = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";
const TARGET: &str = "https://api.example/accounts";

static WELL_FORMED: Profile = Profile::new("well_formed", "Well-formed headers")
    .interaction_headers(&[Conjunct::new(InteractionRule::WellFormed, &fapi1_base::CUSTOMER_ADDRESS)]);
static REQUIRED: Profile = Profile::new("required", "Required headers")
    .interaction_headers(&[Conjunct::new(InteractionRule::Required, &fapi1_base::INTERACTION_ID)]);

/// A server under these rules, and a token of its user.
fn begun(rules: &[&Profile]) -> (World, String) {
    let policy = rules.iter().fold(OAUTH.policy(), |policy, rule| policy.tighten(&rule.policy()).unwrap());
    let world = World::new(policy);
    let client = Client::registered(&world, "client-1", 10);
    let token = member(&client.redeem(&world, &client.code(&world, &[])).reply, "access_token");
    (world, token)
}

/// Calls the resource and userinfo; what each answers.
fn called(world: &World, token: &str, headers: &[(&str, &str)]) -> [Outcome; 2] {
    let client = Client::new("client-1", 10);
    let sent = |target: &str| {
        let mut request = client.resource_request(world, token, target);
        for (name, value) in headers {
            request.headers_mut().append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        request
    };
    let request = sent(TARGET);
    let inbound = Inbound::new(&request).at(EndpointAddress::Resource(TARGET));
    let needed = RequiredAccess::scope(Scope::parse("accounts").unwrap());
    let server = world.server.resource_server("https://api.example").expect("an API");
    let protected = world.drive(server.protect(inbound, needed, world.context())).map(|access| match access {
        Access::Allowed(authorized) => http::Response::builder()
            .header("x-fapi-interaction-id", authorized.interaction_id)
            .body(bytes::Bytes::new())
            .unwrap(),
        Access::Denied(response) => response,
    });
    let request = sent(&format!("{ISSUER}/userinfo"));
    [protected, world.drive(world.server.userinfo_request(Inbound::new(&request), world.context()))]
}

#[track_caller]
fn id(outcome: &Outcome) -> String {
    let told = outcome.reply.headers().get_all("x-fapi-interaction-id").iter().collect::<Vec<_>>();
    let [id] = told[..] else { panic!("{told:?}") };
    let id = id.to_str().unwrap().to_owned();
    assert_eq!(outcome.event.interaction_id.as_ref(), Some(&id), "the event has it too");
    id
}

#[test]
fn the_id_of_the_request_comes_back_as_it_was_sent() {
    let (world, token) = begun(&[]);
    for sent in [ID, "C770AEF3-6784-41F7-8E0E-FF5F97BDDB3A", "not a uuid <&>"] {
        for outcome in called(&world, &token, &[("x-fapi-interaction-id", sent)]) {
            assert_eq!((outcome.reply.status().as_u16(), id(&outcome)), (200, sent.to_owned()));
        }
        for outcome in called(&world, "unknown", &[("x-fapi-interaction-id", sent)]) {
            assert_eq!((outcome.reply.status().as_u16(), id(&outcome)), (401, sent.to_owned()));
        }
    }
    let [_, userinfo] = called(&world, &token, &[("x-fapi-interaction-id", ID), ("x-fapi-interaction-id", "other")]);
    assert_eq!(id(&userinfo), ID);
}

#[test]
fn without_one_each_response_has_a_new_random_uuid() {
    let (world, token) = begun(&[]);
    let mut made: Vec<String> =
        [&*token, "unknown"].iter().flat_map(|token| called(&world, token, &[])).map(|it| id(&it)).collect();
    for id in &made {
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id}");
        assert!(id.bytes().all(|octet| octet == b'-' || octet.is_ascii_digit() || (b'a'..=b'f').contains(&octet)), "{id}");
        assert!(id.as_bytes()[14] == b'4' && b"89ab".contains(&id.as_bytes()[19]), "random, of the variant of RFC 4122: {id}");
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 4);
}

#[test]
fn endpoints_without_access_tokens_have_none() {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let pushed = client.push(&world, &[]);
    assert_eq!((pushed.event.interaction_id, pushed.reply.told().headers().get("x-fapi-interaction-id")), (None, None));
}

#[test]
fn a_rule_demands_headers_with_the_syntax_of_fapi_1() {
    let malformed: &[(&str, &str)] = &[
        ("x-fapi-interaction-id", "c4f0"),
        ("x-fapi-interaction-id", ""),
        ("x-fapi-customer-ip-address", "host.example"),
        ("x-fapi-customer-ip-address", "198.51.100.119, 198.51.100.120"),
        ("x-fapi-auth-date", "2012-09-11T19:43:31Z"),
    ];
    let (open, open_token) = begun(&[]);
    let (world, token) = begun(&[&WELL_FORMED]);
    for header in malformed {
        for outcome in called(&open, &open_token, &[*header]) {
            assert_eq!(outcome.reply.status(), 200, "{header:?}");
        }
        for outcome in called(&world, &token, &[*header]) {
            refused(&outcome, 400, "invalid_request", &["FAPI1-BASE-6.2.1-13"]);
        }
    }
    for outcome in called(&world, &token, &[("x-fapi-interaction-id", ID), ("x-fapi-interaction-id", ID)]) {
        refused(&outcome, 400, "invalid_request", &["FAPI1-BASE-6.2.1-13"]);
    }
    for headers in [
        &[][..],
        &[("x-fapi-interaction-id", ID)],
        &[("x-fapi-customer-ip-address", "198.51.100.119")],
        &[("x-fapi-customer-ip-address", "2001:DB8::1893:25c8:1946"), ("x-fapi-auth-date", "Tue, 11 Sep 2012 19:43:31 GMT")],
    ] {
        for outcome in called(&world, &token, headers) {
            assert_eq!(outcome.reply.status(), 200, "{headers:?} {:?}", outcome.event);
        }
    }
}

#[test]
fn a_rule_demands_the_id() {
    let (world, token) = begun(&[&REQUIRED]);
    for outcome in called(&world, &token, &[("x-fapi-interaction-id", ID)]) {
        assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
    }
    for outcome in called(&world, &token, &[("x-fapi-customer-ip-address", "::1")]) {
        refused(&outcome, 400, "invalid_request", &["FAPI1-BASE-6.2.1-11"]);
        assert_eq!(id(&outcome).len(), ID.len(), "the refusal has one");
    }
}
