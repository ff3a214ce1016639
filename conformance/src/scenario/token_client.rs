//! Client authentication and sender constraints of token requests.

use super::{Scenario, always, assertions, front_channel, module, rules, run};
use crate::client::{Client, FormRequest};
use crate::finding::{Finding, Tried, skip};
use crate::keys;
use crate::session::{Session, Wire, wire};
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc7521, rfc8705, rfc9449};

const INVALID_CLIENT: &[&str] =
    &["the token endpoint answers 400 with invalid_client or invalid_request, or 401 with invalid_client"];

const BY_SECRET: &str =
    "the client's `secret` of the target file: 400 with invalid_client or invalid_request, or 401 with invalid_client";
const NO_SECRET: &str =
    "without `secret` in the target file, an empty and a random one are tried, and if they are refused it is skipped";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("token-for-another-client", "A grant of client 1 is refused to client 2.", run!(for_another))
        .oidf(&[module!("ensure-client-id-in-token-endpoint")])
        .requires(&[&rfc6749::CODE_BOUND_TO_CLIENT, &rfc7521::CLIENT_ID_MATCHES, &rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_REGISTERED])
        .when(always)
        .asserts(&["client 1's request with client 2's client_id (and an assertion of client 2): 400 with invalid_client or invalid_grant, or 401 with invalid_client", "client credentials: client 1's assertion with client 2's client_id, which may be invalid_request too"]),
    Scenario::negative("token-without-key", "A token request without a proof or certificate is refused.", run!(without_key))
        .oidf(&[module!("ensure-holder-of-key-required")])
        .requires(&[&fapi2_sp::SENDER_CONSTRAINED, &rfc9449::CLIENT_ALWAYS_PROVES, &rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::TOKENS_ALWAYS_BOUND])
        .under(rules::sender_constrained)
        .when(always)
        .asserts(&[
            "for a client that registered a sender constraint, and for one that did not",
            "DPoP: without a proof 400 with invalid_request, invalid_grant or invalid_dpop_proof",
            "mTLS: without a certificate a TLS failure, or 400 or 401 (another 4xx is a warning) with invalid_client, invalid_request or, with private_key_jwt, invalid_grant",
            "tls-old-versions and tls-weak-ciphers have the TLS part of the module",
        ]),
    Scenario::negative("token-without-assertion", "A token request without client authentication is refused.", run!(without_assertion))
        .oidf(&[module!("ensure-client-assertion-in-token-endpoint")])
        .requires(&[&rfc6749::CONFIDENTIAL_AUTHENTICATES, &rfc6749::CLIENT_AUTHENTICATES])
        .when(assertions)
        .asserts(&["client_id alone: 400 with invalid_client or invalid_request, or 401 with invalid_client"]),
    Scenario::negative("token-two-authentications", "A request that authenticates in two ways is refused.", run!(two_ways))
        .requires(&[&rfc6749::ONE_AUTHENTICATION_METHOD])
        .when(assertions)
        .asserts(INVALID_CLIENT),
    Scenario::negative("token-client-id-differs-from-assertion", "A request whose client_id is not the client of its assertion is refused.", |s| {
        Box::pin(client_id_differs(s))
    })
    .requires(&[&rfc7521::CLIENT_ID_MATCHES])
    .when(assertions)
    .asserts(INVALID_CLIENT),
    Scenario::negative("token-client-id-differs-from-header", "A request whose client_id is not the client of its Basic credentials is refused.", run!(header_differs))
        .requires(&[&rfc6749::ONE_AUTHENTICATION_METHOD, &rfc6749::CLIENT_AUTHENTICATES])
        .when(always)
        .asserts(INVALID_CLIENT),
    Scenario::negative("token-by-basic", "client_secret_basic is refused.", run!(by_basic))
        .requires(&[&fapi2_sp::STRONG_CLIENT_AUTHENTICATION])
        .under(rules::no_sent_secrets)
        .when(always)
        .asserts(&[BY_SECRET, NO_SECRET, "token-basic-challenged has the challenge that belongs to it"]),
    Scenario::negative("token-by-post-secret", "client_secret_post is refused.", run!(by_post))
        .requires(&[&fapi2_sp::STRONG_CLIENT_AUTHENTICATION])
        .under(rules::no_sent_secrets)
        .when(always)
        .asserts(&[BY_SECRET, NO_SECRET]),
    Scenario::positive("token-extra-parameters", "Unknown parameters and parameters without a value are ignored.", run!(extra))
        .requires(&[&rfc6749::TOKEN_UNKNOWN_IGNORED])
        .when(front_channel)
        .asserts(&["the token request succeeds with an unknown and an empty parameter"]),
];

