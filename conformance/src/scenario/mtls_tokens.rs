//! Access tokens that are bound to a certificate.

use std::sync::Arc;

use serde_json::Value;

use super::facts::Facts;
use super::{Scenario, run, unbound};
use crate::finding::{Finding, Tried, fail, skip};
use crate::http::Identity;
use crate::jwt::Received;
use crate::session::Session;
use crate::variant::{SenderConstraint, Variant};
use fapi::requirement::{fapi2_sp, rfc6750, rfc8705};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "certificate-token-without-certificate",
        "A token bound to a certificate is refused without it.",
        run!(without),
    )
    .requires(&[&rfc8705::TOKEN_CERTIFICATE, &fapi2_sp::TOKEN_SENDER_VERIFIED])
    .when(bound)
    .asserts(&["a TLS failure, or 401 or 400 from the resource, with WWW-Authenticate"]),
    Scenario::negative(
        "certificate-token-with-another",
        "A token bound to a certificate is refused with another one.",
        run!(with_another),
    )
    .requires(&[&rfc8705::CERTIFICATE_MISMATCH, &fapi2_sp::TOKEN_SENDER_VERIFIED])
    .when(bound)
    .asserts(&["with the other client's and with an unknown certificate: a TLS failure, or 401 with WWW-Authenticate"]),
    Scenario::positive(
        "certificate-thumbprint-in-token",
        "A JWT access token has the thumbprint of the certificate that it is bound to.",
        run!(thumbprint),
    )
    .requires(&[&rfc8705::THUMBPRINT_IN_TOKEN, &rfc8705::THUMBPRINT_FORM])
    .when(bound)
    .asserts(&["cnf.x5t#S256 of a JWT access token is the SHA-256 of the client's certificate; skipped for opaque tokens"]),
];

fn bound(variant: &Variant) -> bool {
    variant.sender_constraint() == Some(SenderConstraint::Mtls)
}

async fn without(s: &Session) -> Tried<()> {
    // A proxy in front of the resource may demand a certificate itself, with status 400.
    let facts = shown(s, None, &[400, 401]).await?;
    facts.told(s)
}

async fn with_another(s: &Session) -> Tried<()> {
    let stranger = Identity::stranger().or_else(|error| fail("a self-signed certificate to be generated", error))?;
    let mut facts = shown(s, Some(Arc::new(stranger)), &[401]).await?;
    if let Some(other) = s.two.settings().identity.clone() {
        facts.join(shown(s, Some(other), &[401]).await?);
    }
    facts.told(s)
}

async fn shown(s: &Session, identity: Option<Arc<Identity>>, statuses: &[u16]) -> Tried<Facts> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let mut facts = Facts::default();
    let reply = match call.identity(identity).attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => return s.hung_up(unanswered, true).map(|()| facts),
    };
    if reply.grants() {
        unbound::skipped(s, &s.one, &tokens).await?;
    }
    s.refused_by_resource(&reply, statuses)?;
    let challenged = reply.status() != 401 || reply.header("www-authenticate").is_some();
    facts.demand(&reply, &rfc6750::TOKEN_PRESENT, challenged, "WWW-Authenticate with status 401", || "none".into());
    Ok(facts)
}

async fn thumbprint(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let Ok(token) = Received::parse(&tokens.access_token) else { return s.skip("the access token is opaque") };
    let Some(own) = s.one.settings().identity.as_ref().map(|identity| identity.thumbprint()) else {
        return skip("the client has no certificate");
    };
    unbound::skipped(s, &s.one, &tokens).await?;
    let named = token.claims.get("cnf").and_then(|cnf| cnf.get("x5t#S256")).and_then(Value::as_str);
    let (rule, got) = match named {
        Some(named) if named == own => return Ok(()),
        Some(named) => (&rfc8705::THUMBPRINT_FORM, named.to_owned()),
        None => (&rfc8705::THUMBPRINT_IN_TOKEN, "no such member".to_owned()),
    };
    let finding = Finding::new(format!("cnf.x5t#S256 {own} in the access token"), got).shown_by(tokens.reply.number());
    Err(finding.against(rule).into())
}
