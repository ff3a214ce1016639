//! Login, account selection and consent are prompted for when the request, the session or the client demands it, and never
//! skipped silently. A hint says for whom.

use crate::support::client::Client;
use crate::support::keys::Key;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{Json, Object, base64url};
use fapi::*;

/// A world in which alice has logged in and consented to `openid accounts` for client-1.
fn world() -> (World, Client, SessionHandle) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let shown = prompt(present(&world, &client, &[], None));
    let logged_in = client.answer(&world, &shown, Client::login());
    let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("{logged_in:?}") };
    let shown = prompt(logged_in);
    response(client.answer(&world, &shown, Client::consent("openid accounts")));
    (world, client, session)
}

fn present(world: &World, client: &Client, changes: &[(&str, &str)], session: Option<&SessionHandle>) -> Outcome<Navigation> {
    let changes: Vec<_> = changes.iter().map(|(name, value)| (*name, Some(*value))).collect();
    let pushed = client.push(world, &changes);
    assert_eq!(pushed.reply.status(), 201, "{:?}", pushed.event);
    client.present(world, &member(&pushed.reply, "request_uri"), session)
}

#[test]
fn a_session_and_a_remembered_consent_need_no_page() {
    let (world, client, session) = world();
    let answered = response(present(&world, &client, &[], Some(&session)));
    assert!(redirected(&answered, "code").is_some());
}

#[test]
fn a_session_expires() {
    let (world, client, session) = world();
    world.pass(8 * 3600);
    assert_eq!(prompt(present(&world, &client, &[], Some(&session))).kind, PromptKind::Login);
    let unknown = SessionHandle::new("unknown");
    assert_eq!(prompt(present(&world, &client, &[], Some(&unknown))).kind, PromptKind::Login);
}

