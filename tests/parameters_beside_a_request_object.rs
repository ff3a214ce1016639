//! Parameters beside a request object have no effect, or fill in for missing ones, or may not be there: the policy decides.

use crate::support::client::{CHALLENGE, Client};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::Json;
use fapi::policy::{Conjunct, OAUTH, OPENID, OutsideRule, Policy, Profile, Rule};
use fapi::requirement::rfc9101;
use fapi::*;

fn world(policy: Policy) -> (World, Client) {
    let world = World::new(policy);
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

fn refusing() -> Policy {
    let mut policy = OAUTH.policy();
    policy.outside_parameters = Rule::default().because(OutsideRule::Refused, &rfc9101::NO_MISMATCH);
    policy
}

#[test]
fn they_have_no_effect() {
    let (world, client) = world(OAUTH.policy());
    let object = client.object(&world, &[("state", None), ("nonce", None)]);
    let beside = [("state", "outside"), ("nonce", "outside"), ("prompt", "none"), ("redirect_uri", "https://evil.example/cb")];
    let shown = prompt(client.present_object(&world, &object, &beside));
    assert_eq!(shown.redirect_uri.as_deref(), Some(client::REDIRECT));
    let answered = match client.answer(&world, &shown, Client::login()).reply {
        Navigation::Interact(shown) => response(client.answer(&world, &shown, Client::consent("openid accounts"))),
        Navigation::Respond(answered) => answered,
        Navigation::Inform(page) => page.response(),
    };
    assert_eq!(redirected(&answered, "state"), None);
    assert!(redirected(&answered, "code").is_some());
    assert_eq!(client.push_object(&world, &object, &beside).reply.status(), 201);
    let object = client.object(&world, &[("code_challenge", None), ("code_challenge_method", None), ("redirect_uri", None)]);
    for beside in
        [&[("redirect_uri", client::REDIRECT)][..], &[("code_challenge", CHALLENGE), ("redirect_uri", client::REDIRECT)]]
    {
        let outcome = client.present_object(&world, &object, beside);
        refused(&outcome, 303, "invalid_request", &["OIDCC-3.1.2.1-3"]);
        refused(&client.push_object(&world, &object, beside), 400, "invalid_request", &["OIDCC-3.1.2.1-3"]);
    }
}

/// A request without scope gets the default one: not so if a scope was sent that does not count.
#[test]
fn a_scope_beside_it_is_none() {
    let (world, client) = world(OAUTH.policy());
    let object = client.object(&world, &[("scope", None)]);
    let outcome = client.present_object(&world, &object, &[("scope", "openid")]);
    refused(&outcome, 303, "invalid_request_object", &["RFC9101-10.7-1", "RFC9101-5-4"]);
    let outcome = client.push_object(&world, &object, &[("scope", "openid")]);
    refused(&outcome, 400, "invalid_request_object", &["RFC9101-10.7-1", "RFC9101-5-4"]);
    client.accepted_at_both(&world, &object);
    let object = client.object(&world, &[]);
    let shown = prompt(client.present_object(&world, &object, &[("scope", "openid payments")]));
    assert_eq!(shown.permissions.scope.to_string(), "openid accounts");
}

#[test]
fn they_fill_in_for_missing_ones() {
    let (world, client) = world(OPENID.policy());
    let object = client.object(&world, &[("state", None), ("scope", Some("openid".into())), ("client_id", None)]);
    let beside = [("response_type", "code"), ("scope", "openid accounts"), ("state", "outside"), ("nonce", "outside")];
    let shown = prompt(client.present_object(&world, &object, &beside));
    assert_eq!(shown.permissions.scope.to_string(), "openid", "the one inside overrides");
    let denied = response(client.answer(&world, &shown, UserDecision::Denied));
    assert_eq!(redirected(&denied, "state").as_deref(), Some("outside"));
    let object = client.object(&world, &[("redirect_uri", None), ("scope", None)]);
    let beside = [("response_type", "code"), ("scope", "openid"), ("redirect_uri", client::REDIRECT)];
    prompt(client.present_object(&world, &object, &beside));
}

/// A client whose requests must be signed has none of which a part is not.
#[test]
fn they_fill_in_for_nothing_where_requests_are_signed() {
    let world = World::new(OPENID.policy());
    let client = Client::new("client-1", 10);
    let mut by_metadata = client.metadata();
    by_metadata.require_signed_request_object = true;
    let mut terms = ClientTerms::default();
    terms.signed_request_object.required = true;
    let beside = [("response_type", "code"), ("scope", "openid"), ("state", "outside"), ("redirect_uri", client::REDIRECT)];
    for (registration, counts) in [
        (Registration::of(client.metadata()), true),
        (Registration::of(by_metadata), false),
        (Registration::of(client.metadata()).terms(terms), false),
    ] {
        world.registered(registration, None);
        let object = client.object(&world, &[("state", None)]);
        let denied = client.answer(&world, &prompt(client.present_object(&world, &object, &beside)), UserDecision::Denied);
        assert_eq!(redirected(&response(denied), "state").as_deref(), counts.then_some("outside"));
        let object = client.object(&world, &[("redirect_uri", None)]);
        let presented = client.present_object(&world, &object, &beside);
        match counts {
            true => drop(prompt(presented)),
            false => refused(&presented, 400, "invalid_request", &["OIDCC-3.1.2.1-3"]),
        }
    }
}

#[test]
fn openid_wants_a_request_that_is_one_without_the_object() {
    let (world, client) = world(OPENID.policy());
    let object = client.object(&world, &[]);
    let present = |beside: &[(&str, &str)]| client.present_object(&world, &object, beside);
    prompt(present(&[("response_type", "code"), ("scope", "openid")]));
    let outer = &["OIDCC-6.1-2"];
    refused(&present(&[("scope", "openid")]), 303, "invalid_request", outer);
    refused(&present(&[]), 303, "invalid_request", outer);
    refused(&present(&[("response_type", "id_token"), ("scope", "openid")]), 303, "invalid_request_object", outer);
    refused(&present(&[("response_type", "code"), ("scope", "accounts")]), 303, "invalid_request", outer);
    refused(&present(&[("response_type", "code")]), 303, "invalid_request", outer);
    let object = client.object(&world, &[("scope", Some("accounts".into()))]);
    prompt(client.present_object(&world, &object, &[("response_type", "code")]));
}

#[test]
fn a_pushed_request_object_counts_alone() {
    let (world, client) = world(OPENID.policy());
    let object = client.object(&world, &[("redirect_uri", None)]);
    let beside = [("redirect_uri", client::REDIRECT), ("response_type", "code"), ("scope", "openid")];
    refused(&client.push_object(&world, &object, &beside), 400, "invalid_request", &["OIDCC-3.1.2.1-3"]);
    prompt(client.present_object(&world, &object, &beside));
    let object = client.object(&world, &[]);
    assert_eq!(client.push_object(&world, &object, &[]).reply.status(), 201);
}

#[test]
fn they_may_not_be_there() {
    let (world, client) = world(refusing());
    let object = client.object(&world, &[]);
    client.accepted_at_both(&world, &object);
    for beside in [("state", "a state"), ("colour", "blue")] {
        refused(&client.present_object(&world, &object, &[beside]), 303, "invalid_request", &["RFC9101-10.7-1"]);
        refused(&client.push_object(&world, &object, &[beside]), 400, "invalid_request", &["RFC9101-10.7-1"]);
    }
}

/// An API whose rules do not allow to merge refuses a request that was merged.
#[test]
fn the_rules_of_the_api_count_too() {
    static STRICT: Profile = Profile::new("strict", "Strict")
        .outside_parameters(&[Conjunct::new(OutsideRule::Ignored, &rfc9101::OBJECT_ALONE_COUNTS)]);
    let mut settings = settings(OPENID.policy());
    settings.profiles = settings.profiles.with(&STRICT);
    settings.apis[0].profiles = vec![STRICT.id()];
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let object = client.object(&world, &[("resource", Some(Json::from("https://api.example")))]);
    let outcome = client.present_object(&world, &object, &[("response_type", "code"), ("scope", "openid")]);
    refused(&outcome, 303, "invalid_request", &["RFC9101-5-4"]);
}
