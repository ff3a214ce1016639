//! A refusal that is sent as a signed JWT (JARM): its encoding pauses for a key, and ends as a page when no key can be had.

use super::{CALLBACK, Host, ISSUER, context, server};
use crate::authorization::encode;
use crate::client::Client;
use crate::delivery::{AuthorizationResponse, Delivery, RedirectTarget, ResponseMode};
use crate::error_code::ErrorCode::InvalidScope;
use crate::event::Endpoint;
use crate::exchange::{Decision, Entrance, KeyUse, Operation, Pause, Positions, Turn, begin};
use crate::interaction::Navigation;
use crate::record::Write;
use crate::requirement::rfc6749;
use crate::response::Response;
use crate::server::AuthorizationServer;
use crate::{Disposition, Outcome};
use http::StatusCode;
use std::sync::Arc;

/// An endpoint that has a target that wants signed responses, and refuses; or commits, if it has a write.
struct Refuses {
    server: Arc<AuthorizationServer>,
    write: Option<Write>,
}

impl Refuses {
    fn target() -> RedirectTarget {
        RedirectTarget::checked(CALLBACK.into(), Some("s".into()), ISSUER.into(), ResponseMode::QueryJwt)
    }
}

impl Operation<Navigation> for Refuses {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        turn.load(self.server.key::<Client>("app"))?;
        let decided = match &self.write {
            Some(write) => {
                let response = Self::target().respond(&[("code", "c")]);
                Ok(Decision::responds(response, Navigation::Respond, [write.clone()]))
            }
            None => Err(rfc6749::SCOPE_DEFAULT.refuse(InvalidScope, "scope is missing.").into()),
        };
        decided.deliver_to(&Self::target())
    }

    fn encode(&self, turn: &Turn<'_>, response: &AuthorizationResponse) -> Result<Response, Pause> {
        encode(&self.server.at(turn), "app", response)
    }
}

fn run(host: &mut Host, write: Option<Write>) -> (Outcome<Navigation>, Response) {
    let server = server();
    host.uses.clear();
    let entrance = Entrance::new(Endpoint::Authorization, Delivery::Page, server.settings.primitives);
    let outcome = host.drive(begin(entrance, context(2), || Ok(Refuses { server, write })));
    let response = match &outcome.reply {
        Navigation::Respond(response) => response.clone(),
        Navigation::Inform(page) => page.response(),
        Navigation::Interact(prompt) => panic!("no response: {prompt:?}"),
    };
    (outcome, response)
}

fn signed(key_use: &KeyUse) -> String {
    let KeyUse::Sign { input, .. } = key_use else { panic!("a signature") };
    let text = String::from_utf8_lossy(input).into_owned();
    let payload = text.split('.').nth(1).and_then(crate::jose::base64url::decode).expect("a payload");
    String::from_utf8_lossy(&payload).into_owned()
}

#[test]
fn a_refusal_pauses_to_be_signed() {
    let mut host = Host::default();
    host.register(&server());
    let (outcome, response) = run(&mut host, None);
    let location = response.headers()["location"].to_str().expect("text");
    assert!(location.starts_with("https://app.example/cb?response=") && !location.contains("error="), "{location}");
    let claims = signed(&host.uses[0]);
    assert!(claims.contains(r#""aud":"app""#) && claims.contains(r#""error":"invalid_scope""#), "{claims}");
    assert!(claims.contains(r#""state":"s""#) && claims.matches("\"iss\"").count() == 1, "{claims}");
    assert!(matches!(outcome.event.disposition, Disposition::Refused { .. }));
}

#[test]
fn without_a_key_the_user_sees_a_page() {
    let mut host = Host::default();
    let server = server();
    host.register(&server);
    host.keys_unavailable = true;
    let (outcome, response) = run(&mut host, None);
    assert_eq!((response.status(), response.headers().get("location")), (StatusCode::BAD_REQUEST, None));
    assert!(matches!(outcome.reply, Navigation::Inform(_)), "{:?}", outcome.reply);
    assert!(matches!(outcome.event.disposition, Disposition::Refused { .. }), "the event says what was refused");
}

#[test]
fn an_outage_after_the_decision_is_signed_too() {
    let mut host = Host::default();
    let server = server();
    let write = server.key::<Client>("other").insert(&client(), crate::Timestamp::NEVER);
    host.register(&server);
    host.commits_fail = true;
    let (outcome, response) = run(&mut host, Some(write));
    assert!(response.headers()["location"].to_str().expect("text").contains("?response="));
    assert!(signed(host.uses.last().expect("a use")).contains(r#""error":"temporarily_unavailable""#));
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
}

fn client() -> Client {
    let metadata = crate::ClientMetadata::new("other", crate::policy::AuthenticationMethod::None);
    Client { metadata, terms: crate::ClientTerms::default(), secret: None }
}
