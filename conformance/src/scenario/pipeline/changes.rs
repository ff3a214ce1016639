//! Changes of the configuration between two requests: the next request follows the new one.

use fapi::requirement::ocp;

use super::super::{Scenario, run};
use super::{Given, UNAUTHORIZED, ask, code, given, own, refresh, served, tokens_for};
use crate::browser::Landing;
use crate::client::Client;
use crate::finding::{Finding, Tried, skip};
use crate::session::{Session, wire};
use crate::target::Change;

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("change-grant-deleted", "Without its client grant a client gets no further token.", run!(deleted))
        .requires(&[&ocp::acc::GRANT_NEEDED, &ocp::acc::DELETED])
        .shows(&["F-47"])
        .changes()
        .asserts(&[
            "no token for a code from before, for a refresh token, and as a client",
            "the access token from before serves until it expires",
        ]),
    Scenario::positive("change-grant-narrowed", "A narrower client grant narrows the next token.", run!(narrowed))
        .requires(&[&ocp::acc::CEILING])
        .shows(&["F-47"])
        .changes()
        .asserts(&["less at a refresh and for a code from before", "the token from before is unchanged"]),
    Scenario::positive("change-permissions", "Permissions that are taken away are missing in the next token.", run!(permissions))
        .requires(&[&ocp::api::ROLES, &ocp::api::PERMISSIONS])
        .shows(&["F-43"])
        .changes()
        .asserts(&[
            "less at a refresh and for a code from before, in scope and in permissions",
            "given back, they are there again, and none that was not granted first",
        ]),
    Scenario::negative("change-client-deleted", "A deleted client is unknown, and never returns.", run!(gone))
        .requires(&[&ocp::cli::DELETED])
        .shows(&["F-01"])
        .changes()
        .asserts(&[
            "invalid_client at the token endpoint for its refresh token, and a page at the authorization endpoint",
            "the same after a configuration that has the client again, which the server refuses",
            "other clients are served as before",
        ]),
    Scenario::positive("change-pipeline", "A client's pipeline counts when a token is issued.", run!(pipeline))
        .requires(&[&ocp::pipe::PIPELINE_PER_CLIENT, &ocp::pipe::LEGACY_OPAQUE])
        .shows(&["F-03"])
        .changes()
        .asserts(&["opaque tokens after the client left the conformant pipeline"]),
];

/// Changes the configuration of the server.
async fn change(s: &Session, change: Change) -> Tried<()> {
    match s.target.instance.reconfigure(change).await {
        Ok(true) => Ok(()),
        Ok(false) => skip("the configuration of the server is its operator's"),
        Err(error) => Err(Finding::new("the server to take a configuration", error).of_the_suite().into()),
    }
}

async fn deleted(s: &Session) -> Tried<()> {
    let (client, machine, payments) = (s.role("budget")?, s.role("machine")?, s.api("payments")?);
    let parameters = [("audience", payments.identifier.as_str()), ("scope", "openid offline_access read:payments")];
    let first = s.control(tokens_for(&client, payments, parameters[1].1).await)?;
    let code = s.control(code(&client, &parameters).await)?;
    let as_client = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    s.control(given(&own(&machine, &as_client)).await)?;
    s.control(given(&refresh(&client, &first, &[])?).await)?;
    change(s, Change::GrantsDeleted).await?;
    served(s, &client, &first, payments, &ocp::acc::DELETED).await?;
    s.refused(&client.redeem(&code).send().await?, &UNAUTHORIZED)?;
    s.refused(&refresh(&client, &first, &[])?.send().await?, &UNAUTHORIZED)?;
    s.refused(&own(&machine, &as_client).send().await?, &UNAUTHORIZED)
}

