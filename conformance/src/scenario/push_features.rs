//! Features of OpenID Connect that a server supports or refuses, but does not ignore.

use serde_json::{Value, json};

use super::nearly_right::told;
use super::{Scenario, always, front_channel, openid, run};
use crate::browser::{Browser, Landing};
use crate::client::{FormRequest, Tokens};
use crate::finding::{Finding, Stop, Tried, skip};
use crate::jwt::{Jwt, Received};
use crate::keys;
use crate::session::{Front, Session, Wire, wire};
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749};

const REQUEST: Front = Front {
    push: Wire::new(&[400], &["request_not_supported", "invalid_request", "invalid_request_object"]),
    redirect: &["request_not_supported", "invalid_request", "invalid_request_object"],
};
const REGISTRATION: Front = Front {
    push: Wire::new(&[400], &["registration_not_supported", "invalid_request"]),
    redirect: &["registration_not_supported", "invalid_request"],
};
const HINT: Front =
    Front { push: Wire::new(&[400], &["invalid_request", "login_required"]), redirect: &["invalid_request", "login_required"] };
const MODE: Front = Front {
    push: Wire::new(&[400], &["invalid_request", "unsupported_response_mode"]),
    redirect: &["invalid_request", "unsupported_response_mode"],
};

const SCOPE: Front =
    Front { push: Wire::new(&[400], &["invalid_scope", "invalid_request"]), redirect: &["invalid_scope", "invalid_request"] };

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "push-unsigned-request-object",
        "The parameters of a request object without a signature are not used.",
        run!(unsigned_request_object),
    )
    .requires(&[&oidcc::REQUEST_NOT_SUPPORTED, &fapi2_sp::NO_ALG_NONE])
    .when(front_channel)
    .asserts(&[
        "PAR answers 400 request_not_supported, invalid_request or invalid_request_object, or the redirect URI gets one of them",
        "without OpenID, `request` may be ignored as an unknown parameter: then the response has the state from outside of it",
    ]),
    Scenario::negative("push-registration", "A pushed request with the registration parameter is refused.", |s| {
        Box::pin(front(s, s.one.push().set("registration", "{\"client_name\":\"Another\"}"), &REGISTRATION))
    })
    .requires(&[&oidcc::REGISTRATION_NOT_SUPPORTED])
    .when(openid)
    .asserts(&["PAR answers 400 registration_not_supported or invalid_request, or the redirect URI gets one of them"]),
    Scenario::negative("prompt-none-and-login", "prompt=none together with another value is refused.", run!(none_and_login))
    .requires(&[&oidcc::NONE_STANDS_ALONE])
    .when(openid)
    .asserts(&["PAR answers 4xx, or the redirect URI gets an error, or an error page is shown; any error will do"]),
    Scenario::negative("push-unknown-response-mode", "An unknown response_mode is refused.", |s| {
        Box::pin(front(s, s.one.push().set("response_mode", "urn:example:unknown"), &MODE))
    })
    .requires(&[&oidcc::RESPONSE_MODE_SUPPORTED])
    .when(openid)
    .asserts(&["PAR answers 400 invalid_request or unsupported_response_mode, or the redirect URI gets one of them"]),
    Scenario::negative("essential-acr-out-of-reach", "A request for an essential acr that the login does not reach is refused.", run!(acr))
        .requires(&[&oidcc::ESSENTIAL_ACR])
        .when(openid)
        .asserts(&[
            "if claims_parameter_supported is true: PAR answers 400, or the redirect URI gets an error, or an error page is shown",
            "no tokens are issued: for one class and for two in `values`, and in a browser with a session; for one in `value`, tokens \
             are a warning, since OpenID Connect Core 5.5.1.1 speaks of `values`",
        ]),
    Scenario::negative("scope-separators", "A scope whose words are not separated by single spaces is refused.", run!(separators))
        .requires(&[&rfc6749::SCOPE_SYNTAX])
        .when(always)
        .asserts(&[
            "the scope with a space before it, a space after it, and two spaces, a tab or a line feed between its words (without a \
             second word, behind it)",
            "PAR answers 400 invalid_scope or invalid_request, or the redirect URI gets one of them, or an error page is shown",
            "without a front channel, the token endpoint answers 400 invalid_scope or invalid_request",
        ]),
    Scenario::negative("hint-by-another-server", "An id_token_hint that the server did not sign is refused.", run!(foreign_hint))
    .requires(&[&oidcc::HINT_IS_OURS])
    .when(openid)
    .asserts(&[
        "control: an ID token of the server is accepted as id_token_hint (otherwise skipped)",
        "the same claims under another key: PAR answers 400, or the redirect URI gets an error, or an error page is shown",
    ]),
    Scenario::negative("claims-for-another-user", "A request for the sub of another user is refused.", run!(another_user))
        .requires(&[&oidcc::ONLY_THE_ASKED_SUBJECT])
        .when(openid)
        .asserts(&[
            "claims asks for another sub: PAR answers 400, or the redirect URI gets an error, or an error page is shown; no tokens",
        ]),
];

