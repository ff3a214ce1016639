//! Requests for a certain user or a recent login that are wrong only where a careless check does not look.

use fapi::requirement::oidcc;
use serde_json::json;

use super::nearly_right::told;
use super::{Scenario, openid, run};
use crate::browser::Landing;
use crate::browser::page::Page;
use crate::client::{FormRequest, Pushed};
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::jwt::{Jwt, Received};
use crate::keys;
use crate::nearly;
use crate::session::{Front, Session, Wire, wire};
use crate::target::OrdinaryKind;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("hint-nearly-right", "An id_token_hint whose signature anyone can make is refused.", run!(hint))
        .requires(&[&oidcc::HINT_IS_OURS])
        .when(openid)
        .asserts(&[
            "control: an ID token of the server is accepted as id_token_hint (otherwise skipped)",
            "without signature with alg none and with its own, with zeros, with an unknown kid under another key",
            "each hint: PAR answers 400, or the redirect URI gets an error, or an error page is shown; never a code",
        ]),
    Scenario::negative(
        "claims-sub-nearly-right",
        "A request for a sub that only resembles that of the user is refused.",
        run!(claims_sub),
    )
    .requires(&[&oidcc::ONLY_THE_ASKED_SUBJECT])
    .when(openid)
    .asserts(&[
        "six values in the claims parameter, by a browser in which the user has logged in: no code",
        "skipped if claims_parameter_supported is not true, or if the right sub is refused too",
    ]),
    Scenario::negative(
        "prompt-login-among-others",
        "With prompt=login consent a user with a session has to log in again.",
        run!(prompt_login),
    )
    .requires(&[&oidcc::LOGIN_AGAIN])
    .when(openid)
    .asserts(&[
        "a browser with a session gets a page, or the redirect URI gets an error, but no code",
        "for the reference server: the page asks for a password",
    ]),
    Scenario::negative("max-age-of-a-second", "With max_age=1 a user who logged in before has to log in again.", run!(max_age))
        .requires(&[&oidcc::MAX_AGE])
        .when(openid)
        .seconds(15)
        .asserts(&[
            "15 s after the login, a browser with a session gets a page, or the redirect URI gets an error, but no code",
            "for the reference server: the page asks for a password",
        ]),
];

const HINT: Front =
    Front { push: Wire::new(&[400], &["invalid_request", "login_required"]), redirect: &["invalid_request", "login_required"] };

async fn hint(s: &Session) -> Tried<()> {
    let genuine = s.one.tokens().await?.reply.member("id_token").unwrap_or_default();
    let Ok(token) = Received::parse(&genuine) else { return skip("the ID token cannot be read, so it cannot be forged") };
    let control = s.one.push().set("id_token_hint", genuine.as_str());
    let reply = control.send().await?;
    if !reply.grants() {
        return skip("no control: the server refuses its own ID token as id_token_hint");
    }
    let landing = s.one.authorize(&control.taken(&reply)?).land().await?;
    if !matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
        let got = landing.describe();
        return skip(format!("no control: with its own ID token as id_token_hint, the server answers with {got}"));
    }
    let key = keys::SigningKey::es256();
    let header = token.header.iter().filter(|(name, _)| *name != "alg");
    let forged = header.fold(Jwt::new(&key, s.one.now()), |jwt, (name, value)| jwt.header(name, value.clone()));
    let forged = token.claims.iter().fold(forged, |jwt, (name, value)| jwt.claim(name, value.clone()));
    let attempts = [
        ("the alg was none", forged.clone().unsigned().sign()),
        ("there was no signature", forged.clone().signature([]).sign()),
        ("the signature was 64 zeros", forged.clone().header("alg", "ES256").signature([0; 64]).sign()),
        ("the kid was unknown", forged.header("kid", format!("unknown-{}", keys::random())).sign()),
    ];
    for (shown, text) in attempts {
        told(s, s.refused_in_front(&s.one.push().set("id_token_hint", text), &HINT).await, shown)?;
    }
    Ok(())
}

