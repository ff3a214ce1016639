//! Certificates that are nearly the client's own, at every endpoint.

use std::sync::Arc;

use fapi::requirement::{Requirement, fapi2_sp, rfc8705};

use super::nearly_right::told;
use super::{Scenario, openid, run, unbound};
use crate::client::resource::ResourceCall;
use crate::client::{Client, FormRequest};
use crate::finding::{Tried, fail, skip};
use crate::http::Identity;
use crate::keys;
use crate::session::{Session, wire};
use crate::variant::{Authentication, SenderConstraint, Variant};

const REFUSAL: &str = "a TLS failure, or 400 or 401 with invalid_client or invalid_request";
const MISMATCH: &[&Requirement] =
    &[&rfc8705::CERTIFICATE_MISMATCH, &rfc8705::TOKEN_CERTIFICATE, &fapi2_sp::TOKEN_SENDER_VERIFIED];
const MISSING: &[&Requirement] = &[&rfc8705::TOKEN_CERTIFICATE, &rfc8705::CERTIFICATE_MISMATCH, &fapi2_sp::TOKEN_SENDER_VERIFIED];
const NOT_THE_CLIENT: &[&Requirement] =
    &[&rfc8705::CERTIFICATE_OF_CLIENT, &rfc8705::CERTIFICATE_SUBJECT, &rfc8705::CERTIFICATE_REGISTERED];
const NOT_THE_SUBJECT: &[&Requirement] = &[
    &rfc8705::CERTIFICATE_SUBJECT,
    &rfc8705::CERTIFICATE_OF_CLIENT,
    &rfc8705::DISTINGUISHED_NAME_MATCH,
    &rfc8705::IP_ADDRESS_BINARY,
];
pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("certificate-nearly-right", "A certificate with the client's name is refused if its key is another.", run!(namesake))
        .requires(&[&rfc8705::CERTIFICATE_OF_CLIENT])
        .when(by_certificate)
        .asserts(&["both clients, each with a self-signed certificate of its own subject and another key", REFUSAL]),
    Scenario::negative("certificate-name-nearly-right", "A certificate whose name only resembles the registered one is refused.", run!(subject))
        .requires(&[&rfc8705::CERTIFICATE_SUBJECT])
        .when(by_certificate)
        .asserts(&[
            "certificates of the client's authority for names that resemble the registered one, that have it in another place, or that \
             have one more name",
            REFUSAL,
            "skipped if the suite cannot issue such certificates for the target",
        ]),
    Scenario::negative("certificate-at-each-endpoint", "Wrong certificates are refused at each endpoint.", run!(everywhere))
        .requires(&[&rfc8705::CERTIFICATE_OF_CLIENT])
        .when(by_certificate)
        .asserts(&[
            "no certificate, that of the other client, and an unregistered one: at the PAR, token, introspection and revocation endpoints",
            REFUSAL,
        ]),
    Scenario::negative("certificate-token-nearly-right", "A token is refused with a certificate that only resembles its own.", |s| {
        Box::pin(at_resource(s, false))
    })
    .requires(BOUND)
    .when(bound)
    .asserts(WITH_TOKEN),
    Scenario::negative("certificate-at-userinfo", "The userinfo endpoint refuses a token with another certificate than its own.", |s| {
        Box::pin(at_resource(s, true))
    })
    .requires(BOUND)
    .when(bound_openid)
    .asserts(WITH_TOKEN),
];

const BOUND: &[&Requirement] = &[&rfc8705::TOKEN_CERTIFICATE, &rfc8705::CERTIFICATE_MISMATCH];
const WITH_TOKEN: &[&str] = &[
    "a self-signed certificate of the same subject and key, as after a renewal; one of the same subject and another key; that of the \
     other client; an unknown one; none",
    "a TLS failure, or 401 or 400",
];

fn by_certificate(variant: &Variant) -> bool {
    variant.client_authentication() == Some(Authentication::Mtls)
}

fn bound(variant: &Variant) -> bool {
    variant.sender_constraint() == Some(SenderConstraint::Mtls)
}

fn bound_openid(variant: &Variant) -> bool {
    bound(variant) && openid(variant)
}

/// A request that needs nothing but client authentication.
fn cheap(client: &Client) -> FormRequest {
    if client.variant().front_channel() { client.push() } else { client.credentials() }
}

