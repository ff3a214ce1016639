//! The `Debug` form of a potential credential shows enough to recognize its kind in a log, and nothing that could be used.

use crate::support::client::{Client, VERIFIER};
use crate::support::*;
use fapi::form::{Form, FormLimits};
use fapi::jose::Algorithm;
use fapi::pkce::CodeVerifier;
use fapi::record::Record;
use fapi::*;

#[test]
fn bearer_values_show_only_their_type() {
    for (shown, expected) in [
        (format!("{:?}", Entropy::new([7; 32])), "Entropy(..)"),
        (format!("{:?}", SessionHandle::new("a session")), "SessionHandle(..)"),
        (format!("{:?}", BrowserHandle::new("a browser")), "BrowserHandle(..)"),
        (format!("{:?}", InteractionId::new("an interaction")), "InteractionId(..)"),
        (format!("{:?}", CodeVerifier::parse(VERIFIER).unwrap()), "CodeVerifier(..)"),
        (format!("{:?}", Record::from_bytes(b"a record".to_vec())), "Record(8 bytes)"),
    ] {
        assert_eq!(shown, expected);
    }
}

#[test]
fn requests_show_names_without_values() {
    let form = Form::parse(b"code=secret&code_verifier=secret", FormLimits::default()).unwrap();
    assert_eq!(format!("{form:?}"), r#"Form["code", "code_verifier"]"#);
    let mut request = post(&[("code", "secret")]);
    *request.uri_mut() = "/token?code=secret".parse().unwrap();
    request.headers_mut().insert("authorization", "Basic secret".parse().unwrap());
    assert_eq!(format!("{:?}", Inbound::new(&request)), "Inbound(POST /token)");
}

#[test]
fn uses_of_keys_show_only_key_and_algorithm() {
    let input = b"secret".to_vec();
    for (key_use, expected) in [
        (KeyUse::Sign { key: "as-1".into(), algorithm: Algorithm::ES256, input: input.clone() }, "Sign(as-1, ES256)"),
        (KeyUse::Mac { input: input.clone() }, "Mac"),
        (KeyUse::Seal { input: input.clone() }, "Seal"),
        (KeyUse::Open { input }, "Open"),
    ] {
        assert_eq!(format!("{key_use:?}"), expected);
    }
}

#[test]
fn outcomes_show_events_without_credentials() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let shown = prompt(client.present(&world, &member(&client.push(&world, &[]).reply, "request_uri"), None));
    let logged_in = client.answer(&world, &shown, Client::login());
    let page = format!("{:?}", logged_in.reply);
    assert!(page.starts_with("Interact(Prompt {") && page.contains("client-1"), "{page}");
    assert!(!page.contains(shown.browser.as_str()) && !page.contains(shown.id.as_str()), "{page}");
    let answered = client.answer(&world, &prompt(logged_in), Client::consent("accounts"));
    assert_eq!(format!("{:?}", answered.reply), "Respond(303 See Other)");
    let outcome = format!("{answered:?}");
    assert!(outcome.starts_with("Outcome { event: Event {") && outcome.contains("Accepted"), "{outcome}");
    let code = redirected(&response(answered), "code").unwrap();
    assert!(!outcome.contains(&code), "{outcome}");
}
