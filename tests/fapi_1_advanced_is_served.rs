//! FAPI 1.0 Advanced: signed requests, an ID token or a JWT as the signature of the response, and tokens that are bound to
//! certificates; each refusal beside a request that is accepted.

use crate::support::bank::{Bank, certificate};
use crate::support::client::{CHALLENGE, Client, REDIRECT, pairs};
use crate::support::front::{Found, names, parameters, signed};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{Json, base64url};
use fapi::policy::{AuthenticationMethod as Method, Corrections, FAPI1_ADVANCED, Level, OAUTH, OPENID, Policy};
use fapi::primitives::{Hash, aws_lc};
use fapi::*;

fn advanced() -> Policy {
    OAUTH.policy().tighten(&OPENID.policy()).unwrap().tighten(&FAPI1_ADVANCED.policy()).unwrap()
}

fn world() -> World {
    World::new(advanced())
}

/// A client under this policy.
fn begun(world: &World) -> Bank<'_> {
    Bank::registered(world, false, ClientTerms::default())
}

fn of_level(level: Level) -> ClientTerms {
    let mut terms = ClientTerms::default();
    terms.compliance_level = Some(level);
    terms
}

fn half(value: &str) -> Json {
    base64url::encode(&aws_lc().digest(Hash::Sha256, value.as_bytes())[..16]).into()
}

/// The whole flow for a code and an ID token.
fn goes_through(bank: &Bank<'_>) {
    let world = bank.world;
    let (place, all) = parameters(&bank.authorized(&[]));
    assert_eq!((place, &*names(&all)), (Found::Fragment, "code id_token iss state"));
    let front = signed(world, &all["id_token"]);
    for (hash, value) in [("c_hash", "code"), ("s_hash", "state")] {
        assert_eq!(front.get(hash), Some(&half(&all[value])), "{hash}");
    }
    for told in ["email", "name"] {
        assert_eq!(front.get(told), None, "no personal data in the front channel");
    }
    let redeemed = bank.redeem(&all["code"], &bank.chain);
    assert_eq!(redeemed.reply.status(), 200, "{:?}", redeemed.event);
    let back = signed(world, &member(&redeemed.reply, "id_token"));
    for claim in ["iss", "sub", "aud", "nonce"] {
        assert_eq!(front.get(claim), back.get(claim), "{claim}");
    }
    let token = member(&redeemed.reply, "access_token");
    assert!(matches!(bank.call(&token, &bank.chain).reply, Access::Allowed(_)));
    let told = bank.userinfo(&token, &[("x-fapi-interaction-id", "c770aef3-6784-41f7-8e0e-ff5f97bddb3a")]);
    assert_eq!(told.reply.status(), 200, "{:?}", told.event);
    assert_eq!(told.reply.headers()["x-fapi-interaction-id"], "c770aef3-6784-41f7-8e0e-ff5f97bddb3a");
    refused(&bank.call(&token, &certificate().0), 401, "invalid_token", &["RFC8705-3-3", "FAPI2-SP-5.3.4-5"]);
    let again = bank.redeem(&all["code"], &bank.chain);
    assert_eq!(member(&again.reply, "error"), "invalid_grant");
}

#[test]
fn a_code_and_an_id_token_by_a_signed_request() {
    let world = world();
    for by_certificate in [false, true] {
        goes_through(&Bank::registered(&world, by_certificate, ClientTerms::default()));
    }
}

#[test]
fn both_levels_go_through_with_and_without_the_corrections() {
    for corrections in [Corrections::Final, Corrections::Documents] {
        for (level, by_certificate) in [(Level::Fapi1AdvPkjPar, false), (Level::Fapi1AdvMtlsPar, true)] {
            let mut settings = settings(OAUTH.policy());
            settings.corrections = corrections;
            let world = World::with(settings);
            let bank = Bank::registered(&world, by_certificate, of_level(level));
            if corrections == Corrections::Final {
                goes_through(&bank);
                continue;
            }
            assert!(ids(&bank.push(&bank.object("ES256", &[]), &[])).contains(&"OCP-FAPI-08"), "PS256 alone");
            assert_eq!(bank.push(&bank.object("PS256", &[]), &[]).reply.status(), 201);
        }
    }
}

