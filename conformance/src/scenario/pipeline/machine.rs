//! Clients that act for themselves, with and without an organization.

use fapi::requirement::{ocp, rfc6749};

use super::super::{Scenario, run};
use super::{INVALID_SCOPE, UNAUTHORIZED, given, own, served, tokens_for};
use crate::client::Client;
use crate::finding::Tried;
use crate::session::{Session, Wire, wire};

/// 400 or 403 with the error for a request that names no organization, or a wrong one.
const NO_ORGANIZATION: Wire = Wire::new(&[400, 403], &["invalid_request", "access_denied", "unauthorized_client"]);

const NO_CLIENT: super::Because = &[
    &ocp::grt::PUBLIC_CLIENT_CREDENTIALS,
    &ocp::cli::PUBLIC_SECRET,
    &rfc6749::CLIENT_AUTHENTICATES,
    &rfc6749::UNAUTHORIZED_CLIENT,
    &rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL,
];

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("machine-token", "A client gets a token for itself, with the scope of its client grant.", run!(token))
        .requires(&[
            &ocp::grt::CLIENT_CREDENTIALS_RESPONSE,
            &ocp::grt::CLIENT_CREDENTIALS_CONSENT,
            &ocp::grt::SUBJECT_TYPES,
            &ocp::scp::MACHINE_EXAMPLE,
        ])
        .shows(&["F-07", "F-04"])
        .asserts(&[
            "access_token, token_type Bearer and expires_in, without refresh token and ID token",
            "both scopes of the grant, without any page, and the API serves the token",
            "no scope about users, and no permissions of a user",
        ]),
    Scenario::negative("machine-public", "A public client gets no token for itself.", run!(public))
        .requires(&[
            &ocp::grt::PUBLIC_CLIENT_CREDENTIALS,
            &rfc6749::UNAUTHORIZED_CLIENT,
            &rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL,
        ])
        .shows(&["F-01", "F-07", "F-10"])
        .asserts(&["400 or 401 without a secret, and with one"]),
    Scenario::negative("machine-users-scope", "A client gets no scope about users for itself.", run!(users_scope))
        .requires(&[&ocp::acc::CLIENT_SCOPES])
        .shows(&["F-07", "F-47", "F-48"])
        .asserts(&[
            "400 for openid alone, and for openid beside a scope of the grant",
            "the same where the client grant has all scopes of an API, of which none can have such a name",
        ]),
    Scenario::positive(
        "machine-organization",
        "A client acts for the organizations that its client grant names.",
        run!(organization),
    )
    .requires(&[&ocp::grt::SUBJECT_TYPES, &ocp::grt::CLIENT_CREDENTIALS_RESPONSE])
    .shows(&["F-07", "F-47"])
    .asserts(&["a token for the organization of the grant", "for any organization, and for none, where the grant says so"]),
    Scenario::negative("machine-organization-refused", "A client acts for no other organization.", run!(organization_refused))
        .requires(&[&ocp::acc::ORGANIZATIONS, &ocp::org::PARAMETER, &ocp::org::CLIENT_GRANT])
        .shows(&["F-47"])
        .asserts(&[
            "no token without an organization where the grant requires one",
            "no token for another one, an unknown one, or one whose id is like the right one",
            "no token for an organization where the grant denies it",
        ]),
];