/// A request object that contains the whole request, with another state, and is not signed.
fn request_object(s: &Session, push: &FormRequest, state: &str) -> String {
    let client = &s.one;
    let jwt = Jwt::new(&keys::SigningKey::es256(), client.now())
        .claim("iss", client.id())
        .claim("aud", s.target.issuer.as_str())
        .not_before(0)
        .expires(60);
    let own = push.complete_fields().into_iter().filter(|(name, _)| !name.starts_with("client_assertion"));
    own.fold(jwt, |jwt, (name, value)| jwt.claim(&name, value)).claim("state", state).unsigned().sign()
}

async fn unsigned_request_object(s: &Session) -> Tried<()> {
    let (push, inside) = (s.one.push(), keys::random());
    let push = push.clone().set("request", request_object(s, &push, &inside));
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused(&reply, &REQUEST.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    let Landing::Callback(callback) = &landing else { return s.landed_refused(&pushed, &landing, REQUEST.redirect) };
    let used = callback.parameter("state").as_ref() == Some(&inside);
    if callback.parameter("code").is_none() && callback.parameter("error").is_some() {
        s.rests_on(OrdinaryKind::Code);
        return s.upheld(callback.exchange);
    }
    let broken = |got: &str, rule: &'static Requirement| {
        let finding = Finding::new("a refusal of a request object without a signature", got);
        Err(Finding { exchange: callback.exchange, ..finding.against(rule) }.into())
    };
    match (used, s.variant().openid()) {
        // OpenID Connect allows it, FAPI does not.
        (true, _) => broken("a code for the request object", &fapi2_sp::NO_ALG_NONE),
        (false, true) => broken("a code for the request without its object", &oidcc::REQUEST_NOT_SUPPORTED),
        // OAuth has no `request` parameter, and a server ignores parameters that it does not know.
        (false, false) => {
            s.looks();
            s.one.accept(&pushed, landing).map(drop)
        }
    }
}

async fn none_and_login(s: &Session) -> Tried<()> {
    // In a browser with a session, `none` alone could be served.
    let mut browser = s.one.browser();
    let before = s.pushed().await?;
    s.one.accept(&before, s.one.authorize(&before).land_in(&mut browser).await?)?;
    let push = s.one.push().set("prompt", "none login");
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused(&reply, &Wire::new(wire::ANY_4XX, &[]));
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).looking().land_in(&mut browser).await?;
    let error = match &landing {
        Landing::Callback(callback) if callback.parameter("code").is_none() => callback.parameter("error"),
        _ => None,
    };
    if error.is_some() {
        s.rests_on(OrdinaryKind::Code);
        return s.upheld(landing.exchange());
    }
    s.landed_refused(&pushed, &landing, &[])
}

async fn foreign_hint(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let genuine = tokens.reply.member("id_token").unwrap_or_default();
    let Ok(token) = Received::parse(&genuine) else { return skip("the ID token cannot be read, so it cannot be forged") };
    let control = s.one.push().set("id_token_hint", genuine);
    let reply = control.send().await?;
    if !reply.grants() {
        return skip("no control: the server refuses its own ID token as id_token_hint");
    }
    let pushed = control.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    if !matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
        return skip(format!(
            "no control: with its own ID token as id_token_hint, the server answers with {}",
            landing.describe()
        ));
    }
    let key = keys::SigningKey::es256();
    let forged = token
        .header
        .iter()
        .filter(|(name, _)| *name != "alg")
        .fold(Jwt::new(&key, s.one.now()), |jwt, (name, value)| jwt.header(name, value.clone()));
    let forged = token.claims.iter().fold(forged, |jwt, (name, value)| jwt.claim(name, value.clone())).sign();
    front(s, s.one.push().set("id_token_hint", forged), &HINT).await
}

