//! Access tokens that are bound to a certificate.

use std::sync::Arc;

use serde_json::Value;

use super::{Scenario, run};
use crate::finding::{Finding, Tried, fail};
use crate::http::Identity;
use crate::jwt::Received;
use crate::session::Session;
use crate::variant::{SenderConstraint, Variant};
use fapi::requirement::{fapi2_sp, rfc6750, rfc8705};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("certificate-token-without-certificate", "A token bound to a certificate is refused without it.", |s| {
        Box::pin(shown(s, None))
    })
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
    .asserts(&["with the other client's and with an unknown certificate: a TLS failure, or 401 or 400"]),
    Scenario::positive(
        "certificate-thumbprint-in-token",
        "A JWT access token has the thumbprint of the certificate that it is bound to.",
        run!(thumbprint),
    )
    .requires(&[&rfc8705::THUMBPRINT_IN_TOKEN, &rfc8705::THUMBPRINT_FORM])
    .when(bound)
    .asserts(&[
        "cnf.x5t#S256 of a JWT access token is the SHA-256 of the client's certificate (nothing is checked for opaque tokens)",
    ]),
];

fn bound(variant: &Variant) -> bool {
    variant.sender_constraint() == Some(SenderConstraint::Mtls)
}

async fn shown(s: &Session, identity: Option<Arc<Identity>>) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let reply = match call.identity(identity).attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => return s.hung_up(unanswered, true),
    };
    s.refused_by_resource(&reply, &[400, 401])?;
    if reply.status() != 401 {
        if s.target.instance.strict() {
            let finding =
                Finding::new("status 401 from the resource", format!("status {}", reply.status())).shown_by(reply.number());
            return Err(finding.against(&rfc8705::CERTIFICATE_MISMATCH).into());
        }
        s.warn(format!("a token without its certificate gets status {} from the resource, not 401", reply.status()));
    }
    if reply.status() == 401 && reply.header("www-authenticate").is_none() {
        let finding = Finding::new("a WWW-Authenticate header with status 401", "none").shown_by(reply.number());
        return Err(finding.against(&rfc6750::TOKEN_PRESENT).into());
    }
    Ok(())
}

async fn with_another(s: &Session) -> Tried<()> {
    shown(s, s.two.settings().identity.clone()).await?;
    match Identity::stranger() {
        Ok(stranger) => shown(s, Some(Arc::new(stranger))).await,
        Err(error) => fail("a self-signed certificate to be generated", error),
    }
}

async fn thumbprint(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let Ok(token) = Received::parse(&tokens.access_token) else { return Ok(()) };
    let named = token.claims.get("cnf").and_then(|cnf| cnf.get("x5t#S256")).and_then(Value::as_str).unwrap_or_default();
    let own = s.one.settings().identity.as_ref().map(|identity| identity.thumbprint()).unwrap_or_default();
    if named != own {
        let finding =
            Finding::new(format!("cnf.x5t#S256 {own} in the access token"), if named.is_empty() { "none" } else { named })
                .shown_by(tokens.reply.number());
        return Err(finding.against(&rfc8705::THUMBPRINT_FORM).into());
    }
    Ok(())
}
