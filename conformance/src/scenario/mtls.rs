//! Client authentication by certificate.

use std::sync::Arc;

use super::token_client::{basic, secret_of};
use super::{Scenario, run};
use crate::client::Client;
use crate::client::form::ASSERTION_TYPE;
use crate::finding::{Tried, fail, skip};
use crate::http::Identity;
use crate::session::{Session, wire};
use crate::variant::{Authentication, Variant};
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc8705};

const ANOTHER: &[&Requirement] = &[
    &rfc8705::CERTIFICATE_OF_CLIENT,
    &rfc8705::CERTIFICATE_SUBJECT,
    &rfc8705::DISTINGUISHED_NAME_MATCH,
    &rfc8705::IP_ADDRESS_BINARY,
    &rfc8705::CERTIFICATE_REGISTERED,
];
const CHAIN: &[&Requirement] = &[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_SUBJECT];
const REFUSED: &[&str] = &["a TLS failure, or 400 or 401 with invalid_client or invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("mtls-no-certificate", "A client that authenticates by certificate is refused without one.", |s| {
        Box::pin(shown(s, &s.one, None))
    })
    .requires(&[&rfc8705::CERTIFICATE_OF_CLIENT])
    .when(by_certificate)
    .asserts(REFUSED),
    Scenario::negative(
        "mtls-certificate-of-another",
        "A client is refused with another client's certificate.",
        run!(of_client_two),
    )
    .requires(CHAIN)
    .when(by_certificate)
    .asserts(REFUSED),
    Scenario::negative(
        "mtls-certificate-of-another-subject",
        "A certificate of the right authority for another subject is refused.",
        run!(of_another),
    )
    .requires(ANOTHER)
    .when(by_certificate)
    .asserts(&[
        "client 1: a certificate of the same authority with another name; client 2: another self-signed certificate",
        "a TLS failure, or 400 or 401 with invalid_client or invalid_request",
        "skipped if the suite cannot issue such certificates for the target",
    ]),
    Scenario::negative(
        "mtls-counterfeit-certificate",
        "A certificate with the client's name but from an unknown authority is refused.",
        run!(counterfeit),
    )
    .requires(CHAIN)
    .when(by_certificate)
    .asserts(&["a TLS failure, or 400 or 401 with invalid_client or invalid_request; skipped if the suite cannot issue one"]),
    Scenario::negative("mtls-certificate-of-a-stranger", "A certificate that is not registered is refused.", run!(stranger))
        .requires(CHAIN)
        .when(by_certificate)
        .asserts(REFUSED),
    Scenario::negative(
        "mtls-without-client-id",
        "A request with a certificate but without client_id is refused.",
        run!(without_client_id),
    )
    // RFC 8705 2 binds the client only, so that a server may do without.
    .requires(&[&rfc6749::CLIENT_AUTHENTICATES])
    .when(by_certificate)
    .asserts(&["without client_id the token endpoint answers 400 or 401 with invalid_client or invalid_request"]),
    Scenario::negative("mtls-push-no-certificate", "A pushed request without the client's certificate is refused.", run!(push))
        .requires(&[&rfc8705::CERTIFICATE_OF_CLIENT])
        .when(pushed_by_certificate)
        .asserts(REFUSED),
    Scenario::negative(
        "mtls-and-assertion",
        "A request that authenticates with both a certificate and an assertion is refused.",
        run!(and_assertion),
    )
    .requires(&[&rfc6749::ONE_AUTHENTICATION_METHOD, &rfc6749::INVALID_REQUEST, &oidcc::REGISTERED_METHOD])
    .when(by_certificate)
    .asserts(&["400 or 401 with invalid_client or invalid_request"]),
    Scenario::negative(
        "mtls-and-secret",
        "A request that authenticates with both a certificate and a secret is refused.",
        run!(and_secret),
    )
    .requires(&[&rfc6749::ONE_AUTHENTICATION_METHOD, &rfc6749::INVALID_REQUEST, &fapi2_sp::STRONG_CLIENT_AUTHENTICATION])
    .when(by_certificate)
    .asserts(&["with client_secret in the body, and in Basic credentials: 400 or 401 with invalid_client or invalid_request"]),
];

fn by_certificate(variant: &Variant) -> bool {
    variant.client_authentication() == Some(Authentication::Mtls)
}

fn pushed_by_certificate(variant: &Variant) -> bool {
    by_certificate(variant) && variant.front_channel()
}

async fn shown(s: &Session, client: &Client, identity: Option<Arc<Identity>>) -> Tried<()> {
    let answer = client.token_request().await?.identity(identity).attempt().await?;
    s.refused_or_hung_up(answer, true, &wire::INVALID_CLIENT)
}

async fn of_client_two(s: &Session) -> Tried<()> {
    match s.two.settings().identity.clone() {
        Some(other) => shown(s, &s.one, Some(other)).await,
        None => skip("client 2 has no certificate"),
    }
}

async fn of_another(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let Some(impostors) = &client.settings().impostors else {
            return skip("the suite cannot issue certificates of the client's authority for this target");
        };
        shown(s, client, Some(impostors.of_another.clone())).await?;
    }
    Ok(())
}

async fn counterfeit(s: &Session) -> Tried<()> {
    match s.one.settings().impostors.as_ref().and_then(|impostors| impostors.counterfeit.clone()) {
        Some(counterfeit) => shown(s, &s.one, Some(counterfeit)).await,
        None => skip("the suite cannot issue a certificate with the client's name for this target"),
    }
}

async fn stranger(s: &Session) -> Tried<()> {
    match Identity::stranger() {
        Ok(stranger) => shown(s, &s.one, Some(Arc::new(stranger))).await,
        Err(error) => fail("a self-signed certificate to be generated", error),
    }
}

async fn without_client_id(s: &Session) -> Tried<()> {
    s.refused(&s.one.token_request().await?.without("client_id").send().await?, &wire::INVALID_CLIENT)
}

async fn push(s: &Session) -> Tried<()> {
    s.refused_or_hung_up(s.one.push().identity(None).attempt().await?, true, &wire::INVALID_CLIENT)
}

async fn and_assertion(s: &Session) -> Tried<()> {
    let assertion = s.one.assertion().sign();
    let request = s.one.token_request().await?.set("client_assertion_type", ASSERTION_TYPE).set("client_assertion", assertion);
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn and_secret(s: &Session) -> Tried<()> {
    let in_body = s.one.token_request().await?.set("client_secret", secret_of(&s.one));
    s.refused(&in_body.send().await?, &wire::INVALID_CLIENT)?;
    let in_header = s.one.token_request().await?.header("authorization", basic(s.one.id(), &secret_of(&s.one)));
    s.refused(&in_header.send().await?, &wire::INVALID_CLIENT)
}