async fn gone(s: &Session) -> Tried<()> {
    let (client, other, accounts) = (s.role("empty")?, s.role("budget")?, s.api("accounts")?);
    let scope = "openid offline_access read:accounts";
    let first = s.control(tokens_for(&client, accounts, scope).await)?;
    s.control(given(&refresh(&client, &first, &[])?).await)?;
    change(s, Change::ClientDeleted("empty")).await?;
    unknown(s, &client, &first).await?;
    // The configuration from before has the client. A server that takes it must not serve the client.
    let _ = s.target.instance.reconfigure(Change::Undone).await;
    unknown(s, &client, &first).await?;
    let of_other = s.control(tokens_for(&other, accounts, scope).await)?;
    served(s, &other, &of_other, accounts, &ocp::cli::DELETED).await
}

/// Demands that both endpoints refuse a client that they do not know.
async fn unknown(s: &Session, client: &Client, first: &Given) -> Tried<()> {
    s.refused(&refresh(client, first, &[])?.send().await?, &wire::INVALID_CLIENT)?;
    let landing = ask(client, &[("scope", "openid")]).looking().land().await?;
    s.looks();
    if !matches!(landing, Landing::Page(_)) {
        let finding = Finding::new("an error page", landing.describe());
        s.also(Finding { exchange: landing.exchange(), ..finding }.against(&ocp::cli::DELETED));
        return Ok(());
    }
    s.judged(landing.exchange(), s.requires())
}

async fn narrowed(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("portal")?, s.api("payments")?);
    let scope = "openid offline_access read:payments refund:payments";
    let first = tokens_for(&client, payments, scope).await?;
    first.shows_scope(s, &ocp::acc::CEILING, scope);
    let code = code(&client, &[("audience", &payments.identifier), ("scope", scope)]).await?;
    change(s, Change::GrantsNarrowed).await?;
    served(s, &client, &first, payments, &ocp::acc::CEILING).await?;
    let again = given(&refresh(&client, &first, &[])?).await?;
    again.shows_scope(s, &ocp::acc::CEILING, "openid offline_access read:payments");
    let redeemed = given(&client.redeem(&code)).await?;
    redeemed.shows_scope(s, &ocp::acc::CEILING, "openid offline_access read:payments");
    Ok(())
}

async fn permissions(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("budget")?, s.api("payments")?);
    let scope = "openid offline_access read:payments write:payments";
    let first = tokens_for(&client, payments, scope).await?;
    first.shows_scope(s, &ocp::api::ROLES, "openid offline_access read:payments");
    let code = code(&client, &[("audience", &payments.identifier), ("scope", scope)]).await?;
    change(s, Change::PermissionsTaken).await?;
    for got in [given(&refresh(&client, &first, &[])?).await?, given(&client.redeem(&code)).await?] {
        got.shows_scope(s, &ocp::api::ROLES, "openid offline_access");
        let listed = got.claim("permissions").to_string();
        got.shows(s, &ocp::api::PERMISSIONS, !listed.contains("payments"), "no permissions", listed);
    }
    change(s, Change::PermissionsGiven).await?;
    let again = given(&refresh(&client, &first, &[])?).await?;
    again.shows_scope(s, &ocp::api::ROLES, "openid offline_access read:payments");
    let listed = again.claim("permissions").to_string();
    again.shows(s, &ocp::api::PERMISSIONS, listed.contains("write:payments"), "every permission of the user", listed);
    Ok(())
}

async fn pipeline(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let first = tokens_for(&client, accounts, "openid read:accounts").await?;
    first.shows(s, &ocp::pipe::PIPELINE_PER_CLIENT, first.access.is_some(), "a JWT", "an opaque access token");
    change(s, Change::ClientsLegacy).await?;
    let next = tokens_for(&client, accounts, "openid read:accounts").await?;
    next.shows(s, &ocp::pipe::LEGACY_OPAQUE, next.access.is_none(), "an opaque access token", "a JWT");
    served(s, &client, &first, accounts, &ocp::pipe::PIPELINE_PER_CLIENT).await
}
