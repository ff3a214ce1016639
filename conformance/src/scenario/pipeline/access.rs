//! Access policies and client grants.

use fapi::requirement::{ocp, rfc6749};

use super::super::{Scenario, run};
use super::{INVALID_SCOPE, UNAUTHORIZED, ask, documents, given, own, refresh, refused, standards, tokens, tokens_for};
use crate::finding::Tried;
use crate::session::Session;

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("access-open", "An open API gives users of every client every scope, without a client grant.", run!(open))
        .requires(&[&ocp::acc::OPEN, &ocp::acc::DEFAULTS, &ocp::acc::POLICIES, &ocp::scp::ANYBODY])
        .shows(&["F-45"])
        .asserts(&["both scopes of the API, for an application of the operator and for one of a third party"]),
    Scenario::negative(
        "access-denied",
        "An API that denies all gives nobody a token, whatever else is configured.",
        run!(denied),
    )
    .requires(&[&ocp::acc::DENIED])
    .shows(&["F-45"])
    .asserts(&["no token for a user, although the client has a grant, not even for openid", "no token for a client"]),
    Scenario::negative("access-without-grant", "An API that wants a client grant refuses a client without one.", run!(without))
        .requires(&[&ocp::acc::GRANT_NEEDED])
        .shows(&["F-45", "F-47"])
        .asserts(&[
            "a grant as a client is none for users, and one for users none as a client",
            "a grant for another API is none for this one",
            "the grants that there are serve",
        ]),
    Scenario::negative("access-empty-grant", "A client grant without scopes is no permission.", run!(empty))
        .requires(&[&ocp::acc::EMPTY])
        .shows(&["F-47"])
        .asserts(&["no token for a user", "no token for a client"]),
    Scenario::positive("access-ceiling", "For users a client grant is a ceiling.", run!(ceiling))
        .requires(&[&ocp::acc::CEILING, &ocp::acc::NEVER_OUTSIDE, &ocp::acc::ALL_SCOPES])
        .shows(&["F-47"])
        .asserts(&["the scope outside of the grant is left out, though the user has it", "a grant for all scopes leaves it"]),
    Scenario::negative("access-as-client", "As a client, a client gets no scope outside of its client grant.", run!(as_client))
        .requires(&[&ocp::acc::CLIENT_SCOPES])
        .shows(&["F-47"])
        .asserts(&[
            "400 invalid_scope for one scope outside, and for one inside and one outside",
            "the scopes of the grant serve",
        ]),
    Scenario::negative("access-scope-missing", "A client that needs a client grant states its scope.", run!(unstated))
        .requires(&[&ocp::acc::EXPLICIT_SCOPE])
        .shows(&["F-46"])
        .when(documents)
        .asserts(&["invalid_scope without scope, for a user and for a client", "an open API gives all of its scopes"]),
    Scenario::positive(
        "access-scope-omitted",
        "A server may take a missing scope for all scopes, within the rest.",
        run!(omitted),
    )
    .requires(&[&ocp::acc::CEILING, &ocp::acc::CLIENT_SCOPES])
    .shows(&["F-46", "F-47"])
    .when(standards)
    .asserts(&["for a user what grant and roles leave", "for a client its grant"]),
    Scenario::positive("access-refresh", "A refresh without scope brings every scope that was granted first.", run!(refreshed))
        .requires(&[&ocp::acc::REFRESH_EXCEPTED])
        .shows(&["F-46", "F-60"])
        .asserts(&["the same scope, although the API demands that scopes are stated"]),
    Scenario::negative("access-refresh-wider", "A refresh brings no scope that was not granted.", run!(wider))
        .requires(&[&rfc6749::REFRESH_SCOPE])
        .shows(&["F-46", "F-60"])
        .asserts(&["400 for a scope that the client grant has and the user did not get", "200 without it"]),
];

async fn open(s: &Session) -> Tried<()> {
    let accounts = s.api("accounts")?;
    for role in ["portal", "empty", "custom"] {
        let asked = tokens_for(&s.role(role)?, accounts, "read:accounts read:balance").await;
        let given = asked.map_err(|stop| stop.against(&ocp::acc::OPEN))?;
        given.shows_scope(s, &ocp::acc::OPEN, "read:accounts read:balance");
    }
    Ok(())
}

async fn denied(s: &Session) -> Tried<()> {
    let (client, machine, vault) = (s.role("budget")?, s.role("machine")?, s.api("vault")?);
    s.control(tokens_for(&client, s.api("accounts")?, "read:accounts").await)?;
    s.control(given(&own(&machine, &[("audience", &s.api("payments")?.identifier), ("scope", "read:payments")])).await)?;
    for scope in ["read:vault", "openid", "openid read:vault"] {
        let visit = ask(&client, &[("audience", &vault.identifier), ("scope", scope)]);
        refused(s, &client, &visit, &["access_denied", "unauthorized_client"], s.requires()).await?;
    }
    let reply = own(&machine, &[("audience", &vault.identifier), ("scope", "read:vault")]).send().await?;
    s.refused(&reply, &UNAUTHORIZED)
}

