//! A response type returns the code, the access token and the ID token that it names, each bound to the others by its hash.

use crate::support::client::Client;
use crate::support::front::*;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{Json, Object, base64url};
use fapi::policy::{FAPI2_SECURITY, OAUTH, OPENID, Policy, RFC6749, ResponseType};
use fapi::primitives::{Hash, aws_lc};
use fapi::*;

const ALL: [&str; 7] = ["code", "id_token", "token", "id_token token", "code id_token", "code token", "code id_token token"];

/// A server that serves every response type.
fn world() -> World {
    front(RFC6749.policy(), &ALL)
}

fn half(value: &str) -> Json {
    base64url::encode(&aws_lc().digest(Hash::Sha256, value.as_bytes())[..16]).into()
}

fn claim<'a>(claims: &'a Object, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Json::as_str)
}

#[test]
fn each_returns_what_it_names_with_state_and_issuer() {
    let world = world();
    for (response_type, found, expected) in [
        ("code", Found::Query, "code iss state"),
        ("id_token", Found::Fragment, "id_token iss state"),
        ("token", Found::Fragment, "access_token expires_in iss scope state token_type"),
        ("token id_token", Found::Fragment, "access_token expires_in id_token iss scope state token_type"),
        ("id_token code", Found::Fragment, "code id_token iss state"),
        ("code token", Found::Fragment, "access_token code expires_in iss scope state token_type"),
        ("code id_token token", Found::Fragment, "access_token code expires_in id_token iss scope state token_type"),
    ] {
        let outcome = allow(&world, ask(&world, &[("response_type", Some(response_type))]));
        let issued = outcome.event.issued.clone().unwrap();
        let (place, all) = parameters(&response(outcome));
        assert_eq!((place, &*names(&all)), (found, expected), "{response_type}");
        assert_eq!((all["state"].as_str(), all["iss"].as_str()), ("a state", ISSUER));
        assert_eq!((issued.id_token, issued.refresh_token), (all.contains_key("id_token"), false), "{response_type}");
        assert_eq!(issued.access_token.is_some(), all.contains_key("access_token"), "{response_type}");
        if let Some(token) = all.get("access_token") {
            assert_eq!((&*all["token_type"], &*all["expires_in"], &*all["scope"]), ("Bearer", "300", "openid email accounts"));
            assert_eq!(userinfo(&world, token).reply.status(), 200, "{response_type}");
        }
    }
}

/// An access token in the address bar is bound to nobody, and may be shorter than the others of its API.
#[test]
fn an_access_token_lives_as_long_as_its_api_says() {
    for (for_web, front) in [(None, "300"), (Some(60), "60")] {
        let mut settings = settings(RFC6749.policy());
        settings.apis[0].token_lifetime_for_web = for_web;
        let world = World::with(settings);
        world.registered(app(&ALL), Some(SECRET));
        for response_type in ["token", "id_token token", "code token", "code id_token token"] {
            let (_, all) = parameters(&response(allow(&world, ask(&world, &[("response_type", Some(response_type))]))));
            assert_eq!(all["expires_in"], front, "{response_type}");
            if let Some(code) = all.get("code") {
                let body: serde_json::Value = serde_json::from_slice(redeem(&world, code).reply.body()).unwrap();
                assert_eq!(body["expires_in"], 300, "{response_type}");
            }
        }
        let (_, all) = parameters(&response(allow(&world, ask(&world, &[("response_type", Some("token"))]))));
        for (seconds, status) in [(59, 200), (1, if for_web.is_some() { 401 } else { 200 })] {
            world.pass(seconds);
            assert_eq!(userinfo(&world, &all["access_token"]).reply.status(), status, "{for_web:?} after {seconds} s");
        }
    }
}

#[test]
fn an_id_token_names_the_values_beside_it_by_their_hashes() {
    let world = world();
    for response_type in ["id_token", "id_token token", "code id_token", "code id_token token"] {
        for state in [Some("a state"), None] {
            let asked = [("response_type", Some(response_type)), ("state", state), ("prompt", Some("login"))];
            let (_, all) = parameters(&response(allow(&world, ask(&world, &asked))));
            let claims = signed(&world, &all["id_token"]);
            for (hash, value) in [("c_hash", "code"), ("at_hash", "access_token"), ("s_hash", "state")] {
                let expected = all.get(value).map(|value| half(value));
                assert_eq!(claims.get(hash), expected.as_ref(), "{response_type}: {hash}");
            }
            let told = ["iss", "sub", "aud", "nonce"].map(|name| claim(&claims, name));
            assert_eq!(told, [Some(ISSUER), Some("alice"), Some("app"), Some("a nonce")]);
        }
    }
}