fn asking_for(s: &Session, sub: &str) -> FormRequest {
    s.one.push().set("claims", json!({ "id_token": { "sub": { "value": sub } } }).to_string())
}

/// Returns true if a visit ended with a code. A response that has an error as well is a refusal, which `openid-error-response` judges.
fn is_code(landing: &Landing) -> bool {
    matches!(landing, Landing::Callback(callback) if callback.parameter("code").is_some() && callback.parameter("error").is_none())
}

async fn claims_sub(s: &Session) -> Tried<()> {
    if !s.one.metadata().is_true("claims_parameter_supported") {
        return skip("claims_parameter_supported is not true");
    }
    let (first, mut browser) = (s.pushed().await?, s.one.browser());
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    let tokens = s.one.redeem(&s.one.accept(&first, landing)?).tokens().await?;
    let sub = tokens.id_token.as_ref().and_then(|claims| claims.get("sub")?.as_str().map(str::to_owned));
    let Some(sub) = sub else { return skip("the ID token has no sub") };
    let control = asking_for(s, &sub);
    let reply = control.send().await?;
    if !reply.grants() || !is_code(&s.one.authorize(&control.taken(&reply)?).land_in(&mut browser).await?) {
        return skip("no control: a request for the sub of the user is refused");
    }
    let ways = [
        &nearly::BEGINNING,
        &nearly::SHORTENED,
        &nearly::END,
        &nearly::WITHIN,
        &nearly::CASE,
        &nearly::TRIMMED,
        &nearly::DECODED,
    ];
    for way in ways {
        let Some(value) = (way.wrong)(&sub).into_iter().find(|value| *value != sub) else { continue };
        let attempt = format!("sub resembled the right one: the server {}", way.habit);
        let push = asking_for(s, &value);
        let reply = push.send().await?;
        let ended = if reply.grants() {
            let landing = s.one.authorize(&push.taken(&reply)?).land_in(&mut browser.clone()).await?;
            not_a_code(s, &landing)
        } else {
            s.refused(&reply, &Wire::new(wire::ANY_4XX, &[]))
        };
        told(s, ended, &attempt)?;
    }
    Ok(())
}

/// Demands that a visit led to no code.
fn not_a_code(s: &Session, landing: &Landing) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    if is_code(landing) {
        let requirement = s.requires().first().copied();
        return Err(Finding { exchange: landing.exchange(), requirement, ..Finding::new("no code", landing.describe()) }.into());
    }
    s.upheld(landing.exchange())
}

async fn prompt_login(s: &Session) -> Tried<()> {
    asked_again(s, 0, |push| push.set("prompt", "login consent")).await
}

async fn max_age(s: &Session) -> Tried<()> {
    asked_again(s, 15, |push| push.set("max_age", "1")).await
}

/// Demands that a browser with a session is asked again after so many seconds, because of a parameter.
async fn asked_again(s: &Session, seconds: u64, change: impl FnOnce(FormRequest) -> FormRequest + Send) -> Tried<()> {
    let glance = s.one.authorize(&s.pushed().await?).looking().land().await?;
    if !matches!(glance, Landing::Waiting(_)) {
        return skip(format!("the server did not show a page with a form: got {}", glance.describe()));
    }
    let (first, mut browser) = (s.pushed().await?, s.one.browser());
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    s.one.accept(&first, landing)?;
    s.pass(seconds).await;
    let pushed: Pushed = change(s.one.push().set("scope", "openid")).pushed().await?;
    let landing = s.one.authorize(&pushed).looking().land_in(&mut browser).await?;
    let kept = match &landing {
        Landing::Waiting(page) => s.target.instance.strict() && !asks_for_password(page),
        other => is_code(other),
    };
    s.rests_on(OrdinaryKind::Code);
    if kept {
        let requirement = s.requires().first().copied();
        let finding = Finding::new("a page that asks the user to log in", landing.describe());
        return Err(Finding { exchange: landing.exchange(), requirement, ..finding }.into());
    }
    Ok(())
}

fn asks_for_password(page: &Reply) -> bool {
    Page::read(&page.text()).asks_for_password()
}