async fn refused(s: &Session, request: FormRequest, shown: Option<Arc<Identity>>, because: &[&'static Requirement]) -> Tried<()> {
    match request.identity(shown).attempt().await? {
        Ok(reply) => s.refused_because(&reply, &wire::INVALID_CLIENT, because),
        Err(unanswered) => s.hung_up(unanswered, true),
    }
}

fn made(identity: Result<Identity, String>) -> Tried<Option<Arc<Identity>>> {
    identity.map(|identity| Some(Arc::new(identity))).or_else(|error| fail("a self-signed certificate to be generated", error))
}

async fn namesake(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let Some(own) = client.settings().identity.clone() else { return skip("the client has no certificate") };
        let ended = refused(s, cheap(client), made(own.namesake())?, NOT_THE_CLIENT).await;
        told(s, ended, "the certificate had the client's name and another key")?;
    }
    Ok(())
}

async fn subject(s: &Session) -> Tried<()> {
    let impostors = [&s.one, &s.two].map(|client| client.settings().impostors.as_ref().map_or(&[][..], |them| &them.nearly[..]));
    if impostors.iter().all(|them| them.is_empty()) {
        return skip("the suite cannot issue certificates of the client's authority for this target");
    }
    for (client, them) in [&s.one, &s.two].into_iter().zip(impostors) {
        for impostor in them {
            let ended = refused(s, cheap(client), Some(impostor.clone()), NOT_THE_SUBJECT).await;
            told(s, ended, &format!("it came with {}", impostor.name))?;
        }
    }
    Ok(())
}

async fn everywhere(s: &Session) -> Tried<()> {
    let token = s.one.tokens().await?.access_token;
    let mut requests = vec![("PAR", None), ("token", Some(s.one.credentials()))];
    if s.variant().front_channel() {
        // The certificate is refused before the code is looked at.
        requests = vec![("PAR", Some(s.one.push())), ("token", Some(s.one.token_request().await?))];
    }
    requests.push(("introspection", s.one.has_endpoint("introspection_endpoint").then(|| s.one.introspect(&token))));
    requests.push(("revocation", s.one.has_endpoint("revocation_endpoint").then(|| s.one.revoke(&keys::random()))));
    let mut shown = vec![("no certificate", None), ("an unregistered certificate", made(Identity::stranger())?)];
    if let Some(other) = s.two.settings().identity.clone() {
        shown.push(("the certificate of the other client", Some(other)));
    }
    for (endpoint, request) in requests {
        let Some(request) = request else { continue };
        for (certificate, identity) in &shown {
            let ended = refused(s, request.clone(), identity.clone(), NOT_THE_CLIENT).await;
            told(s, ended, &format!("there was {certificate} at the {endpoint} endpoint"))?;
        }
    }
    Ok(())
}

async fn at_resource(s: &Session, at_userinfo: bool) -> Tried<()> {
    let Some(own) = s.one.settings().identity.clone() else { return skip("the client has no certificate") };
    let tokens = s.one.tokens().await?;
    let call = if at_userinfo { s.one.userinfo(&tokens) } else { s.one.resource(&tokens) };
    call.served().await?;
    unbound::skipped(s, &s.one, &tokens).await?;
    let mut attempts = vec![
        ("a renewed certificate of the same key", made(own.renewed())?, MISMATCH),
        ("a certificate of the same subject and another key", made(own.namesake())?, MISMATCH),
        ("an unknown certificate", made(Identity::stranger())?, MISMATCH),
        ("no certificate", None, MISSING),
    ];
    if let Some(other) = s.two.settings().identity.clone() {
        attempts.push(("the certificate of the other client", Some(other), MISMATCH));
    }
    for (shown, identity, because) in attempts {
        told(s, refused_by_resource(s, &call, identity, because).await, &format!("it came with {shown}"))?;
    }
    Ok(())
}

async fn refused_by_resource(
    s: &Session,
    call: &ResourceCall,
    identity: Option<Arc<Identity>>,
    because: &[&'static Requirement],
) -> Tried<()> {
    match call.clone().identity(identity).attempt().await? {
        Ok(reply) => s.refused_by_resource_because(&reply, &[400, 401], because),
        Err(unanswered) => s.hung_up(unanswered, true),
    }
}
