//! The response mode: in the query, in the fragment, in a form, and as a signed JWT in each of them, errors like responses.

use crate::support::client::REDIRECT;
use crate::support::front::*;
use crate::support::recipient::Recipient;
use crate::support::refusal::{header, refused};
use crate::support::*;
use fapi::jose::{Algorithm, ContentEncryption, Json, Jws, KeyManagement, Object, base64url};
use fapi::policy::{AuthenticationMethod as Method, FAPI2_SIGNED_RESPONSES, OAUTH, Policy, Presence, RFC6749, Rule};
use fapi::requirement::fapi1_adv;
use fapi::*;

const TYPES: [&str; 5] = ["code", "id_token", "token", "code id_token", "code id_token token"];
const WITHOUT_TOKEN: [&str; 3] = ["code", "id_token", "code id_token"];

/// The claims of the JWT that a response consists of.
fn jarm(world: &World, outcome: Outcome<Navigation>) -> (Found, Object) {
    let (place, all) = parameters(&response(outcome));
    assert_eq!(names(&all), "response", "the issuer is inside the JWT only");
    (place, signed(world, &all["response"]))
}

#[test]
fn each_mode_has_its_place_for_responses_and_for_errors() {
    let world = front(RFC6749.policy(), &TYPES);
    for (response_type, mode, found) in [
        ("code", "query", Found::Query),
        ("code", "fragment", Found::Fragment),
        ("code", "form_post", Found::Form),
        ("id_token", "fragment", Found::Fragment),
        ("id_token", "form_post", Found::Form),
        ("code id_token", "form_post", Found::Form),
    ] {
        let asked = [("response_type", Some(response_type)), ("response_mode", Some(mode))];
        let (place, all) = parameters(&response(allow(&world, ask(&world, &asked))));
        assert_eq!(place, found, "{response_type} {mode}");
        assert!(response_type.split(' ').all(|name| all.contains_key(name)), "{all:?}");
        let silent = [&asked[..], &[("prompt", Some("none"))]].concat();
        let (place, all) = parameters(&response(ask(&world, &silent)));
        assert_eq!((place, &*all["error"], &*all["iss"]), (found, "login_required", ISSUER), "{response_type} {mode}");
    }
}

#[test]
fn a_posting_page_runs_its_own_script_alone_and_is_not_kept() {
    let world = front(OAUTH.policy(), &WITHOUT_TOKEN);
    let asked = [("response_type", Some("code")), ("response_mode", Some("form_post")), ("state", Some("<\"&'>"))];
    let page = response(allow(&world, ask(&world, &asked)));
    assert_eq!(page.status(), 200);
    let policy = header(&page, "content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'sha256-") && !policy.contains("form-action"));
    assert_eq!((&*header(&page, "cache-control"), &*header(&page, "referrer-policy")), ("no-store", "no-referrer"));
    assert_eq!(parameters(&page).1["state"], "<\"&'>");
}

#[test]
fn tokens_are_never_in_a_query() {
    let world = front(RFC6749.policy(), &TYPES);
    for (response_type, mode, id, signed_error) in [
        ("id_token", "query", "OAuth2-RT-3-1", false),
        ("token", "query", "OCP-GRT-21", false),
        ("code id_token", "query", "OAuth2-RT-5-3", false),
        ("code id_token token", "query", "OAuth2-RT-5-3", false),
        ("id_token", "query.jwt", "JARM-2.3.1-2", true),
        ("token", "query.jwt", "JARM-2.3.1-2", true),
        ("code id_token", "query.jwt", "JARM-2.3.1-2", true),
    ] {
        let outcome = ask(&world, &[("response_type", Some(response_type)), ("response_mode", Some(mode))]);
        assert_eq!(ids(&outcome), [id], "{response_type} {mode}");
        let (place, all) = parameters(&response(outcome));
        assert_eq!((place, all.contains_key("response")), (Found::Fragment, signed_error), "{response_type} {mode}");
        if !signed_error {
            assert_eq!((&*all["error"], &*all["state"], &*all["iss"]), ("invalid_request", "a state", ISSUER));
        }
    }
    prompt(ask(&world, &[("response_type", Some("code")), ("response_mode", Some("query"))]));
}