#[test]
fn prompts_that_the_request_demands_are_shown() {
    let (world, client, session) = world();
    world.pass(10);
    let strong = r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:strong"]}}}"#;
    let cases: &[(&[(&str, &str)], PromptKind)] = &[
        (&[("prompt", "login")], PromptKind::Login),
        (&[("prompt", "select_account")], PromptKind::SelectAccount),
        (&[("prompt", "consent")], PromptKind::Consent),
        (&[("max_age", "9")], PromptKind::Login),
        (&[("max_age", "0")], PromptKind::Login),
        (&[("scope", "openid accounts payments")], PromptKind::Consent),
        (&[("claims", strong)], PromptKind::Login),
        (&[("claims", r#"{"id_token":{"sub":{"value":"bob"}}}"#)], PromptKind::Login),
    ];
    for (changes, need) in cases {
        assert_eq!(prompt(present(&world, &client, changes, Some(&session))).kind, *need, "{changes:?}");
    }
    let enough: &[&[(&str, &str)]] = &[
        &[("max_age", "10")],
        &[("scope", "accounts")],
        &[("acr_values", "urn:example:strong")],
        &[("claims", r#"{"id_token":{"acr":{"values":["urn:example:strong"]}}}"#)],
        &[("claims", r#"{"id_token":{"sub":{"value":"alice"}}}"#)],
    ];
    for changes in enough {
        let answered = response(present(&world, &client, changes, Some(&session)));
        assert!(redirected(&answered, "code").is_some(), "{changes:?}: {answered:?}");
    }
}

#[test]
fn with_prompt_none_each_prompt_is_an_error_of_its_own() {
    let (world, client, session) = world();
    world.pass(10);
    let bob = r#"{"id_token":{"sub":{"value":"bob"}}}"#;
    type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a SessionHandle>, &'a str);
    let cases: &[Case<'_>] = &[
        (&[], None, "login_required"),
        (&[("max_age", "9")], Some(&session), "login_required"),
        (&[("scope", "openid payments")], Some(&session), "consent_required"),
        (&[("claims", bob)], Some(&session), "login_required"),
    ];
    for (changes, session, error) in cases {
        let mut changes = changes.to_vec();
        changes.push(("prompt", "none"));
        let pushed = client.push(&world, &changes.iter().map(|(name, value)| (*name, Some(*value))).collect::<Vec<_>>());
        let before = world.holdings();
        let outcome = client.present(&world, &member(&pushed.reply, "request_uri"), *session);
        refused(&outcome, 303, error, &["OIDCC-3.1.2.1-5"]);
        assert_eq!(world.written_since(&before), "", "{changes:?}");
    }
}

#[test]
fn a_user_other_than_the_requested_one_is_refused_after_login() {
    let (world, client, _) = world();
    let shown = prompt(present(&world, &client, &[("claims", r#"{"userinfo":{"sub":{"value":"bob"}}}"#)], None));
    let before = world.holdings();
    refused(&client.answer(&world, &shown, Client::login()), 303, "login_required", &["OIDCC-3.1.2.2-2", "OIDCC-3.1.2.1-12"]);
    assert_eq!(world.written_since(&before), "-interaction -pushed", "the request is used up");
}

#[test]
fn an_essential_acr_must_be_reached() {
    let (world, client, _) = world();
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:strong"]}}}"#;
    let shown = prompt(present(&world, &client, &[("claims", claims)], None));
    assert_eq!(shown.required_acr, ["urn:example:strong"]);
    let before = world.holdings();
    let weak = client.answer(&world, &shown, Client::login());
    refused(&weak, 303, "unmet_authentication_requirements", &["OIDCC-5.5.1.1-1"]);
    assert_eq!(world.written_since(&before), "-interaction -pushed", "the request is used up");
    let shown = prompt(present(&world, &client, &[("claims", claims)], None));
    let strong =
        UserDecision::LoggedIn(Authentication::of("alice").acr("urn:example:strong").amr(["pwd".to_owned(), "otp".to_owned()]));
    let answered = response(client.answer(&world, &shown, strong));
    let redeemed = client.redeem(&world, &redirected(&answered, "code").unwrap());
    let claims = id_token(&redeemed.reply);
    assert_eq!(claims.get("acr"), Some(&Json::from("urn:example:strong")));
    assert_eq!(claims.get("amr"), Some(&Json::from(vec!["pwd", "otp"])));
}

fn id_token(response: &Response) -> Object {
    let token = member(response, "id_token");
    Object::parse(&base64url::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[test]
fn the_id_token_contains_auth_time_on_request() {
    let (world, client, session) = world();
    let login = world.now.get();
    world.pass(10);
    let cases: &[(&[(&str, &str)], bool)] = &[
        (&[], false),
        (&[("max_age", "60")], true),
        (&[("claims", r#"{"id_token":{"auth_time":null}}"#)], true),
        (&[("claims", r#"{"userinfo":{"auth_time":null}}"#)], false),
    ];
    for (changes, told) in cases {
        let answered = response(present(&world, &client, changes, Some(&session)));
        let claims = id_token(&client.redeem(&world, &redirected(&answered, "code").unwrap()).reply);
        assert_eq!(claims.get("auth_time"), told.then_some(&Json::Integer(login)), "{changes:?}");
        assert_eq!(claims.get("nonce"), Some(&Json::from("a nonce")));
    }
}

#[test]
fn a_client_may_register_for_auth_time() {
    let registrations: [fn(&mut ClientMetadata); 2] =
        [|metadata| metadata.require_auth_time = true, |metadata| metadata.default_max_age = Some(60)];
    for register in registrations {
        let (world, client, session) = world();
        let login = world.now.get();
        let mut metadata = client.metadata();
        register(&mut metadata);
        world.registered(metadata, None);
        world.pass(10);
        let answered = response(present(&world, &client, &[], Some(&session)));
        let claims = id_token(&client.redeem(&world, &redirected(&answered, "code").unwrap()).reply);
        assert_eq!(claims.get("auth_time"), Some(&Json::Integer(login)));
    }
}

#[test]
fn offline_access_is_granted_only_with_explicit_consent() {
    let (world, client, session) = world();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("scope", "openid offline_access payments")], "openid payments"),
        (&[("scope", "openid offline_access payments"), ("prompt", "consent")], "openid offline_access payments"),
        (&[("scope", "openid offline_access payments"), ("prompt", "login")], "openid payments"),
        (&[("scope", "offline_access payments")], "offline_access payments"),
    ];
    for (changes, scope) in cases {
        assert_eq!(
            prompt(present(&world, &client, changes, Some(&session))).permissions.scope.to_string(),
            *scope,
            "{changes:?}"
        );
    }
}

#[test]
fn a_subject_is_1_to_255_printable_characters() {
    let (world, client, _) = world();
    let logs_in = |subject: &str| {
        let shown = prompt(present(&world, &client, &[], None));
        client.answer(&world, &shown, UserDecision::LoggedIn(Authentication::of(subject)))
    };
    for subject in ["a", "alice smith", "~", &"a".repeat(255)] {
        assert!(matches!(logs_in(subject).reply, Navigation::Interact(_)), "{subject}");
    }
    for subject in ["", "ann\u{e9}", "a\tb", "a\u{7f}", &"a".repeat(256)] {
        let outcome = logs_in(subject);
        refused(&outcome, 303, "server_error", &[]);
        let Disposition::Fault(fault) = outcome.event.disposition else { panic!("{subject}") };
        assert_eq!(fault.to_string(), "a subject must have 1 to 255 printable ASCII characters");
    }
}

#[test]
fn a_client_may_register_a_maximum_age_of_logins() {
    let (world, client, session) = world();
    let mut metadata = client.metadata();
    metadata.default_max_age = Some(5);
    world.registered(metadata, None);
    world.pass(6);
    assert_eq!(prompt(present(&world, &client, &[], Some(&session))).kind, PromptKind::Login);
    response(present(&world, &client, &[("max_age", "6")], Some(&session)));
}

#[test]
fn only_the_operators_own_clients_skip_consent() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut terms = ClientTerms::default();
    terms.first_party = true;
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    let shown = prompt(present(&world, &client, &[], None));
    let answered = response(client.answer(&world, &shown, Client::login()));
    assert!(redirected(&answered, "code").is_some());
}

#[test]
fn claims_requested_by_name_need_consent_by_name() {
    let (world, client, session) = world();
    let email = r#"{"userinfo":{"email":null}}"#;
    let shown = prompt(present(&world, &client, &[("claims", email)], Some(&session)));
    assert_eq!(
        (shown.kind, &shown.claims[..]),
        (PromptKind::Consent, &["email".to_owned()][..]),
        "consent to a scope does not include them"
    );
    response(client.answer(&world, &shown, Client::consent("openid accounts")));
    response(present(&world, &client, &[("claims", email)], Some(&session)));
}

#[test]
fn a_client_without_proof_of_identity_is_never_approved_silently() {
    let world = World::new(fapi::policy::OAUTH.policy());
    let native = ["http://127.0.0.1/cb", "com.example.app:/cb"];
    let mut metadata = ClientMetadata::new("app", fapi::policy::AuthenticationMethod::None);
    let of_a_server = ["https://app.example/cb", "HTTPS://app.example/cb"];
    metadata.redirect_uris = native.iter().chain(&of_a_server).map(|uri| (*uri).into()).collect();
    world.registered(metadata, None);
    let client = Client::new("app", 10);
    let authorize = |uri: &str, session: Option<&SessionHandle>| {
        let challenge = [("code_challenge", crate::support::client::CHALLENGE), ("code_challenge_method", "S256")];
        let mut parameters = vec![("client_id", "app"), ("response_type", "code"), ("redirect_uri", uri), ("scope", "accounts")];
        parameters.extend(challenge);
        let request = get(&parameters);
        world.drive(world.server.authorization_request(Inbound::new(&request).session(session), world.context()))
    };
    for uri in native {
        let logged_in = client.answer(&world, &prompt(authorize(uri, None)), Client::login());
        let SessionChange::Start { session, .. } = logged_in.session.clone() else { panic!("{logged_in:?}") };
        response(client.answer(&world, &prompt(logged_in), Client::consent("accounts")));
        assert_eq!(prompt(authorize(uri, Some(&session))).kind, PromptKind::Consent, "{uri}");
        for uri in of_a_server {
            response(authorize(uri, Some(&session)));
        }
    }
}

#[test]
fn a_selected_account_has_the_age_of_its_login() {
    let (world, client, _) = world();
    let before = Timestamp::from_seconds(world.now.get() - 500);
    let chosen = || UserDecision::LoggedIn(Authentication::of("alice").at(before));
    let shown = prompt(present(&world, &client, &[("prompt", "select_account login")], None));
    assert_eq!(shown.kind, PromptKind::SelectAccount);
    let shown = prompt(client.answer(&world, &shown, chosen()));
    assert_eq!(shown.kind, PromptKind::Login, "`login` requires a new login");
    assert!(redirected(&response(client.answer(&world, &shown, Client::login())), "code").is_some());

    let shown = prompt(present(&world, &client, &[("prompt", "select_account"), ("max_age", "100")], None));
    assert_eq!(prompt(client.answer(&world, &shown, chosen())).kind, PromptKind::Login, "500 seconds are more than 100");

    let shown = prompt(present(&world, &client, &[("prompt", "select_account"), ("max_age", "1000")], None));
    let answered = response(client.answer(&world, &shown, chosen()));
    let redeemed = client.redeem(&world, &redirected(&answered, "code").unwrap());
    assert_eq!(id_token(&redeemed.reply).get("auth_time"), Some(&Json::Integer(before.seconds())));
}

/// An ID token of the server for this user.
fn hint(world: &World, subject: &str, typ: &str) -> String {
    let claims = Object::new().with("iss", ISSUER).with("aud", "another client").with("sub", subject).with("exp", 1);
    world.key.jws(&Object::new().with("alg", "ES256").with("typ", typ).with("kid", "as-1"), &claims)
}

#[test]
fn a_hinted_user_is_served_without_a_page_even_if_the_id_token_has_expired() {
    let (world, client, session) = world();
    let first = response(present(&world, &client, &[], Some(&session)));
    let redeemed = client.redeem(&world, &redirected(&first, "code").unwrap()).reply;
    world.pass(600);
    for hint in [member(&redeemed, "id_token"), hint(&world, "alice", "JWT")] {
        for changes in [&[("id_token_hint", hint.as_str())][..], &[("id_token_hint", &hint), ("prompt", "none")]] {
            let answered = response(present(&world, &client, changes, Some(&session)));
            assert!(redirected(&answered, "code").is_some(), "{answered:?}");
        }
    }
}

#[test]
fn a_user_other_than_the_hinted_one_is_never_answered_for() {
    let (world, client, session) = world();
    let bob = hint(&world, "bob", "JWT");
    let silent = present(&world, &client, &[("id_token_hint", &bob), ("prompt", "none")], Some(&session));
    refused(&silent, 303, "login_required", &["OIDCC-3.1.2.1-5"]);
    let without_session = present(&world, &client, &[("id_token_hint", &bob), ("prompt", "none")], None);
    refused(&without_session, 303, "login_required", &["OIDCC-3.1.2.1-5"]);
    let shown = prompt(present(&world, &client, &[("id_token_hint", &bob)], Some(&session)));
    assert_eq!((shown.kind, shown.claims.len()), (PromptKind::Login, 0));
    refused(&client.answer(&world, &shown, Client::login()), 303, "login_required", &["OIDCC-3.1.2.2-2", "OIDCC-3.1.2.1-12"]);
    let shown = prompt(present(&world, &client, &[("id_token_hint", &bob)], Some(&session)));
    let shown = prompt(client.answer(&world, &shown, UserDecision::LoggedIn(Authentication::of("bob"))));
    assert_eq!((shown.kind, shown.subject.as_deref()), (PromptKind::Consent, Some("bob")));
}

#[test]
fn a_hint_that_this_server_did_not_sign_as_an_id_token_is_refused() {
    let (world, client, _) = world();
    let good = hint(&world, "alice", "JWT");
    assert_eq!(client.push(&world, &[("id_token_hint", Some(&good))]).reply.status(), 201, "the control");
    let header = |kid: &str| Object::new().with("alg", "ES256").with("kid", kid);
    let claims = || Object::new().with("iss", ISSUER).with("sub", "alice");
    let other = Key::es256("as-1", 99);
    let mut nobody = claims();
    nobody.remove("sub");
    let head = good.rsplit_once('.').unwrap().0;
    for (what, hint) in [
        ("no JWT", "e30.e30.".to_owned()),
        ("without signature", format!("{head}.")),
        ("the key of another server", other.jws(&header("as-1"), &claims())),
        ("a kid that is not known", world.key.jws(&header("as-2"), &claims())),
        ("without kid", world.key.jws(&Object::new().with("alg", "ES256"), &claims())),
        ("an access token", hint(&world, "alice", "at+jwt")),
        ("another issuer", world.key.jws(&header("as-1"), &claims().with("iss", "https://other.example"))),
        ("without sub", world.key.jws(&header("as-1"), &nobody)),
        ("a sub that is a number", world.key.jws(&header("as-1"), &claims().with("sub", 1))),
    ] {
        for prompt in [None, Some("none")] {
            let outcome = client.push(&world, &[("id_token_hint", Some(&hint)), ("prompt", prompt)]);
            assert_eq!(ids(&outcome).first(), Some(&"OIDCC-3.1.2.2-3"), "{what}");
            refused(&outcome, 400, "invalid_request", &ids(&outcome));
        }
    }
}
