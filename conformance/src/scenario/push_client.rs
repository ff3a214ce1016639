//! Client authentication of pushed requests.

use super::{Scenario, assertions_pushed, front_channel, module, rules, run};
use crate::client::FormRequest;
use crate::finding::{Finding, Tried};
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc6749, rfc7521, rfc7523bis, rfc8705, rfc9126};

const INVALID_CLIENT: &[&str] = &["PAR answers 400 or 401 with invalid_client or invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "push-unauthenticated",
        "A pushed request without client authentication is refused.",
        run!(unauthenticated),
    )
    .requires(&[&fapi2_sp::PUSH_AUTHENTICATED, &rfc9126::PUSH_AUTHENTICATED, &rfc6749::CLIENT_AUTHENTICATES])
    .when(front_channel)
    .asserts(&["PAR answers 400 or 401 with invalid_client or invalid_request; where a certificate is missing, TLS may refuse"]),
    Scenario::negative("push-by-unknown-client", "A pushed request of an unknown client is refused.", run!(by_unknown_client))
        .requires(&[&fapi2_sp::PUSH_AUTHENTICATED, &rfc9126::PUSH_AUTHENTICATED, &rfc6749::CLIENT_AUTHENTICATES])
        .when(front_channel)
        .asserts(INVALID_CLIENT),
    Scenario::negative(
        "push-for-another-client",
        "A pushed request whose client_id is not the authenticated client is refused.",
        run!(for_another),
    )
    .requires(&[&rfc7521::CLIENT_ID_MATCHES, &rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_REGISTERED])
    .when(front_channel)
    .asserts(INVALID_CLIENT),
    Scenario::positive(
        "push-assertion-8-seconds-ahead",
        "A client assertion whose iat and nbf are 8 seconds ahead is accepted.",
        run!(eight_seconds_ahead),
    )
    .oidf(&[module!("par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted")])
    .requires(&[&fapi2_sp::FUTURE_TIMES])
    .under(rules::future_is_a_minute)
    .when(assertions_pushed)
    .asserts(&["PAR answers 201 to an assertion with iat and nbf 8 s ahead (less the `clock_tolerance` of the target file)"]),
    Scenario::negative(
        "push-assertion-62-seconds-ahead",
        "A client assertion whose iat and nbf are more than a minute ahead is refused.",
        run!(a_minute_ahead),
    )
    .oidf(&[module!("par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails")])
    .requires(&[&fapi2_sp::FUTURE_TIMES])
    .under(rules::future_is_a_minute)
    .when(assertions_pushed)
    .asserts(INVALID_CLIENT),
    Scenario::negative(
        "push-assertion-audience-array",
        "An assertion whose aud is an array is refused, even if it contains the issuer.",
        |s| {
            Box::pin(refused(
                s,
                s.one.push().assertion(|jwt| {
                    let issuer = jwt.text_of("aud").unwrap_or_default().to_owned();
                    jwt.claim("aud", vec![issuer, "https://other.example".into()])
                }),
            ))
        },
    )
    .oidf(&[module!("par-test-array-as-audience-fails")])
    .requires(&[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER, &rfc7523bis::SOLE_AUDIENCE])
    .under(rules::audience_is_issuer)
    .when(assertions_pushed)
    .asserts(INVALID_CLIENT),
    Scenario::negative(
        "push-assertion-audience-push-endpoint",
        "An assertion whose aud is the URL of the PAR endpoint is refused.",
        |s| Box::pin(for_endpoint(s, "pushed_authorization_request_endpoint")),
    )
    .oidf(&[module!("par-test-par-endpoint-url-as-audience-fails")])
    .requires(&[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER, &rfc7523bis::SOLE_AUDIENCE])
    .under(rules::audience_is_issuer)
    .when(assertions_pushed)
    .asserts(INVALID_CLIENT),
    Scenario::negative(
        "push-assertion-audience-token-endpoint",
        "An assertion whose aud is the URL of the token endpoint is refused.",
        |s| Box::pin(for_endpoint(s, "token_endpoint")),
    )
    .oidf(&[module!("par-test-token-endpoint-url-as-audience-fails")])
    .requires(&[&fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER, &rfc7523bis::SOLE_AUDIENCE])
    .under(rules::audience_is_issuer)
    .when(assertions_pushed)
    .asserts(INVALID_CLIENT),
];

async fn refused(s: &Session, push: FormRequest) -> Tried<()> {
    s.refused(&push.send().await?, &wire::INVALID_CLIENT_OR_REQUEST)
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    if s.variant().private_key_jwt() {
        // A certificate, if there is one, stays: it binds tokens, and does not authenticate this client.
        return refused(s, s.one.push().without("client_assertion").without("client_assertion_type")).await;
    }
    let answer = s.one.push().unauthenticated().attempt().await?;
    s.refused_or_hung_up(answer, true, &wire::INVALID_CLIENT_OR_REQUEST)
}

async fn by_unknown_client(s: &Session) -> Tried<()> {
    let unknown = format!("unknown-{}", keys::random());
    let push = s.one.push().set("client_id", unknown.as_str());
    refused(s, push.assertion(move |jwt| jwt.claim("iss", unknown.as_str()).claim("sub", unknown.as_str()))).await
}

async fn for_another(s: &Session) -> Tried<()> {
    let reply = s.one.push().set("client_id", s.two.id()).send().await?;
    let wire = &wire::INVALID_CLIENT_OR_REQUEST;
    match s.variant().private_key_jwt() {
        true => s.refused_because(&reply, wire, &[&rfc7521::CLIENT_ID_MATCHES]),
        false => s.refused_because(&reply, wire, &[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_REGISTERED]),
    }
}

async fn eight_seconds_ahead(s: &Session) -> Tried<()> {
    s.pushed().await?;
    // The clock of the server may be behind ours by this much.
    let ahead = 8 - s.target.clock_tolerance.clamp(0, 8);
    let reply = s.one.push().assertion(move |jwt| jwt.issued(ahead).not_before(ahead)).send().await?;
    if reply.status() == 201 {
        return Ok(());
    }
    let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_default());
    let expected = format!("status 201 to an assertion with iat and nbf {ahead} s ahead: up to 10 s are allowed for");
    Err(Finding::new(expected, got).shown_by(reply.number()).against(&fapi2_sp::FUTURE_TIMES).into())
}

async fn a_minute_ahead(s: &Session) -> Tried<()> {
    // The clock of the server may be ahead of ours by this much.
    let ahead = 62 + s.target.clock_tolerance.max(0);
    let good = s.one.push().assertion(move |jwt| jwt.not_before(0).expires(ahead + 60));
    s.control(good.pushed().await)?;
    refused(s, s.one.push().assertion(move |jwt| jwt.issued(ahead).not_before(ahead).expires(ahead + 60))).await
}

async fn for_endpoint(s: &Session, endpoint: &'static str) -> Tried<()> {
    let audience = s.one.metadata().text(endpoint).unwrap_or_default().to_owned();
    refused(s, s.one.push().assertion(move |jwt| jwt.claim("aud", audience.as_str()))).await
}