#[test]
fn a_mode_that_nobody_knows_is_answered_directly() {
    let world = front(OAUTH.policy(), &WITHOUT_TOKEN);
    for mode in ["x", "Query", "web_message", "query fragment"] {
        let outcome = ask(&world, &[("response_type", Some("code id_token")), ("response_mode", Some(mode))]);
        assert!(matches!(&outcome.reply, Navigation::Inform(_)), "{mode}");
        refused(&outcome, 400, "invalid_request", &["OIDCC-3.1.2.6-2"]);
    }
}

#[test]
fn a_signed_response_holds_every_parameter_and_names_issuer_client_and_end() {
    let world = front(RFC6749.policy(), &TYPES);
    for (response_type, mode, found) in [
        ("code", "jwt", Found::Query),
        ("code", "query.jwt", Found::Query),
        ("code", "fragment.jwt", Found::Fragment),
        ("code", "form_post.jwt", Found::Form),
        ("code id_token token", "jwt", Found::Fragment),
        ("id_token", "form_post.jwt", Found::Form),
    ] {
        let asked = [("response_type", Some(response_type)), ("response_mode", Some(mode))];
        let (place, claims) = jarm(&world, allow(&world, ask(&world, &asked)));
        assert_eq!(place, found, "{response_type} {mode}");
        let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        assert_eq!((text("iss"), text("aud"), text("state")), (ISSUER.into(), "app".into(), "a state".into()));
        assert_eq!(claims.get("exp"), Some(&Json::Integer(world.now.get() + 600)));
        assert_eq!(claims.contains("code"), response_type.contains("code"));
        if response_type.ends_with(" token") {
            assert_eq!(claims.get("expires_in"), Some(&Json::Integer(300)), "a number stays one");
            assert_eq!(text("token_type"), "Bearer");
        }
        if response_type.contains("id_token") {
            assert_eq!(signed(&world, &text("id_token")).get("iss"), Some(&ISSUER.into()));
        }
        let silent = [&asked[..], &[("prompt", Some("none"))]].concat();
        let (place, claims) = jarm(&world, ask(&world, &silent));
        assert_eq!((place, claims.get("error")), (found, Some(&"login_required".into())), "{response_type} {mode}");
        assert!(claims.contains("error_description") && claims.contains("exp"));
    }
}

#[test]
fn the_algorithm_of_a_signed_response_is_that_of_its_client() {
    let jwt = |metadata: ClientMetadata| {
        let world = World::new(OAUTH.policy());
        world.registered(metadata, Some(SECRET));
        let asked = [("response_type", Some("code")), ("response_mode", Some("jwt"))];
        parameters(&response(allow(&world, ask(&world, &asked)))).1["response"].clone()
    };
    let with = |algorithm| {
        let mut metadata = app(&["code"]);
        metadata.authorization_signed_response_alg = algorithm;
        metadata
    };
    let algorithm = |jwt: &str| {
        let header = Object::parse(&base64url::decode(jwt.split('.').next().unwrap()).unwrap()).unwrap();
        header.get("alg").and_then(Json::as_str).unwrap().to_owned()
    };
    assert_eq!(algorithm(&jwt(with(None))), "ES256", "this server has no key for RS256");
    assert_eq!(algorithm(&jwt(with(Some(Algorithm::ES256)))), "ES256");
    let by_secret = jwt(with(Some(Algorithm::HS256)));
    assert_eq!(algorithm(&by_secret), "HS256");
    let (input, mac) = by_secret.rsplit_once('.').unwrap();
    let computed = fapi::primitives::aws_lc().mac(fapi::primitives::Hash::Sha256, SECRET.as_bytes(), input.as_bytes());
    assert_eq!(base64url::encode(computed), mac);

    let world = World::new(OAUTH.policy());
    refused(
        &world.register(with(Some(Algorithm::PS256)), Some(SECRET)),
        400,
        "invalid_client_metadata",
        &["FAPI-CLIENTS-3", "JARM-3-1"],
    );
    let short = with(Some(Algorithm::HS256));
    refused(&world.register(short, Some("short")), 400, "invalid_client_metadata", &["OIDCC-16.19-1"]);
    let mut public = with(Some(Algorithm::HS256));
    public.token_endpoint_auth_method = Method::None;
    refused(&world.register(public, None), 400, "invalid_client_metadata", &["OIDCC-16.19-1"]);
}