#[test]
fn a_signed_response_takes_the_place_of_the_id_token() {
    let world = world();
    let bank = begun(&world);
    let changes = [("response_type", Some("code".into())), ("response_mode", Some("jwt".into()))];
    let (place, all) = parameters(&bank.authorized(&changes));
    assert_eq!((place, &*names(&all)), (Found::Query, "response"));
    let claims = signed(&world, &all["response"]);
    let text = |name| claims.get(name).and_then(Json::as_str);
    assert_eq!((text("iss"), text("aud"), text("state")), (Some(ISSUER), Some("bank"), Some("a state")));
    let redeemed = bank.redeem(text("code").unwrap(), &bank.chain);
    assert_eq!(redeemed.reply.status(), 200, "{:?}", redeemed.event);
    let told = bank.push(&bank.object("ES256", &[("response_type", Some("code".into()))]), &[]);
    refused(&told, 400, "invalid_request", &["FAPI1-ADV-5.2.2-2"]);
    let all = bank.push(&bank.object("ES256", &[("response_type", Some("code id_token token".into()))]), &[]);
    assert!(ids(&all).contains(&"FAPI1-ADV-5.2.2-2"), "{:?}", all.event);
}

#[test]
fn requests_are_signed_with_two_algorithms() {
    let world = world();
    let bank = begun(&world);
    for algorithm in ["ES256", "PS256"] {
        let told = bank.push(&bank.object(algorithm, &[]), &[]);
        assert_eq!(told.reply.status(), 201, "{algorithm}: {:?}", told.event);
    }
    refused(&bank.push(&bank.object("RS256", &[]), &[]), 400, "invalid_request_object", &["FAPI1-ADV-8.6-1"]);
    let client = &bank.client;
    let mut parameters = client.push_parameters();
    parameters.retain(|(name, _)| name != "client_id" && name != "response_type");
    parameters.push(("response_type".into(), "code id_token".into()));
    let told = bank.send(AuthorizationServer::pushed_authorization_request, &pairs(&parameters), &bank.chain);
    refused(&told, 400, "invalid_request", &["FAPI1-ADV-5.2.2-1", "RFC9101-10.5-2"]);
}

#[test]
fn a_request_object_has_its_audience_and_its_dates() {
    let world = world();
    let bank = begun(&world);
    let now = world.now.get();
    let at = |seconds: i64| Some(Json::from(now + seconds));
    for (changes, wrong) in [
        (vec![("nbf", at(-3_600)), ("exp", at(1))], Some("FAPI1-ADV-5.2.2-13")),
        (vec![("nbf", at(-3_600)), ("exp", at(0))], Some("RFC7519-4.1.4-1")),
        (vec![("nbf", at(-3_599)), ("exp", at(1))], None),
        (vec![("nbf", at(0)), ("exp", at(3_600))], None),
        (vec![("nbf", at(0)), ("exp", at(3_601))], Some("FAPI1-ADV-5.2.2-13")),
        (vec![("nbf", at(-3_601)), ("exp", at(1))], Some("FAPI1-ADV-5.2.2-17")),
        (vec![("nbf", None)], Some("FAPI1-ADV-5.2.2-17")),
        (vec![("exp", None)], Some("FAPI1-ADV-5.2.2-13")),
        (vec![("aud", None)], Some("FAPI1-ADV-5.2.2-15")),
        (vec![("aud", Some("https://other.example".into()))], Some("FAPI1-ADV-5.2.2-15")),
        (vec![("aud", Some(vec!["https://other.example", ISSUER].into()))], None),
    ] {
        let told = bank.push(&bank.object("ES256", &changes), &[]);
        match wrong {
            None => assert_eq!(told.reply.status(), 201, "{changes:?}: {:?}", told.event),
            Some(id) => {
                assert_eq!(member(&told.reply, "error"), "invalid_request_object", "{changes:?}");
                assert!(ids(&told).contains(&id), "{changes:?}: {:?}", told.event);
            }
        }
    }
}