async fn without(s: &Session) -> Tried<()> {
    let (client, machine, payments) = (s.role("stranger")?, s.role("machine")?, s.api("payments")?);
    let accounts = s.api("accounts")?;
    s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    let as_client = [("audience", payments.identifier.as_str()), ("scope", "read:payments")];
    s.control(given(&own(&client, &as_client)).await)?;
    s.control(given(&own(&machine, &as_client)).await)?;
    let visit = ask(&client, &as_client);
    refused(s, &client, &visit, &["access_denied", "unauthorized_client"], s.requires()).await?;
    let visit = ask(&client, &[("audience", &payments.identifier), ("scope", "openid")]);
    refused(s, &client, &visit, &["access_denied", "unauthorized_client"], s.requires()).await?;
    let reply = own(&client, &[("audience", &accounts.identifier), ("scope", "read:accounts")]).send().await?;
    s.refused(&reply, &UNAUTHORIZED)?;
    let archive = s.api("archive")?;
    let reply = own(&machine, &[("audience", &archive.identifier), ("scope", "read:archive")]).send().await?;
    s.refused(&reply, &UNAUTHORIZED)
}

async fn empty(s: &Session) -> Tried<()> {
    let (client, machine) = (s.role("empty")?, s.role("machine")?);
    let (accounts, payments) = (s.api("accounts")?, s.api("payments")?);
    s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    s.control(given(&own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments")])).await)?;
    for scope in ["read:payments", "openid", "openid read:payments"] {
        let visit = ask(&client, &[("audience", &payments.identifier), ("scope", scope)]);
        refused(s, &client, &visit, &["access_denied", "unauthorized_client"], s.requires()).await?;
    }
    let reply = own(&machine, &[("audience", &accounts.identifier), ("scope", "read:accounts")]).send().await?;
    s.refused(&reply, &UNAUTHORIZED)?;
    let ledger = [("audience", s.api("ledger")?.identifier.as_str()), ("scope", "read:ledger")];
    s.refused(&own(&s.role("stranger")?, &ledger).send().await?, &UNAUTHORIZED)
}

async fn ceiling(s: &Session) -> Tried<()> {
    let payments = s.api("payments")?;
    let asked = "openid read:payments write:payments refund:payments";
    let budget = tokens_for(&s.role("budget")?, payments, asked).await?;
    budget.shows(s, &ocp::acc::NEVER_OUTSIDE, !budget.has("refund:payments"), "no scope outside of the client grant", "one");
    budget.shows_scope(s, &ocp::acc::CEILING, "openid read:payments");
    let portal = tokens_for(&s.role("portal")?, payments, asked).await?;
    portal.shows_scope(s, &ocp::acc::ALL_SCOPES, "openid read:payments refund:payments");
    Ok(())
}

async fn as_client(s: &Session) -> Tried<()> {
    let (machine, payments) = (s.role("machine")?, s.api("payments")?);
    let ask = |scope| own(&machine, &[("audience", &payments.identifier), ("scope", scope)]);
    let inside = s.control(given(&ask("read:payments write:payments")).await)?;
    inside.shows_scope(s, &ocp::acc::CLIENT_SCOPES, "read:payments write:payments");
    for scope in ["refund:payments", "read:payments refund:payments"] {
        s.refused(&ask(scope).send().await?, &INVALID_SCOPE)?;
    }
    Ok(())
}

async fn unstated(s: &Session) -> Tried<()> {
    let (client, machine) = (s.role("budget")?, s.role("machine")?);
    let (accounts, payments) = (s.api("accounts")?, s.api("payments")?);
    s.control(tokens_for(&client, payments, "read:payments").await)?;
    s.control(given(&own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments")])).await)?;
    let open = s.control(tokens(&client, &[("audience", &accounts.identifier)]).await)?;
    open.shows_scope(s, &ocp::acc::EXPLICIT_SCOPE, "read:accounts read:balance");
    let visit = ask(&client, &[("audience", &payments.identifier)]);
    refused(s, &client, &visit, &["invalid_scope"], s.requires()).await?;
    s.refused(&own(&machine, &[("audience", &payments.identifier)]).send().await?, &INVALID_SCOPE)
}

async fn omitted(s: &Session) -> Tried<()> {
    let (client, machine, payments) = (s.role("budget")?, s.role("machine")?, s.api("payments")?);
    let of_user = tokens(&client, &[("audience", &payments.identifier)]).await?;
    of_user.shows_scope(s, &ocp::acc::CEILING, "read:payments");
    let of_client = given(&own(&machine, &[("audience", &payments.identifier)])).await?;
    of_client.shows_scope(s, &ocp::acc::CLIENT_SCOPES, "read:payments write:payments");
    Ok(())
}

async fn refreshed(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("budget")?, s.api("payments")?);
    let first = tokens_for(&client, payments, "openid offline_access read:payments").await?;
    let again = given(&refresh(&client, &first, &[])?).await?;
    again.shows(s, &ocp::acc::REFRESH_EXCEPTED, again.scope() == first.scope(), "the same scope", "another one");
    Ok(())
}

async fn wider(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("portal")?, s.api("payments")?);
    let first = s.control(tokens_for(&client, payments, "openid offline_access read:payments").await)?;
    let narrow = s.control(given(&refresh(&client, &first, &[("scope", "read:payments")])?).await)?;
    // A public client's refresh token is replaced.
    let next = if narrow.tokens.refresh_token.is_some() { &narrow } else { &first };
    let request = refresh(&client, next, &[("scope", "read:payments refund:payments")])?;
    s.refused(&request.send().await?, &INVALID_SCOPE)
}