/// The application, whose responses and ID tokens are encrypted for this recipient.
fn reads_encrypted(recipient: &Recipient) -> ClientMetadata {
    let mut metadata = app(&TYPES);
    metadata.jwks = Some(Json::Object(Object::new().with("keys", vec![recipient.jwk()])));
    metadata.authorization_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    metadata.authorization_encrypted_response_enc = Some(ContentEncryption::A256Gcm);
    metadata.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
    metadata
}

#[test]
fn a_response_is_signed_and_then_encrypted_for_a_client_that_registered_that() {
    let recipient = Recipient::new("enc-1", KeyManagement::EcdhEs);
    let world = World::new(RFC6749.policy());
    world.registered(reads_encrypted(&recipient), Some(SECRET));
    let opened = |outcome| {
        let (place, all) = parameters(&response(outcome));
        assert_eq!(names(&all), "response");
        let (header, jwt) = recipient.open(&all["response"]).expect("it is for the client");
        assert_eq!((&header["enc"], &header["cty"], &header["kid"]), (&"A256GCM".into(), &"JWT".into(), &"enc-1".into()));
        (place, signed(&world, &jwt))
    };
    // What nobody else can read may be in a query.
    for (response_type, mode, found) in [
        ("code", "jwt", Found::Query),
        ("code id_token token", "jwt", Found::Fragment),
        ("code id_token", "query.jwt", Found::Query),
        ("id_token", "form_post.jwt", Found::Form),
    ] {
        let asked = [("response_type", Some(response_type)), ("response_mode", Some(mode))];
        let (place, claims) = opened(allow(&world, ask(&world, &asked)));
        assert_eq!((place, claims.get("aud")), (found, Some(&"app".into())), "{response_type} {mode}");
        if let Some(id_token) = claims.get("id_token").and_then(Json::as_str) {
            let (_, inner) = recipient.open(id_token).expect("an ID token is encrypted here, too");
            assert_eq!(signed(&world, &inner).get("sub"), Some(&"alice".into()));
        }
        let (place, claims) = opened(ask(&world, &[&asked[..], &[("prompt", Some("none"))]].concat()));
        assert_eq!((place, claims.get("error")), (found, Some(&"login_required".into())), "{response_type} {mode}");
    }
    let plain = ask(&world, &[("response_type", Some("code id_token")), ("response_mode", Some("query"))]);
    assert_eq!(ids(&plain), ["OAuth2-RT-5-3"]);
}

#[test]
fn without_a_key_of_the_client_the_user_sees_a_page() {
    let recipient = Recipient::new("enc-1", KeyManagement::EcdhEs);
    let mut metadata = reads_encrypted(&recipient);
    let world = World::new(RFC6749.policy());
    (metadata.jwks, metadata.jwks_uri) = (None, Some("https://client.example/jwks".into()));
    world.registered(metadata.clone(), Some(SECRET));
    let asked = [("response_type", Some("code")), ("response_mode", Some("jwt")), ("prompt", Some("none"))];
    let outcome = ask(&world, &asked);
    assert!(matches!(&outcome.reply, Navigation::Inform(page) if page.error.name() == "login_required"), "{:?}", outcome.event);

    metadata.authorization_encrypted_response_alg = None;
    refused(&world.register(metadata, Some(SECRET)), 400, "invalid_client_metadata", &["OIDCR-2-6"]);
}

