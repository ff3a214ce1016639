//! Authorization responses in signed JWTs (JARM). The client of the suite reads every response of such a variant strictly; these
//! scenarios are about the rules that it checks.

use super::response::refusal;
use super::{Scenario, run};
use crate::browser::{Callback, Landing, Place};
use crate::client::{FormRequest, Pushed};
use crate::finding::{Finding, Tried, skip};
use crate::keys;
use crate::session::{Front, Session, Wire};
use crate::target::OrdinaryKind;
use crate::variant::Variant;
use fapi::requirement::{Requirement, fapi2_ms, jarm, rfc6749};

/// A response mode that is not a JARM mode.
const PLAIN: Front = Front {
    push: Wire::new(&[400], &["invalid_request", "unsupported_response_mode"]),
    redirect: &["invalid_request", "unsupported_response_mode"],
};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("jarm-response", "The response is a signed JWT with everything in it.", run!(response))
        .direct().requires(&[
            &jarm::SIGNED,
            &jarm::RESPONSE_CLAIMS,
            &jarm::CODE_AND_STATE,
            &jarm::ALL_PARAMETERS_INSIDE,
            &jarm::SIGNED_RESPONSE_ALG,
            &rfc6749::STATE_ECHOED,
        ])
        .when(signed)
        .asserts(&[
            "for both clients: `response` is a JWT, signed with a key of the jwks_uri and an algorithm of the metadata",
            "iss is the issuer, aud the client, exp is later than now; code and state are inside, as texts",
        ]),
    Scenario::positive("jarm-lifetime", "The JWT of a response is valid for ten minutes at most.", run!(lifetime))
        .direct().requires(&[&jarm::RESPONSE_LIFETIME])
        .when(signed)
        .asserts(&["exp is at most ten minutes ahead"]),
    Scenario::positive("jarm-alone", "There is nothing beside the JWT of a response.", run!(alone))
        .direct().requires(&[&jarm::QUERY_JWT, &fapi2_ms::NO_PLAIN_ISS])
        .when(signed_codes)
        .asserts(&["the query has `response`, the redirect URI's own parameters and nothing else; no iss beside the JWT"]),
    Scenario::positive("jarm-query", "The mode query.jwt puts the JWT into the query.", |s| {
        Box::pin(mode(s, "query.jwt", Place::Query))
    })
    .direct().requires(&[&jarm::QUERY_JWT])
    .when(signed_codes)
    .asserts(&["a code in a JWT in the query; skipped if the metadata does not list the mode"]),
    Scenario::positive("jarm-fragment", "The mode fragment.jwt puts the JWT into the fragment.", |s| {
        Box::pin(mode(s, "fragment.jwt", Place::Fragment))
    })
    .direct().requires(&[&jarm::FRAGMENT_JWT])
    .when(signed)
    .asserts(&["a code in a JWT in the fragment; skipped if the metadata does not list the mode"]),
    Scenario::positive("jarm-form-post", "The mode form_post.jwt posts the JWT.", |s| {
        Box::pin(mode(s, "form_post.jwt", Place::Form))
    })
    .direct().requires(&[&jarm::FORM_POST_JWT])
    .when(signed)
    .asserts(&["a code in a JWT in a form that is posted by itself; skipped if the metadata does not list the mode"]),
    Scenario::positive("jarm-usual-mode", "The mode jwt is query.jwt for a code.", |s| Box::pin(mode(s, "jwt", Place::Query)))
        .direct().requires(&[&jarm::JWT_MODE])
        .when(signed_codes)
        .asserts(&["a code in a JWT in the query"]),
    Scenario::positive("jarm-error", "An error is told in a signed JWT as well.", run!(error))
        .direct().requires(&[&jarm::ALL_PARAMETERS_INSIDE, &jarm::SIGNED, &jarm::RESPONSE_CLAIMS, &rfc6749::STATE_ECHOED_ON_ERROR])
        .when(signed)
        .asserts(&["the user refuses: error=access_denied and the state are in the JWT; skipped if no page offers a refusal"]),
    Scenario::positive("jarm-metadata", "The metadata lists the JARM modes and algorithms.", run!(metadata))
        .direct().requires(&[&jarm::MODES_PUBLISHED, &jarm::ALGORITHMS_PUBLISHED])
        .when(signed)
        .asserts(&["response_modes_supported has jwt or a mode with .jwt", "authorization_signing_alg_values_supported is a list"]),
    Scenario::negative("jarm-plain-mode", "A request for a response that is not signed is refused.", run!(plain))
        .direct().requires(&[&fapi2_ms::SIGNED_RESPONSE_REQUIRED])
        .when(signed)
        .under(super::rules::signed_modes_only)
        .asserts(&[
            "response_mode query, fragment and form_post, and none",
            "PAR answers 400 invalid_request or unsupported_response_mode, or the redirect URI gets one of them, or an error page is shown",
            "no code is issued, except in a signed response nevertheless (a warning)",
        ]),
];

fn signed(variant: &Variant) -> bool {
    variant.signed_responses()
}

/// Variants whose responses come in the query.
fn signed_codes(variant: &Variant) -> bool {
    variant.signed_responses()
        && !variant.response_type().is_some_and(|answer| answer.has_id_token() || answer.has_access_token())
}

