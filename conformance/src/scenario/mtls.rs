//! Client authentication by certificate.

use std::sync::Arc;

use super::{Scenario, run};
use crate::finding::{Tried, fail};
use crate::http::Identity;
use crate::session::{Session, Wire};
use crate::variant::{Authentication, Variant};
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc8705};

const WHOSE: &[&Requirement] =
    &[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_SUBJECT, &rfc8705::CERTIFICATE_REGISTERED];
const NOBODY: &[&Requirement] =
    &[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc6749::CLIENT_AUTHENTICATES, &fapi2_sp::STRONG_CLIENT_AUTHENTICATION];
const REFUSED: &[&str] = &["a TLS failure, or 400 or 401 with invalid_client or invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("mtls-no-certificate", "A client that authenticates by certificate shows one.", |s| {
        Box::pin(shown(s, None))
    })
    .requires(NOBODY)
    .when(by_certificate)
    .asserts(REFUSED),
    Scenario::negative("mtls-certificate-of-another", "A client is not authenticated by another client's certificate.", |s| {
        Box::pin(shown(s, s.two.settings().identity.clone()))
    })
    .requires(WHOSE)
    .when(by_certificate)
    .asserts(REFUSED),
    Scenario::negative(
        "mtls-certificate-of-a-stranger",
        "A certificate that nobody registered authenticates nobody.",
        run!(stranger),
    )
    .requires(WHOSE)
    .when(by_certificate)
    .asserts(REFUSED),
    Scenario::negative("mtls-without-client-id", "With certificates, client_id says who calls.", run!(without_client_id))
        .requires(&[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc6749::INVALID_REQUEST, &rfc6749::CLIENT_AUTHENTICATES])
        .when(by_certificate)
        .asserts(&["without client_id the token endpoint answers 400 or 401 with invalid_client or invalid_request"]),
    Scenario::negative("mtls-push-no-certificate", "A pushed request without the client's certificate is refused.", run!(push))
        .requires(&[
            &fapi2_sp::PUSH_AUTHENTICATED,
            &fapi::requirement::rfc9126::PUSH_AUTHENTICATED,
            &rfc8705::CERTIFICATE_OF_CLIENT,
            &rfc6749::CLIENT_AUTHENTICATES,
        ])
        .when(pushed_by_certificate)
        .asserts(REFUSED),
];

const INVALID: Wire = Wire::new(&[400, 401], &["invalid_client", "invalid_request"]);

fn by_certificate(variant: &Variant) -> bool {
    variant.authentication == Authentication::Mtls
}

fn pushed_by_certificate(variant: &Variant) -> bool {
    by_certificate(variant) && variant.front_channel()
}

async fn shown(s: &Session, identity: Option<Arc<Identity>>) -> Tried<()> {
    match s.one.token_request().await?.identity(identity).attempt().await? {
        Ok(reply) => s.refused(&reply, &INVALID),
        Err(_) => Ok(()),
    }
}

async fn stranger(s: &Session) -> Tried<()> {
    match Identity::stranger() {
        Ok(stranger) => shown(s, Some(Arc::new(stranger))).await,
        Err(error) => fail("a certificate to be made", error),
    }
}

async fn without_client_id(s: &Session) -> Tried<()> {
    s.refused(&s.one.token_request().await?.without("client_id").send().await?, &INVALID)
}

async fn push(s: &Session) -> Tried<()> {
    match s.one.push().identity(None).attempt().await? {
        Ok(reply) => s.refused(&reply, &INVALID),
        Err(_) => Ok(()),
    }
}