#[test]
fn without_a_key_the_user_sees_a_page_and_nothing_is_stored() {
    let world = front(OAUTH.policy(), &["code"]);
    let asked = [("response_type", Some("code")), ("response_mode", Some("jwt"))];
    let shown = ask(&world, &asked);
    world.down.set("sign");
    let silent = ask(&world, &[&asked[..], &[("prompt", Some("none"))]].concat());
    assert!(matches!(&silent.reply, Navigation::Inform(page) if page.error.name() == "login_required"));
    let before = world.holdings();
    let outcome = allow(&world, shown);
    assert!(matches!(outcome.reply, Navigation::Inform(_)) && outcome.event.disposition == Disposition::Unavailable);
    assert!(!world.written_since(&before).contains("+code"), "{}", world.written_since(&before));
}

#[test]
fn an_outage_after_the_decision_is_signed_too() {
    let world = front(OAUTH.policy(), &["code"]);
    let shown = ask(&world, &[("response_type", Some("code")), ("response_mode", Some("jwt"))]);
    let client = crate::support::client::Client::new("app", 10);
    let shown = prompt(client.answer(&world, &prompt(shown), crate::support::client::Client::login()));
    world.down.set("commit");
    let outcome = client.answer(&world, &shown, crate::support::client::Client::consent("openid"));
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
    assert_eq!(jarm(&world, outcome).1.get("error"), Some(&"temporarily_unavailable".into()));
}

#[test]
fn errors_before_the_client_is_known_are_pages() {
    let world = front(OAUTH.policy(), &["code"]);
    for change in [("client_id", Some("nobody")), ("client_id", None), ("redirect_uri", Some("https://evil.example/"))] {
        let outcome = ask(&world, &[("response_type", Some("code")), ("response_mode", Some("jwt")), change]);
        assert!(matches!(outcome.reply, Navigation::Inform(_)), "{change:?}");
    }
}

#[test]
fn message_signing_admits_signed_modes_alone() {
    let world = front(OAUTH.policy().tighten(&FAPI2_SIGNED_RESPONSES.policy()).unwrap(), &["code"]);
    for mode in [None, Some("query"), Some("fragment"), Some("form_post")] {
        let outcome = ask(&world, &[("response_type", Some("code")), ("response_mode", mode)]);
        assert_eq!(ids(&outcome), ["FAPI2-MS-5.4.1-1"], "{mode:?}");
        let (place, claims) = jarm(&world, outcome);
        assert_eq!((place, claims.get("error")), (Found::Query, Some(&"invalid_request".into())), "errors are signed as well");
    }
    for mode in ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"] {
        prompt(ask(&world, &[("response_type", Some("code")), ("response_mode", Some(mode))]));
    }
    let unknown = ask(&world, &[("response_type", Some("code")), ("response_mode", Some("x"))]);
    let Navigation::Inform(page) = &unknown.reply else { panic!("a page") };
    assert!(page.reference().contains("allowed: query.jwt, fragment.jwt, form_post.jwt."), "{}", page.reference());
}

/// FAPI 1.0 Advanced is content with a detached signature, too.
#[test]
fn a_response_is_signed_by_its_mode_or_by_its_id_token() {
    let mut signed = Policy::default();
    signed.signed_response = Rule::default().because(Presence::Required, &fapi1_adv::RESPONSE_TYPE);
    let world = front(OAUTH.policy().tighten(&signed).unwrap(), &["code", "code id_token"]);
    for mode in [None, Some("query")] {
        let outcome = ask(&world, &[("response_type", Some("code")), ("response_mode", mode)]);
        assert_eq!(ids(&outcome), ["FAPI1-ADV-5.2.2-2"], "{mode:?}");
        let (place, all) = parameters(&response(outcome));
        assert_eq!((place, &*all["error"]), (Found::Query, "invalid_request"), "an error goes to a client that asked for no JWT");
    }
    prompt(ask(&world, &[("response_type", Some("code")), ("response_mode", Some("jwt"))]));
    prompt(ask(&world, &[("response_type", Some("code id_token"))]));
}

