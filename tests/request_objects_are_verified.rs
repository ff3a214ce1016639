//! A request object comes from its client: it has the form of a signed JWT, one of the client's keys signed it, and it names the
//! client. Until then nothing in it is used, so that each error is told to the user and none to the redirect URI in it.

use crate::support::client::Client;
use crate::support::keys::Key;
use crate::support::refusal::Told;
use crate::support::request_object::{At, changed};
use crate::support::*;
use fapi::jose::{Json, Object, base64url};
use fapi::policy::OAUTH;
use fapi::*;

const UNSIGNED: &str = "RFC9101-6.2-1";

fn world() -> (World, Client) {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

#[test]
fn a_signed_request_leads_to_a_code() {
    let (world, client) = world();
    let object = client.object(&world, &[]);
    for request_uri in [false, true] {
        let shown = match request_uri {
            false => client.present_object(&world, &object, &[]),
            true => client.present(&world, &member(&client.push_object(&world, &object, &[]).reply, "request_uri"), None),
        };
        let shown = prompt(shown);
        assert_eq!(shown.permissions.scope.to_string(), "openid accounts");
        let answered = match client.answer(&world, &shown, Client::login()).reply {
            Navigation::Interact(shown) => response(client.answer(&world, &shown, Client::consent("openid accounts"))),
            answered => answered.told(),
        };
        assert_eq!(redirected(&answered, "state").as_deref(), Some("a state"));
        let tokens = client.redeem(&world, &redirected(&answered, "code").expect("a code"));
        assert_eq!(tokens.reply.status(), 200, "{:?}", tokens.event);
    }
}

#[test]
fn get_and_post_carry_it_alike() {
    let (world, client) = world();
    let object = client.object(&world, &[]);
    let request = post(&[("client_id", "client-1"), ("request", &object)]);
    prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
}

#[test]
fn it_has_the_form_of_a_signed_jwt() {
    let (world, client) = world();
    let good = client.object(&world, &[]);
    client.accepted_at_both(&world, &good);
    let parts: Vec<_> = good.split('.').collect();
    let text = |text: &str| base64url::encode(text.as_bytes());
    let cases: &[(String, &[&str])] = &[
        ("x".into(), &[UNSIGNED, "RFC7515-5.2-1"]),
        (format!("{}.{}", parts[0], parts[1]), &[UNSIGNED, "RFC7515-5.2-1"]),
        (format!("{good}.x"), &[UNSIGNED, "RFC7515-5.2-1"]),
        (format!("{}.{}=.{}", parts[0], parts[1], parts[2]), &[UNSIGNED, "RFC8725BIS-3.14-1"]),
        (format!("{}.{}.", parts[0], parts[1]), &[UNSIGNED, "RFC7518-3.4-1"]),
        (format!("{}.{}.", text(r#"{"alg":"none"}"#), parts[1]), &[UNSIGNED, "RFC7518-3.6-1", "RFC9101-10.2-1"]),
        (format!("{}.{}.{}", text(r#"{"alg":"none"}"#), parts[1], parts[2]), &[UNSIGNED, "RFC7518-3.6-1", "RFC9101-10.2-1"]),
        (format!("{}.{}.{}", text(r#"{"alg":"XS256"}"#), parts[1], parts[2]), &[UNSIGNED, "RFC7515-4.1.1-1"]),
        (format!("{}.{}.{}", text(r#"{"alg":"ES256","crit":["x"],"x":1}"#), parts[1], parts[2]), &[UNSIGNED, "RFC7515-4.1.11-1"]),
        (format!("{}.{}.{}", parts[0], text(r#"{"scope":"a","scope":"b"}"#), parts[2]), &[UNSIGNED, "RFC7519-4-1"]),
        (format!("{}.{}.{}", parts[0], text("[]"), parts[2]), &[UNSIGNED, "RFC7519-7.2-1"]),
    ];
    for (object, requirements) in cases {
        client.refused_at_both(&world, object, At::Page, "invalid_request_object", requirements);
    }
}

#[test]
fn a_key_of_its_client_signed_it() {
    let (world, client) = world();
    let other = Client::registered(&world, "client-2", 12);
    let claims = client.object_claims(&world);
    let header = |kid: Option<&str>| changed(client.object_header(), &[("kid", kid.map(Json::from))]);
    let without_kid = client.key.jws(&header(None), &claims);
    client.accepted_at_both(&world, &without_kid);
    let unverified = &[UNSIGNED, "RFC8725-3.3-1"][..];
    let by_other = other.key.jws(&header(Some("k1")), &claims);
    client.refused_at_both(&world, &by_other, At::Page, "invalid_request_object", unverified);
    let altered = client.object(&world, &[("scope", Some("openid".into()))]);
    let parts: Vec<_> = altered.split('.').collect();
    let good = client.object(&world, &[]);
    let altered = format!("{}.{}.{}", parts[0], parts[1], good.rsplit('.').next().unwrap());
    client.refused_at_both(&world, &altered, At::Page, "invalid_request_object", unverified);
    let unknown = client.key.jws(&header(Some("k2")), &claims);
    let no_key = &[UNSIGNED, "RFC7515-6-1", "RFC9101-6.2-2"];
    client.refused_at_both(&world, &unknown, At::Page, "invalid_request_object", no_key);
}

#[test]
fn a_client_without_keys_signs_nothing() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.token_endpoint_auth_method = policy::AuthenticationMethod::None;
    metadata.grant_types.retain(|grant| grant.as_str() == "authorization_code");
    metadata.jwks = None;
    world.registered(metadata, None);
    let outcome = client.present_object(&world, &client.object(&world, &[]), &[]);
    refusal::refused(&outcome, 400, "invalid_request_object", &[UNSIGNED, "RFC7515-6-1"]);
}

#[test]
fn it_is_signed_with_a_key_pair() {
    let (world, client) = world();
    let header = client.object_header().with("alg", "HS256");
    let object = client.key.jws(&header, &client.object_claims(&world));
    client.refused_at_both(&world, &object, At::Page, "invalid_request_object", &["RFC9101-6.2-3", "OCP-JAR-09"]);
}

#[test]
fn only_keys_that_the_terms_list_sign_it() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let second = Key::es256("k2", 20);
    let mut metadata = client.metadata();
    metadata.jwks = Some(Json::Object(Object::default().with("keys", vec![client.key.named(), second.named()])));
    let mut terms = ClientTerms::default();
    terms.signed_request_object.credentials = vec!["k2".into()];
    world.registered(Registration::of(metadata.clone()).terms(terms), None);
    let object = |key: &Key, kid: Option<&str>| {
        let header = changed(client.object_header(), &[("kid", kid.map(Json::from))]);
        key.jws(&header, &client.object_claims(&world))
    };
    client.accepted_at_both(&world, &object(&second, Some("k2")));
    client.accepted_at_both(&world, &object(&second, None));
    let unlisted = &[UNSIGNED, "RFC7515-6-1", "RFC9101-6.2-2", "OCP-JAR-03"];
    client.refused_at_both(&world, &object(&client.key, Some("k1")), At::Page, "invalid_request_object", unlisted);
    let unverified = &[UNSIGNED, "RFC8725-3.3-1"];
    client.refused_at_both(&world, &object(&client.key, None), At::Page, "invalid_request_object", unverified);
    world.registered(metadata, None);
    client.accepted_at_both(&world, &object(&client.key, Some("k1")));
}

#[test]
fn a_key_signs_it_until_it_expires() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let expires_at = Timestamp::from_seconds(world.now.get() + 60);
    let mut terms = ClientTerms::default();
    terms.signed_request_object.credentials = vec![RequestObjectCredential::new("k1").expires_at(expires_at)];
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    world.pass(59);
    client.accepted_at_both(&world, &client.object(&world, &[]));
    world.pass(1);
    let expired = &[UNSIGNED, "RFC7515-6-1", "RFC9101-6.2-2", "OCP-JAR-11"];
    client.refused_at_both(&world, &client.object(&world, &[]), At::Page, "invalid_request_object", expired);
    let without_kid = client.key.jws(&changed(client.object_header(), &[("kid", None)]), &client.object_claims(&world));
    let expired = &[UNSIGNED, "RFC7515-6-1", "OCP-JAR-11"];
    client.refused_at_both(&world, &without_kid, At::Page, "invalid_request_object", expired);
}

#[test]
fn keys_at_an_address_are_fetched_again_once() {
    let world = World::new(OAUTH.policy());
    let url = "https://client.example/jwks";
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    (metadata.jwks, metadata.jwks_uri) = (None, Some(url.into()));
    world.registered(metadata, None);
    let publish = |at: String, key: &Key, time| {
        world.documents.borrow_mut().insert(at, (serde_json::to_string(&key.jwks()).unwrap(), time));
    };
    publish(format!("fetch {url}"), &Key::es256("old", 77), world.now.get() - 60);
    publish(format!("refetch {url}"), &client.key, world.now.get());
    prompt(client.present_object(&world, &client.object(&world, &[]), &[]));
    assert_eq!(world.traced(), "load fetch refetch commit");
    publish(format!("refetch {url}"), &Key::es256("older", 78), world.now.get());
    let outcome = client.present_object(&world, &client.object(&world, &[]), &[]);
    refusal::refused(&outcome, 400, "invalid_request_object", &[UNSIGNED, "RFC7515-6-1", "RFC9101-6.2-2"]);
    world.down.set("fetch");
    let outcome = client.present_object(&world, &client.object(&world, &[]), &[]);
    refusal::refused(&outcome, 503, "temporarily_unavailable", &[]);
}

#[test]
fn it_says_that_it_is_one_or_nothing_else() {
    let (world, client) = world();
    let typed = |typ: Option<&str>, claims: &Object| {
        client.key.jws(&changed(client.object_header(), &[("typ", typ.map(Json::from))]), claims)
    };
    let claims = client.object_claims(&world);
    for typ in [None, Some("JWT"), Some("jwt"), Some("oauth-authz-req+jwt"), Some("application/oauth-authz-req+jwt")] {
        client.accepted_at_both(&world, &typed(typ, &claims));
    }
    for typ in ["client-authentication+jwt", "dpop+jwt", "at+jwt", "oauth-authz-req", ""] {
        let object = typed(Some(typ), &claims);
        client.refused_at_both(&world, &object, At::Page, "invalid_request_object", &["RFC8725-3.12-1"]);
    }
    let assertion = claims.with("sub", "client-1");
    client.accepted_at_both(&world, &typed(Some("oauth-authz-req+jwt"), &assertion));
    for typ in [None, Some("JWT")] {
        client.refused_at_both(&world, &typed(typ, &assertion), At::Page, "invalid_request_object", &["RFC8725-3.12-1"]);
    }
    client.accepted_at_both(&world, &typed(None, &client.object_claims(&world).with("sub", "alice")));
}

#[test]
fn it_names_its_client() {
    let (world, client) = world();
    Client::registered(&world, "client-2", 12);
    let cases: &[(&str, Option<Json>, &[&str])] = &[
        ("client_id", Some("client-2".into()), &["RFC9101-6.3-2", "RFC9126-3-3"]),
        ("client_id", Some("CLIENT-1".into()), &["RFC9101-6.3-2", "RFC9126-3-3"]),
        ("client_id", None, &["RFC9101-6.3-2", "RFC9126-3-3"]),
        ("client_id", Some(vec!["client-1"].into()), &["RFC9101-6.3-3", "RFC7519-7.2-1"]),
        ("iss", Some("client-2".into()), &["RFC8725-3.8-1"]),
        ("iss", Some(ISSUER.into()), &["RFC8725-3.8-1"]),
        ("iss", Some(1.into()), &["RFC9101-6.3-3", "RFC7519-4.1.1-1"]),
    ];
    for (claim, value, requirements) in cases {
        let object = client.object(&world, &[(claim, value.clone())]);
        client.refused_at_both(&world, &object, At::Page, "invalid_request_object", requirements);
    }
    client.accepted_at_both(&world, &client.object(&world, &[("iss", None)]));
}

#[test]
fn it_is_sent_once_and_alone() {
    let (world, client) = world();
    let object = client.object(&world, &[]);
    let uri = member(&client.push_object(&world, &object, &[]).reply, "request_uri");
    for uri in [uri.as_str(), "https://client.example/request"] {
        let outcome = client.present_object(&world, &object, &[("request_uri", uri)]);
        refusal::refused(&outcome, 400, "invalid_request", &["OIDCC-6-1"]);
    }
    let outcome = client.push_object(&world, &object, &[("request_uri", &uri)]);
    refusal::refused(&outcome, 400, "invalid_request", &["RFC9126-2.1-2"]);
    prompt(client.present(&world, &uri, None));
}

#[test]
fn a_server_may_take_none() {
    let mut settings = settings(OAUTH.policy());
    settings.switches.request_parameter = false;
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let object = client.object(&world, &[]);
    let parameters = client.push_parameters();
    let beside: Vec<_> = client::pairs(&parameters).into_iter().filter(|(name, _)| *name != "client_id").collect();
    let outcome = client.push_object(&world, &object, &beside);
    refusal::refused(&outcome, 400, "request_not_supported", &["OIDCC-6.1-1"]);
    let outcome = client.present_object(&world, &object, &beside);
    refusal::refused(&outcome, 303, "request_not_supported", &["OIDCC-6.1-1"]);
}