#[test]
fn both_id_tokens_describe_the_same_login() {
    let world = world();
    let claims = r#"{"id_token":{"email":null,"auth_time":{"essential":true}}}"#;
    let asked = [("response_type", Some("code id_token token")), ("claims", Some(claims)), ("max_age", Some("100"))];
    let (_, all) = parameters(&response(allow(&world, ask(&world, &asked))));
    let front = signed(&world, &all["id_token"]);
    let redeemed = redeem(&world, &all["code"]);
    let back = signed(&world, &member(&redeemed.reply, "id_token"));
    for name in ["iss", "sub", "aud", "auth_time", "nonce", "acr", "amr"] {
        assert_eq!(front.get(name), back.get(name), "{name}");
    }
    assert!(front.contains("auth_time"));
    // The front channel tells fewer claims about the user.
    assert_eq!((front.get("email"), claim(&back, "email")), (None, Some("alice's email")));
}

#[test]
fn claims_of_the_scope_are_in_the_id_token_only_without_an_access_token() {
    let world = world();
    let claims = Some(r#"{"id_token":{"name":null}}"#);
    for (response_type, email, name) in
        [("id_token", true, true), ("id_token token", false, true), ("code id_token", false, false), ("code", false, true)]
    {
        let asked = [("response_type", Some(response_type)), ("claims", claims)];
        let (_, all) = parameters(&response(allow(&world, ask(&world, &asked))));
        let told = match all.get("id_token") {
            Some(id_token) => signed(&world, id_token),
            None => signed(&world, &member(&redeem(&world, &all["code"]).reply, "id_token")),
        };
        assert_eq!((told.contains("email"), told.contains("name")), (email, name), "{response_type}");
    }
}

#[test]
fn an_id_token_needs_a_nonce_and_the_scope_openid() {
    let world = world();
    for response_type in ALL {
        let parsed = ResponseType::parse(response_type).unwrap();
        let id = if parsed.has_code() { "OIDCC-3.3.2.1-1" } else { "OIDCC-3.2.2.1-1" };
        for (changes, id) in [(("nonce", None), id), (("scope", Some("accounts")), "OIDCC-3.1.2.1-2")] {
            let outcome = ask(&world, &[("response_type", Some(response_type)), changes]);
            if !parsed.has_id_token() {
                prompt(outcome);
                continue;
            }
            assert_eq!(ids(&outcome), [id], "{response_type} {changes:?}");
            let (place, all) = parameters(&response(outcome));
            assert_eq!((place, &*all["error"], &*all["state"]), (Found::Fragment, "invalid_request", "a state"));
        }
    }
}

#[test]
fn a_user_who_does_not_allow_openid_is_identified_to_nobody() {
    let world = world();
    let client = Client::new("app", 10);
    for (response_type, refused) in [("code id_token", true), ("code", false)] {
        let shown =
            prompt(client.answer(&world, &prompt(ask(&world, &[("response_type", Some(response_type))])), Client::login()));
        let outcome = client.answer(&world, &shown, Client::consent("accounts"));
        assert_eq!(ids(&outcome).contains(&"OIDCC-3.1.2.1-2"), refused, "{response_type}");
        let (_, all) = parameters(&response(outcome));
        assert_eq!(all.get("error").map(String::as_str), refused.then_some("access_denied"));
        assert_eq!(all.contains_key("code"), !refused);
    }
}

#[test]
fn the_current_practice_allows_no_access_token_in_the_front_channel() {
    let registered = app(&["code", "id_token", "code id_token"]);
    let world = World::new(OAUTH.policy());
    world.registered(registered, Some(SECRET));
    for response_type in ["code", "id_token", "code id_token"] {
        prompt(ask(&world, &[("response_type", Some(response_type))]));
    }
    for response_type in ["token", "id_token token", "code token", "code id_token token"] {
        let outcome = ask(&world, &[("response_type", Some(response_type))]);
        assert_eq!(ids(&outcome), ["RFC9700-2.1.2-1"], "{response_type}");
        let (place, all) = parameters(&response(outcome));
        assert_eq!((place, &*all["error"]), (Found::Fragment, "unsupported_response_type"));
        let words = "response_type is not allowed here; allowed: code, id_token, code id_token. (RFC9700-2.1.2-1)";
        assert_eq!(all["error_description"], words);
    }
}

#[test]
fn response_types_that_nobody_serves_are_refused_under_every_policy() {
    for policy in [RFC6749.policy(), Policy::default(), OPENID.policy()] {
        let world = front(policy, &ALL);
        for (response_type, found) in
            [("none", Found::Query), ("saml", Found::Query), ("code code", Found::Query), ("token token", Found::Fragment)]
        {
            let outcome = ask(&world, &[("response_type", Some(response_type))]);
            assert_eq!(ids(&outcome), ["RFC6749-3.1.1-1"], "{response_type}");
            let (place, all) = parameters(&response(outcome));
            assert_eq!((place, &*all["error"]), (found, "unsupported_response_type"), "{response_type}");
            assert!(
                all["error_description"].contains("allowed: code, id_token, token, id_token token, code id_token, "),
                "{all:?}"
            );
        }
    }
}

#[test]
fn a_token_that_must_be_bound_to_its_sender_is_not_returned() {
    let bound = |policy: Policy| World::new(policy.tighten(&RFC6749.policy()).unwrap());
    let mut only_sender = Policy::default();
    only_sender.sender_constraint = FAPI2_SECURITY.policy().sender_constraint;
    let world = bound(only_sender);
    let refusal = world.register(app(&["code token"]), Some(SECRET));
    refused(&refusal, 400, "invalid_client_metadata", &["FAPI2-SP-5.3.2.1-4"]);
    world.registered(app(&["code", "code id_token"]), Some(SECRET));
    prompt(ask(&world, &[("response_type", Some("code id_token"))]));

    // The client's own rule counts as well.
    let world = world_of_a_bound_client();
    let outcome = ask(&world, &[("response_type", Some("code token"))]);
    assert_eq!(ids(&outcome)[0], "RFC9449-5.2-1", "{:?}", ids(&outcome));
    assert_eq!(parameters(&response(outcome)).1["error"], "unsupported_response_type");
}

/// A client that began to bind its tokens after it was registered for one that cannot be bound is refused at its registration, so the
/// profile of an API does it here.
fn world_of_a_bound_client() -> World {
    use fapi::policy::{Conjunct, Profile, SenderConstraints};
    use fapi::requirement::rfc9449;
    static BOUND: Profile = Profile::new("bound", "Bound tokens")
        .sender_constraint(&[Conjunct::new(SenderConstraints::DPOP, &rfc9449::CLIENT_ALWAYS_PROVES)]);
    let mut settings = settings(RFC6749.policy());
    settings.profiles = fapi::policy::Profiles::default().with(&BOUND);
    settings.apis[0].profiles = vec![BOUND.id()];
    let world = World::with(settings);
    world.registered(app(&ALL), Some(SECRET));
    world
}

#[test]
fn without_a_code_there_is_neither_pkce_nor_offline_access() {
    let world = front(OAUTH.policy(), &["id_token", "code"]);
    let asked = [
        ("code_challenge", None),
        ("code_challenge_method", None),
        ("scope", Some("openid offline_access")),
        ("prompt", Some("consent")),
    ];
    for (response_type, scope) in [("id_token", "openid"), ("code", "openid offline_access")] {
        let shown = prompt(ask(&world, &[&[("response_type", Some(response_type))], &asked[..]].concat()));
        assert_eq!(shown.permissions.scope.to_string(), scope, "{response_type}");
    }
}

#[test]
fn a_replayed_code_revokes_the_token_that_came_with_it() {
    let world = world();
    let (_, all) = parameters(&response(allow(&world, ask(&world, &[("response_type", Some("code token"))]))));
    let early = &all["access_token"];
    let redeemed = redeem(&world, &all["code"]);
    let late = member(&redeemed.reply, "access_token");
    assert!([early, &late].iter().all(|token| userinfo(&world, token).reply.status() == 200));
    refused(&redeem(&world, &all["code"]), 400, "invalid_grant", &["RFC6749-4.1.2-2", "FAPI2-SP-5.3.2.2-9", "RFC9700-4.2.4-1"]);
    assert!([early, &late].iter().all(|token| userinfo(&world, token).reply.status() == 401));
}

#[test]
fn a_code_ends_with_the_grant_of_the_token_that_came_with_it() {
    let world = world();
    let outcome = allow(&world, ask(&world, &[("response_type", Some("code token"))]));
    let grant = outcome.event.issued.as_ref().and_then(|issued| issued.grant.clone()).unwrap();
    let (_, all) = parameters(&response(outcome));
    let revoked = world.drive(world.server.revoke_grant(&grant, world.context()));
    assert_eq!(revoked.event.disposition, Disposition::Accepted);
    assert_eq!(userinfo(&world, &all["access_token"]).reply.status(), 401);
    refused(&redeem(&world, &all["code"]), 400, "invalid_grant", &["RFC6749-5.2-5"]);
}

#[test]
fn the_host_changes_the_scope_once_for_both_tokens() {
    let mut settings = settings(RFC6749.policy());
    settings.switches.hooks = true;
    let world = World::with(settings);
    world.registered(app(&ALL), Some(SECRET));
    for (hook, scope) in [(Some("payments"), "openid email payments"), (None, "openid email accounts")] {
        *world.hook.borrow_mut() = hook.map(|scope| scope.parse().unwrap());
        world.customized.borrow_mut().clear();
        let (_, all) = parameters(&response(allow(&world, ask(&world, &[("response_type", Some("code token"))]))));
        assert_eq!((&*all["scope"], world.customized.borrow().len()), (scope, 1));
        let redeemed = redeem(&world, &all["code"]);
        assert_eq!((&*member(&redeemed.reply, "scope"), world.customized.borrow().len()), (scope, 1));
    }
}

#[test]
fn what_was_registered_and_allowed_before_must_still_be_so() {
    for (response_types, id) in [(&["code"][..], "RFC6749-5.2-6"), (&["code", "code id_token"], "")] {
        let world = front(OAUTH.policy(), &["code", "code id_token"]);
        let client = Client::new("app", 10);
        let shown =
            prompt(client.answer(&world, &prompt(ask(&world, &[("response_type", Some("code id_token"))])), Client::login()));
        world.registered(app(response_types), Some(SECRET));
        let outcome = client.answer(&world, &shown, Client::consent("openid"));
        assert_eq!(ids(&outcome).first().copied().unwrap_or_default(), id);
    }
}

#[test]
fn errors_of_the_user_are_told_where_the_response_would_be() {
    let world = world();
    let client = Client::new("app", 10);
    for (response_type, found) in
        [("code", Found::Query), ("id_token token", Found::Fragment), ("code id_token", Found::Fragment)]
    {
        let denied = client.answer(&world, &prompt(ask(&world, &[("response_type", Some(response_type))])), UserDecision::Denied);
        let (place, all) = parameters(&response(denied));
        assert_eq!((place, &*names(&all)), (found, "error error_description iss state"), "{response_type}");
        assert_eq!(all["error"], "access_denied");
    }
}

#[test]
fn a_refused_registration_says_what_is_missing() {
    let world = World::new(OAUTH.policy());
    let mut without = app(&["code", "code id_token"]);
    without.grant_types.retain(|grant| *grant != GrantType::Implicit);
    refused(&world.register(without, Some(SECRET)), 400, "invalid_client_metadata", &["OIDCR-2-3", "RFC7591-2.1-1"]);
    let mut alone = app(&["id_token"]);
    alone.grant_types = vec![GrantType::Implicit];
    world.registered(alone.clone(), Some(SECRET));
    alone.redirect_uris.clear();
    refused(&world.register(alone, Some(SECRET)), 400, "invalid_redirect_uri", &["RFC6749-3.1.2.2-1"]);
    for tokens in [app(&["code", "code token"]), app(&["token"])] {
        refused(&world.register(tokens.clone(), Some(SECRET)), 400, "invalid_client_metadata", &["RFC9700-2.1.2-1"]);
        World::new(RFC6749.policy()).registered(tokens, Some(SECRET));
    }
    for unserved in ["none", "saml"] {
        refused(&world.register(app(&["code", unserved]), Some(SECRET)), 400, "invalid_client_metadata", &["RFC6749-3.1.1-1"]);
    }
}