async fn front(s: &Session, push: FormRequest, front: &Front) -> Tried<()> {
    s.refused_in_front(&push, front).await
}

const ACR: Front =
    Front { push: wire::INVALID_REQUEST, redirect: &["unmet_authentication_requirements", "access_denied", "login_required"] };

async fn acr(s: &Session) -> Tried<()> {
    const CLASS: &str = "urn:example:out-of-reach";
    let got = |tokens: &Tokens| {
        let acr = tokens.id_token.as_ref().and_then(|claims| claims.get("acr"));
        acr.map_or("tokens without acr".into(), |acr| format!("tokens with acr {acr}"))
    };
    let claims = |name: &str, value: Value| json!({ "id_token": { "acr": { "essential": true, name: value } } });
    let one = || claims("values", json!([CLASS]));
    told(s, unanswered(s, one(), &mut s.one.browser(), got).await, "one class in `values`")?;
    let two = claims("values", json!([CLASS, "urn:example:out-of-reach-too"]));
    told(s, unanswered(s, two, &mut s.one.browser(), got).await, "two classes in `values`")?;
    let mut with_session = s.one.browser();
    s.one.authorize(&s.pushed().await?).land_in(&mut with_session).await?;
    told(s, unanswered(s, one(), &mut with_session, got).await, "one class in `values`, in a browser with a session")?;
    match unanswered(s, claims("value", json!(CLASS)), &mut s.one.browser(), got).await {
        Err(Stop::Failed(finding)) if finding.is_asserted() && !s.target.instance.strict() => {
            s.warn(format!("expected {}; got {} (one class in `value`)", finding.expected, finding.got));
            Ok(())
        }
        ended => told(s, ended, "one class in `value`"),
    }
}

async fn separators(s: &Session) -> Tried<()> {
    let is_pushed = s.variant().front_channel();
    let scope = if is_pushed { s.one.scope() } else { s.one.settings().client_scope.clone().unwrap_or_default() };
    if scope.is_empty() {
        return skip("the client asks for no scope");
    }
    let between = |separator: &str| match scope.split_once(' ') {
        Some((first, others)) => format!("{first}{separator}{others}"),
        None => format!("{scope}{separator}"),
    };
    for (sent, shown) in [
        (format!(" {scope}"), "a space before the scope"),
        (format!("{scope} "), "a space after the scope"),
        (between("  "), "two spaces"),
        (between("\t"), "a tab"),
        (between("\n"), "a line feed"),
    ] {
        let ended = if is_pushed {
            s.refused_in_front(&s.one.push().set("scope", sent), &SCOPE).await
        } else {
            s.refused(&s.one.credentials().set("scope", sent).send().await?, &SCOPE.push)
        };
        told(s, ended, shown)?;
    }
    Ok(())
}

async fn another_user(s: &Session) -> Tried<()> {
    let claims = json!({ "id_token": { "sub": { "value": keys::random() } } });
    unanswered(s, claims, &mut s.one.browser(), |_| "tokens for another sub".into()).await
}

/// Demands that a request for claims that the server cannot satisfy does not lead to tokens.
async fn unanswered(s: &Session, claims: Value, browser: &mut Browser, got: impl Fn(&Tokens) -> String + Send) -> Tried<()> {
    if !s.one.metadata().is_true("claims_parameter_supported") {
        return skip("claims_parameter_supported is not true");
    }
    let push = s.one.push().set("claims", claims.to_string());
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused(&reply, &ACR.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land_in(browser).await?;
    let has_code = matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some());
    if !has_code {
        return s.landed_refused(&pushed, &landing, ACR.redirect);
    }
    let tokens = s.one.redeem(&s.one.accept(&pushed, landing)?).tokens().await?;
    let requirement = s.requires().first().copied();
    Err(Finding {
        requirement,
        ..Finding::new("no tokens, since the requested claims cannot be satisfied", got(&tokens)).shown_by(tokens.reply.number())
    }
    .into())
}