#[test]
fn only_parameters_inside_the_object_count() {
    let world = world();
    let bank = begun(&world);
    // OpenID Connect has some of them outside as well.
    let beside = [("response_type", "code id_token"), ("scope", "openid accounts"), ("redirect_uri", "https://other.example/cb")];
    assert_eq!(bank.push(&bank.object("ES256", &[]), &beside).reply.status(), 201);
    for (name, value, id) in [
        ("nonce", "a nonce", "OIDCC-3.3.2.1-1"),
        ("redirect_uri", REDIRECT, "FAPI1-BASE-5.2.2-9"),
        ("code_challenge", CHALLENGE, "FAPI1-ADV-5.2.2-18"),
        ("response_type", "code id_token", "RFC6749-3.1.1-1"),
    ] {
        let told = bank.push(&bank.object("ES256", &[(name, None)]), &[(name, value)]);
        assert!(ids(&told).contains(&id), "{name}: {:?}", told.event);
    }
    let told = bank.push(&bank.object("ES256", &[("scope", None)]), &[("scope", "openid accounts")]);
    assert_eq!(member(&told.reply, "error"), "invalid_request_object", "{:?}", told.event);
    // Nor does a default count, of which nothing is signed.
    let code = [("scope", None), ("response_type", Some("code".into())), ("response_mode", Some("jwt".into()))];
    for changes in [&code[..1], &code] {
        refused(&bank.push(&bank.object("ES256", changes), &[]), 400, "invalid_request", &["FAPI1-ADV-5.2.2-10"]);
    }
    let signed = [("response_type", Some("code".into())), ("response_mode", Some("jwt".into())), ("nonce", None)];
    let told = bank.push(&bank.object("ES256", &signed), &[("nonce", "a nonce")]);
    refused(&told, 400, "invalid_request", &["FAPI1-BASE-5.2.2.2-1"]);
    // The response of a request for an API alone has no ID token that could sign it.
    let alone = |state: Option<Json>| {
        let changes = [
            ("response_type", Some("code".into())),
            ("response_mode", Some("jwt".into())),
            ("scope", Some("accounts".into())),
            ("state", state),
        ];
        bank.push(&bank.object("ES256", &changes), &[("state", "a state")])
    };
    assert_eq!(alone(Some("a state".into())).reply.status(), 201);
    refused(&alone(None), 400, "invalid_request", &["FAPI1-BASE-5.2.2.3-1"]);
}

#[test]
fn pkce_is_for_pushed_requests() {
    let world = world();
    let bank = begun(&world);
    let without = [("code_challenge", None), ("code_challenge_method", None)];
    let object = bank.object("ES256", &without);
    refused(&bank.push(&object, &[]), 400, "invalid_request", &["FAPI1-ADV-5.2.2-18"]);
    let plain = [("code_challenge_method", Some("plain".into()))];
    assert_eq!(ids(&bank.push(&bank.object("ES256", &plain), &[])), ["FAPI1-ADV-5.2.2-18"]);
    let beside = [("response_type", "code id_token"), ("scope", "openid")];
    prompt(bank.client.present_object(&world, &object, &beside));
}

#[test]
fn redirect_uris_are_registered_and_have_the_scheme_https() {
    let world = world();
    let bank = begun(&world);
    let told = bank.push(&bank.object("ES256", &[("redirect_uri", Some("https://client.example/cb/".into()))]), &[]);
    assert!(ids(&told).contains(&"RFC6749-3.1.2.3-2"), "{:?}", told.event);
    let mut metadata = bank.metadata();
    metadata.redirect_uris.push("http://127.0.0.1/cb".into());
    let told = world.register(metadata, None);
    assert!(ids(&told).contains(&"FAPI1-BASE-5.2.2-20") && ids(&told).contains(&"FAPI1-BASE-7.5-1"), "{:?}", told.event);
}