async fn response(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let pushed = client.push().set("state", keys::random()).pushed().await?;
        let landing = client.authorize(&pushed).land().await?;
        if let Landing::Callback(callback) = &landing {
            has(callback, &["code", "state", "iss"], &jarm::CODE_AND_STATE)?;
        }
        client.accept(&pushed, landing).await?;
    }
    Ok(())
}

/// Demands that these are claims of the JWT.
fn has(callback: &Callback, names: &[&str], rule: &'static Requirement) -> Tried<()> {
    let is_inside = |name: &str| callback.inside().is_some_and(|claims| claims.contains_key(name));
    match names.iter().find(|name| !is_inside(name)) {
        None => Ok(()),
        Some(name) => {
            let finding = Finding::new(format!("`{name}` in the JWT of the response"), "none").against(rule);
            Err(Finding { exchange: callback.exchange, ..finding }.into())
        }
    }
}

async fn lifetime(s: &Session) -> Tried<()> {
    s.one.code().await.map(drop)
}

async fn alone(s: &Session) -> Tried<()> {
    s.one.code().await?;
    s.two.code().await.map(drop)
}

async fn mode(s: &Session, mode: &'static str, place: Place) -> Tried<()> {
    let listed = s.one.metadata().list("response_modes_supported");
    if mode != "jwt" && !listed.contains(&mode) {
        return skip(format!("response_modes_supported of the metadata does not list {mode}"));
    }
    let push = s.one.push().set("response_mode", mode);
    let reply = if s.variant().pushed() { Some(push.send().await?) } else { None };
    let is_refused = |error: Option<String>| {
        // FAPI 1.0 Advanced 5.2.2-2 names only the mode jwt, and a client may be registered with fewer modes than the server has.
        let words = ["invalid_request", "unsupported_response_mode"];
        mode != "jwt" && !s.target.instance.strict() && error.is_some_and(|error| words.contains(&error.as_str()))
    };
    if reply.as_ref().is_some_and(|reply| !reply.grants() && is_refused(reply.member("error"))) {
        return skip(format!("the server refuses {mode} for this client"));
    }
    let pushed = match &reply {
        Some(reply) if reply.grants() => push.taken(reply)?,
        _ => push.pushed().await?,
    };
    let landing = s.one.authorize(&pushed).land().await?;
    if matches!(&landing, Landing::Callback(callback) if is_refused(callback.parameter("error"))) {
        return skip(format!("the server refuses {mode} for this client"));
    }
    if let Landing::Callback(callback) = &landing
        && callback.place != place
    {
        let finding = Finding::new(format!("a response in {}", place.name()), callback.place.name());
        let rule = if mode == "jwt" { &jarm::JWT_MODE } else { of_mode(place) };
        return Err(Finding { exchange: callback.exchange, ..finding.against(rule) }.into());
    }
    let code = s.one.accept(&pushed, landing).await?;
    s.one.redeem(&code).tokens().await.map(drop)
}

fn of_mode(place: Place) -> &'static Requirement {
    match place {
        Place::Query => &jarm::QUERY_JWT,
        Place::Fragment => &jarm::FRAGMENT_JWT,
        Place::Form => &jarm::FORM_POST_JWT,
    }
}

async fn error(s: &Session) -> Tried<()> {
    let pushed: Pushed = s.pushed().await?;
    let callback = refusal(s, &s.one, &pushed).await?;
    has(&callback, &["error", "state", "iss"], &jarm::ALL_PARAMETERS_INSIDE)?;
    s.one.check_response(&pushed, &callback)
}

async fn metadata(s: &Session) -> Tried<()> {
    s.looks();
    let metadata = s.one.metadata();
    let modes = metadata.list("response_modes_supported");
    if !modes.iter().any(|mode| *mode == "jwt" || mode.ends_with(".jwt")) {
        let finding = Finding::new("jwt, or a mode with .jwt, in response_modes_supported", modes.join(" "));
        return Err(finding.against(&jarm::MODES_PUBLISHED).into());
    }
    if metadata.list("authorization_signing_alg_values_supported").is_empty() {
        let finding = Finding::new("a list of algorithms as authorization_signing_alg_values_supported", "none");
        return Err(finding.against(&jarm::ALGORITHMS_PUBLISHED).into());
    }
    Ok(())
}

async fn plain(s: &Session) -> Tried<()> {
    for mode in ["query", "fragment", "form_post"] {
        refused_or_signed(s, &s.one.push().set("response_mode", mode)).await?;
    }
    refused_or_signed(s, &s.one.push().without("response_mode")).await
}

/// Demands a refusal. A server may also sign every response to a client that has registered so, whatever the request says.
async fn refused_or_signed(s: &Session, push: &FormRequest) -> Tried<()> {
    if s.target.instance.strict() {
        return s.refused_in_front(push, &PLAIN).await;
    }
    let pushed = if s.variant().pushed() {
        let reply = push.send().await?;
        if !reply.grants() {
            return s.refused(&reply, &PLAIN.push);
        }
        push.taken(&reply)?
    } else {
        push.direct()
    };
    let landing = s.one.read(s.one.authorize(&pushed).land().await?).await?;
    match &landing {
        Landing::Callback(callback) if callback.inside().is_some() && callback.parameter("error").is_none() => {
            s.rests_on(OrdinaryKind::Code);
            s.warn("a request for a plain response mode gets a signed response");
            s.upheld(callback.exchange)
        }
        _ => s.landed_refused(&pushed, &landing, PLAIN.redirect),
    }
}