async fn token(s: &Session) -> Tried<()> {
    let (machine, payments) = (s.role("machine")?, s.api("payments")?);
    let got = given(&own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments write:payments")])).await?;
    let rule = &ocp::grt::CLIENT_CREDENTIALS_RESPONSE;
    let kind = got.json.get("token_type").and_then(|kind| kind.as_str()).unwrap_or_default();
    got.shows(s, rule, kind.eq_ignore_ascii_case("bearer"), "token_type Bearer", kind);
    got.shows(s, rule, got.tokens.expires_in == Some(300), "expires_in 300", super::lifetime(got.tokens.expires_in));
    got.shows(s, rule, got.tokens.refresh_token.is_none(), "no refresh token", "one");
    got.shows(s, rule, !got.json.contains_key("id_token"), "no ID token", "one");
    got.shows_scope(s, &ocp::scp::MACHINE_EXAMPLE, "read:payments write:payments");
    let permissions = got.claim("permissions").to_string();
    got.shows(s, &ocp::grt::SUBJECT_TYPES, !permissions.contains("refund"), "no permissions of a user", permissions);
    served(s, &machine, &got, payments, &ocp::grt::CLIENT_CREDENTIALS_CONSENT).await
}

async fn public(s: &Session) -> Tried<()> {
    let (portal, machine, payments) = (s.role("portal")?, s.role("machine")?, s.api("payments")?);
    let parameters = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    s.control(given(&own(&machine, &parameters)).await)?;
    s.control(tokens_for(&portal, payments, "read:payments").await)?;
    s.refused(&own(&portal, &parameters).send().await?, &UNAUTHORIZED)?;
    let with_secret = own(&portal, &parameters).set("client_secret", machine.settings().secret.clone().unwrap_or_default());
    s.refused_because(&with_secret.send().await?, &wire::INVALID_CLIENT, NO_CLIENT)
}

async fn users_scope(s: &Session) -> Tried<()> {
    let (machine, payments) = (s.role("machine")?, s.api("payments")?);
    let ask = |scope| own(&machine, &[("audience", &payments.identifier), ("scope", scope)]);
    s.control(given(&ask("read:payments")).await)?;
    for scope in ["openid", "email", "read:payments openid"] {
        let reply = ask(scope).send().await?;
        // What concerns users may as well be left out.
        if reply.grants() && scope.contains("read:payments") {
            let got = given(&ask(scope)).await?;
            got.shows_scope(s, &ocp::acc::CLIENT_SCOPES, "read:payments");
            continue;
        }
        s.refused_because(&reply, &INVALID_SCOPE, &[&ocp::acc::CLIENT_SCOPES, &rfc6749::UNAUTHORIZED_CLIENT])?;
    }
    all_of_users_scope(s, &machine).await
}

async fn all_of_users_scope(s: &Session, machine: &Client) -> Tried<()> {
    let ledger = s.api("ledger")?;
    let ask = |scope| own(machine, &[("audience", &ledger.identifier), ("scope", scope)]);
    s.control(given(&ask("read:ledger")).await)?;
    for scope in ["openid", "profile", "email", "name", "identities"] {
        let because = &[&ocp::acc::CLIENT_SCOPES, &ocp::scp::MIXED, &rfc6749::UNAUTHORIZED_CLIENT];
        s.refused_because(&ask(scope).send().await?, &INVALID_SCOPE, because)?;
    }
    Ok(())
}

async fn organization(s: &Session) -> Tried<()> {
    let (machine, audit, ledger) = (s.role("machine")?, s.api("audit")?, s.api("ledger")?);
    let ask = |api: &str, scope, organization: Option<&str>| {
        let named = organization.map(|id| ("organization", id));
        let named: Vec<_> = named.into_iter().chain([("audience", api), ("scope", scope)]).collect();
        own(&machine, &named)
    };
    let rule = &ocp::grt::SUBJECT_TYPES;
    given(&ask(&audit.identifier, "read:audit", Some("org_north"))).await?.shows_scope(s, rule, "read:audit");
    for organization in [None, Some("org_north"), Some("org_south")] {
        let got = given(&ask(&ledger.identifier, "read:ledger", organization)).await?;
        got.shows_scope(s, rule, "read:ledger");
        served(s, &machine, &got, ledger, rule).await?;
    }
    Ok(())
}

async fn organization_refused(s: &Session) -> Tried<()> {
    let (machine, audit, payments, ledger) = (s.role("machine")?, s.api("audit")?, s.api("payments")?, s.api("ledger")?);
    let for_audit = [("audience", audit.identifier.as_str()), ("scope", "read:audit")];
    let for_payments = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    s.control(given(&own(&machine, &for_audit).set("organization", "org_north")).await)?;
    s.control(given(&own(&machine, &for_payments)).await)?;
    s.refused(&own(&machine, &for_audit).send().await?, &NO_ORGANIZATION)?;
    for other in ["org_south", "org_nort", "org_north2", "ORG_NORTH", "north", "org_unknown"] {
        s.refused(&own(&machine, &for_audit).set("organization", other).send().await?, &NO_ORGANIZATION)?;
    }
    let unknown = own(&machine, &[("audience", &ledger.identifier), ("scope", "read:ledger")]).set("organization", "org_unknown");
    s.refused(&unknown.send().await?, &NO_ORGANIZATION)?;
    s.refused(&own(&machine, &for_payments).set("organization", "org_north").send().await?, &NO_ORGANIZATION)
}
