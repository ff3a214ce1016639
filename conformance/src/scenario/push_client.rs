//! Client authentication of pushed requests.

use super::{Scenario, assertions_pushed, front_channel, module, rules, run};
use crate::client::FormRequest;
use crate::finding::Tried;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc6749, rfc7521, rfc7523bis, rfc8705, rfc9126};

const INVALID_CLIENT: &[&str] = &["PAR answers 400 or 401 with invalid_client or invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("push-unauthenticated", "A pushed request without client authentication is refused.", |s| {
        Box::pin(refused(s, s.one.push().unauthenticated()))
    })
    .requires(&[&fapi2_sp::PUSH_AUTHENTICATED, &rfc9126::PUSH_AUTHENTICATED, &rfc6749::CLIENT_AUTHENTICATES])
    .when(front_channel)
    .asserts(INVALID_CLIENT),
    Scenario::negative("push-by-unknown-client", "A pushed request of an unknown client is refused.", |s| {
        Box::pin(refused(
            s,
            s.one
                .push()
                .set("client_id", "unknown-client")
                .assertion(|jwt| jwt.claim("iss", "unknown-client").claim("sub", "unknown-client")),
        ))
    })
    .requires(&[&rfc6749::CLIENT_AUTHENTICATES])
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
    .asserts(&["PAR answers 201 to an assertion with iat and nbf 8 s ahead (otherwise a warning)"]),
    Scenario::negative(
        "push-assertion-62-seconds-ahead",
        "A client assertion whose iat and nbf are more than a minute ahead is refused.",
        |s| Box::pin(refused(s, s.one.push().assertion(|jwt| jwt.issued(62).not_before(62).expires(122)))),
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

async fn for_another(s: &Session) -> Tried<()> {
    refused(s, s.one.push().set("client_id", s.two.id())).await
}

async fn eight_seconds_ahead(s: &Session) -> Tried<()> {
    let reply = s.one.push().assertion(|jwt| jwt.issued(8).not_before(8)).send().await?;
    if reply.status() != 201 {
        s.warn(format!("a client assertion whose iat and nbf are 8 s ahead is refused with status {}", reply.status()));
    }
    Ok(())
}

async fn for_endpoint(s: &Session, endpoint: &'static str) -> Tried<()> {
    let audience = s.one.metadata().text(endpoint).unwrap_or_default().to_owned();
    refused(s, s.one.push().assertion(move |jwt| jwt.claim("aud", audience.as_str()))).await
}