#[test]
fn clients_authenticate_by_key_or_certificate_alone() {
    let world = world();
    let bank = Bank::new(&world, false);
    for (method, id) in [
        (Method::None, "FAPI1-ADV-5.2.2-16"),
        (Method::ClientSecretBasic, "FAPI1-ADV-5.2.2-14"),
        (Method::ClientSecretPost, "FAPI1-ADV-5.2.2-14"),
        (Method::ClientSecretJwt, "FAPI1-ADV-5.2.2-14"),
    ] {
        let mut metadata = bank.metadata();
        metadata.token_endpoint_auth_method = method;
        let secret = (method != Method::None).then_some("a secret of thirty-two characters");
        let told = world.register(metadata, secret);
        assert!(ids(&told).contains(&id), "{method:?}: {:?}", told.event);
    }
    world.registered(bank.metadata(), None);
}

#[test]
fn tokens_are_bound_to_a_certificate_and_to_nothing_else() {
    let world = world();
    let bank = begun(&world);
    let code = || parameters(&bank.authorized(&[])).1["code"].clone();
    let told = bank.redeem(&code(), &[]);
    let bound = ["FAPI1-ADV-5.2.2-5", "FAPI1-ADV-8.2-1"];
    assert_eq!(ids(&told), bound, "{:?}", told.event);
    let client = &bank.client;
    let proof = client.proof(&world, "POST", &format!("{ISSUER}/token"));
    let code = code();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", crate::support::client::VERIFIER),
    ];
    let told = client.token_with(&world, &form, Some(&proof));
    assert!(ids(&told).contains(&"FAPI1-ADV-8.2-1"), "a key of DPoP is no certificate: {:?}", told.event);
}

#[test]
fn a_bearer_token_from_before_is_refused() {
    let mut world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let form = [("grant_type", "client_credentials"), ("scope", "accounts")];
    let token = member(&client.token_with(&world, &form, None).reply, "access_token");
    let chain = certificate().0;
    assert!(matches!(Bank::new(&world, false).call(&token, &chain).reply, Access::Allowed(_)));
    world.server = AuthorizationServer::new(settings(advanced())).unwrap();
    let told = Bank::new(&world, false).call(&token, &chain);
    assert!(ids(&told).contains(&"FAPI1-ADV-8.2-1"), "{:?}", told.event);
}

#[test]
fn the_documents_demand_the_id_of_an_interaction() {
    let mut settings = settings(OAUTH.policy());
    settings.corrections = Corrections::Documents;
    let world = World::with(settings);
    let level = |level| Bank::registered(&world, false, of_level(level));
    let bank = level(Level::Fapi1AdvPkjPar);
    let pushed = bank.push(&bank.object("PS256", &[]), &[]);
    let shown = prompt(bank.client.present(&world, &member(&pushed.reply, "request_uri"), None));
    let shown = prompt(bank.client.answer(&world, &shown, Client::login()));
    let told = response(bank.client.answer(&world, &shown, Client::consent("openid accounts")));
    let redeemed = bank.redeem(&parameters(&told).1["code"], &bank.chain);
    let token = member(&redeemed.reply, "access_token");
    refused(&bank.userinfo(&token, &[]), 400, "invalid_request", &["OCP-FAPI-12"]);
    assert_eq!(ids(&bank.call(&token, &bank.chain)), ["OCP-FAPI-12"]);
    let id = ("x-fapi-interaction-id", "c770aef3-6784-41f7-8e0e-ff5f97bddb3a");
    assert_eq!(bank.userinfo(&token, &[id]).reply.status(), 200);
    // The level is judged at each request.
    world.registered(bank.metadata(), None);
    assert_eq!(bank.userinfo(&token, &[]).reply.status(), 200);
}