async fn for_another(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?;
    let (codes, assertions) = (s.variant().front_channel(), s.variant().private_key_jwt());
    // Without a code, the only fault is that client_id differs from the assertion or the certificate.
    let wire = Wire::new(&[400, 401], if codes { CLIENT_OR_GRANT } else { CLIENT_OR_GRANT_OR_REQUEST });
    let request = request.set("client_id", s.two.id());
    match (codes, assertions) {
        (true, true) => {
            let reply = request.authenticated_as(&s.two).send().await?;
            s.refused_because(&reply, &wire, &[&rfc6749::CODE_BOUND_TO_CLIENT])
        }
        (false, true) => s.refused_because(&request.send().await?, &wire, &[&rfc7521::CLIENT_ID_MATCHES]),
        (_, false) => {
            let because: &[&Requirement] =
                &[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_SUBJECT, &rfc8705::CERTIFICATE_REGISTERED];
            s.refused_because(&request.send().await?, &wire, because)
        }
    }
}

const CLIENT_OR_GRANT: &[&str] = &["invalid_client", "invalid_grant"];
const CLIENT_OR_GRANT_OR_REQUEST: &[&str] = &["invalid_client", "invalid_grant", "invalid_request"];

async fn without_key(s: &Session) -> Tried<()> {
    keyless(s, &s.one).await?;
    // Client 2 registered no sender constraint, but FAPI 2.0 requires one anyway.
    keyless(s, &s.two).await
}

async fn keyless(s: &Session, client: &Client) -> Tried<()> {
    let request = client.token_request().await?;
    if s.variant().dpop() {
        return s.refused(&request.without_proof().send().await?, &wire::INVALID_PROOF_OR_GRANT);
    }
    let reply = match request.identity(None).attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => return s.hung_up(unanswered, true),
    };
    if (400..500).contains(&reply.status()) && !matches!(reply.status(), 400 | 401) {
        s.warn(format!("a token request without a certificate gets status {}, not 400 or 401", reply.status()));
        return Ok(());
    }
    if s.variant().private_key_jwt() {
        let wire = Wire::new(&[400, 401], CLIENT_OR_GRANT_OR_REQUEST).unauthorized(CLIENT_OR_GRANT_OR_REQUEST);
        return s.refused(&reply, &wire);
    }
    // The certificate authenticates the client as well.
    let errors = &["invalid_client", "invalid_request"];
    s.refused_because(&reply, &Wire::new(&[400, 401], errors).unauthorized(errors), &[&rfc8705::CERTIFICATE_OF_CLIENT])
}

async fn without_assertion(s: &Session) -> Tried<()> {
    let request =
        s.one.token_request().await?.without("client_assertion").without("client_assertion_type").set("client_id", s.one.id());
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn two_ways(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.header("authorization", basic(s.one.id(), &secret_of(&s.one)));
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn client_id_differs(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?.set("client_id", s.two.id());
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn header_differs(s: &Session) -> Tried<()> {
    let of_two = basic(s.two.id(), &secret_of(&s.two));
    let request = s.one.token_request().await?.set("client_id", s.one.id()).header("authorization", of_two);
    s.refused(&request.send().await?, &wire::INVALID_CLIENT)
}

async fn by_basic(s: &Session) -> Tried<()> {
    by_secret(s, |request, id, secret| request.header("authorization", basic(id, secret))).await
}

async fn by_post(s: &Session) -> Tried<()> {
    by_secret(s, |request, id, secret| request.set("client_id", id).set("client_secret", secret)).await
}

/// Authenticates client 1 by its secret. If it has none, an empty or a random one must not let it in, and its refusal says nothing
/// about the method.
async fn by_secret(s: &Session, with: fn(FormRequest, &str, &str) -> FormRequest) -> Tried<()> {
    let request = async |secret: &str| {
        let request = s.one.token_request().await?;
        // A certificate that only binds tokens stays.
        let request = match s.variant().private_key_jwt() {
            true => request.without("client_assertion").without("client_assertion_type"),
            false => request.unauthenticated(),
        };
        with(request, s.one.id(), secret).send().await
    };
    if let Some(secret) = &s.one.settings().secret {
        return s.refused(&request(secret).await?, &wire::INVALID_CLIENT);
    }
    for secret in [String::new(), keys::random()] {
        s.refused(&request(&secret).await?, &wire::INVALID_CLIENT)?;
    }
    skip("the target file names no `secret` of the client: that a wrong one is refused says nothing about the method")
}

/// The registered secret of a client, or else a random one.
pub(super) fn secret_of(client: &Client) -> String {
    client.settings().secret.clone().unwrap_or_else(keys::random)
}

async fn extra(s: &Session) -> Tried<()> {
    for (name, value) in [("unknown_parameter", "x"), ("scope", "")] {
        let reply = s.one.token_request().await?.set(name, value).send().await?;
        if !reply.grants() {
            let kind =
                if value.is_empty() { "a parameter without a value counts as absent" } else { "an unknown parameter is ignored" };
            let got = format!("status {}, error {}", reply.status(), reply.member("error").unwrap_or_else(|| "none".into()));
            let finding = Finding::new(format!("success: {kind}"), got).shown_by(reply.number());
            return Err(finding.against(&rfc6749::TOKEN_UNKNOWN_IGNORED).into());
        }
    }
    Ok(())
}

/// Basic credentials.
pub(super) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", data_encoding::BASE64.encode(format!("{id}:{secret}").as_bytes()))
}