#[test]
fn a_client_may_restrict_its_modes() {
    let world = World::new(OAUTH.policy());
    let mut metadata = app(&["code", "code id_token"]);
    metadata.response_modes = Some(vec!["jwt".into(), "form_post".into()]);
    world.registered(metadata.clone(), Some(SECRET));
    for (response_type, mode, allowed) in [
        ("code", Some("jwt"), true),
        ("code", Some("query.jwt"), true),
        ("code", Some("fragment.jwt"), false),
        ("code id_token", Some("fragment.jwt"), true),
        ("code", Some("form_post"), true),
        ("code", None, false),
    ] {
        let outcome = ask(&world, &[("response_type", Some(response_type)), ("response_mode", mode)]);
        let ids = ids(&outcome);
        assert_eq!(ids, if allowed { vec![] } else { vec!["FAPI2-MS-5.3.3-1"] }, "{response_type} {mode:?}");
    }
    metadata.response_modes = Some(vec!["jwt".into(), "saml".into()]);
    refused(&world.register(metadata, Some(SECRET)), 400, "invalid_client_metadata", &["FAPI-CLIENTS-3", "FAPI2-MS-5.3.3-1"]);
}

#[test]
fn a_client_that_could_not_be_answered_in_any_of_its_modes_is_not_registered() {
    let with = |policy: Policy, modes: &[&str]| {
        let mut metadata = app(&["code"]);
        metadata.response_modes = Some(modes.iter().map(|mode| (*mode).to_owned()).collect());
        World::new(policy).register(metadata, Some(SECRET))
    };
    let signed = || OAUTH.policy().tighten(&FAPI2_SIGNED_RESPONSES.policy()).unwrap();
    for (policy, modes) in [(OAUTH.policy(), &["query"][..]), (signed(), &["jwt"]), (signed(), &["query", "form_post.jwt"])] {
        assert!(matches!(with(policy, modes).reply, Registered::Stored), "{modes:?}");
    }
    for (policy, modes) in [(OAUTH.policy(), &[][..]), (signed(), &["query"]), (signed(), &["fragment", "form_post"])] {
        refused(&with(policy, modes), 400, "invalid_client_metadata", &["FAPI-CLIENTS-1"]);
    }
}

#[test]
fn a_pushed_request_is_refused_for_its_mode_where_it_is_pushed() {
    let world = World::fapi2();
    let client = crate::support::client::Client::registered(&world, "client-1", 10);
    refused(&client.push(&world, &[("response_mode", Some("x"))]), 400, "invalid_request", &["OIDCC-3.1.2.6-2"]);
    let pushed = client.push(&world, &[("response_mode", Some("jwt"))]);
    let shown = prompt(client.present(&world, &member(&pushed.reply, "request_uri"), None));
    let shown = prompt(client.answer(&world, &shown, crate::support::client::Client::login()));
    let scope = shown.permissions.scope.to_string();
    let answered = response(client.answer(&world, &shown, crate::support::client::Client::consent(&scope)));
    let location = header(&answered, "location");
    let jwt = location.strip_prefix(&format!("{REDIRECT}?response=")).unwrap();
    let claims = signed(&world, jwt);
    assert_eq!(claims.get("aud"), Some(&"client-1".into()));
    assert!(Jws::parse(jwt).is_ok());
    let code = claims.get("code").and_then(Json::as_str).unwrap();
    assert_eq!(client.redeem(&world, code).reply.status(), 200);
}
