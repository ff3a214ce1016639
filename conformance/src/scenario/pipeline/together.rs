//! Statements that meet in one request: what wins.

use fapi::requirement::{ocp, rfc9700};

use super::super::{Scenario, run};
use super::{ask, documents, given, own, refresh, refused, refused_at, served, standards, tokens, tokens_for, told};
use crate::finding::Tried;
use crate::session::Session;

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("together-narrowed-then-full", "A narrowed refresh narrows that refresh alone.", run!(narrowed))
        .requires(&[&ocp::acc::REFRESH_EXCEPTED])
        .shows(&["F-46", "F-60"])
        .asserts(&["the narrowed token has the narrowed scope", "the next refresh without scope has everything again"]),
    Scenario::positive("together-default-userinfo", "A token for the default audience serves at userinfo too.", run!(defaulted))
        .requires(&[&ocp::ten::DEFAULT_AUDIENCE, &ocp::pipe::USERINFO_TOO])
        .shows(&["F-41", "F-72"])
        .when(standards)
        .asserts(&["with openid 200 from the API and from userinfo"]),
    Scenario::positive("together-roles-grant-consent", "Request, grant, roles and consent are all limits.", run!(limits))
        .requires(&[&ocp::acc::CEILING, &ocp::api::ROLES, &ocp::scp::CONSENT_EXAMPLE])
        .shows(&["F-43", "F-47"])
        .asserts(&[
            "write:payments is within the grant and no permission, refund:payments a permission and outside of the grant",
        ]),
    Scenario::negative("together-legacy-audience", "An audience gives a client of the older pipeline no API.", run!(legacy))
        .requires(&[&rfc9700::TOKEN_FOR_US])
        .shows(&["F-03", "F-47"])
        .asserts(&["401 at the API, although the client has a client grant for it", "userinfo serves the token"]),
    Scenario::positive("together-refresh-audience", "A refresh is for the API of its grant.", run!(refreshed))
        .requires(&[&ocp::pipe::API_JWT, &ocp::pipe::USERINFO_TOO])
        .shows(&["F-41", "F-46"])
        .asserts(&["the same aud, lifetime and dialect", "a narrowed refresh without openid is none for userinfo"]),
    Scenario::negative("together-two-audiences", "A token is for one API.", run!(two))
        .requires(&[&fapi::requirement::rfc8707::RESOURCE_KNOWN, &fapi::requirement::rfc6749::NO_REPEATED_PARAMETER])
        .shows(&["F-41", "F-73"])
        .asserts(&["400 for two audiences", "a token for either"]),
    Scenario::positive(
        "together-hook-roles",
        "A hook stands above roles and client grant, and roles stay in permissions.",
        run!(hook),
    )
    .requires(&[&ocp::api::HOOK_LAST, &ocp::api::PERMISSIONS])
    .shows(&["F-43", "F-47"])
    .when(documents)
    .asserts(&["the hook's scope", "permissions as the user has them", "a hook of one client is none for another"]),
];

async fn narrowed(s: &Session) -> Tried<()> {
    let rule = &ocp::acc::REFRESH_EXCEPTED;
    for role in ["budget", "portal"] {
        let client = s.role(role)?;
        let first = tokens_for(&client, s.api("accounts")?, "openid offline_access read:accounts read:balance").await?;
        let narrow = given(&refresh(&client, &first, &[("scope", "read:balance")])?).await?;
        narrow.shows_scope(s, rule, "read:balance");
        let next = if narrow.tokens.refresh_token.is_some() { &narrow } else { &first };
        let full = given(&refresh(&client, next, &[])?).await?;
        full.shows_scope(s, rule, "openid offline_access read:accounts read:balance");
    }
    Ok(())
}

async fn defaulted(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let given = tokens(&client, &[("scope", "openid read:accounts")]).await?;
    served(s, &client, &given, accounts, &ocp::ten::DEFAULT_AUDIENCE).await?;
    told(s, &client, &given, &ocp::pipe::USERINFO_TOO).await.map(drop)
}

async fn limits(s: &Session) -> Tried<()> {
    let asked = "openid read:payments write:payments refund:payments read:accounts";
    let given = tokens_for(&s.role("budget")?, s.api("payments")?, asked).await?;
    given.shows(s, &ocp::api::ROLES, !given.has("write:payments"), "no scope without permission", "write:payments");
    given.shows(s, &ocp::acc::CEILING, !given.has("refund:payments"), "no scope outside of the grant", "refund:payments");
    given.shows_scope(s, &ocp::scp::CONSENT_EXAMPLE, "openid read:payments");
    Ok(())
}

async fn legacy(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("legacy")?, s.api("payments")?);
    let conformant = s.role("budget")?;
    let control = s.control(tokens_for(&conformant, payments, "openid read:payments").await)?;
    served(s, &conformant, &control, payments, &ocp::pipe::API_JWT).await?;
    let given = s.control(tokens_for(&client, payments, "openid read:payments").await)?;
    told(s, &client, &given, &ocp::pipe::LEGACY_OPAQUE).await?;
    refused_at(s, &client, &given.tokens.access_token, &given, payments, s.requires()).await
}

async fn refreshed(s: &Session) -> Tried<()> {
    let (client, payments) = (s.role("budget")?, s.api("payments")?);
    let first = tokens_for(&client, payments, "openid offline_access read:payments").await?;
    let again = given(&refresh(&client, &first, &[])?).await?;
    let rule = &ocp::pipe::API_JWT;
    again.shows(s, rule, again.audience() == first.audience(), "the same aud", again.audience().join(" "));
    again.shows(s, rule, again.tokens.expires_in == Some(300), "expires_in 300", super::lifetime(again.tokens.expires_in));
    let listed = again.claim("permissions");
    again.shows(s, rule, listed == first.claim("permissions"), "the same permissions", listed.to_string());
    served(s, &client, &again, payments, rule).await?;
    told(s, &client, &again, &ocp::pipe::USERINFO_TOO).await?;
    let narrow = given(&refresh(&client, &first, &[("scope", "read:payments")])?).await?;
    let reply = client.userinfo(&narrow.tokens).send().await?;
    let refused = !reply.grants();
    narrow.shows(s, &ocp::pipe::USERINFO_TOO, refused, "no token for userinfo without openid", "one");
    Ok(())
}

async fn two(s: &Session) -> Tried<()> {
    let (client, machine) = (s.role("budget")?, s.role("machine")?);
    let (accounts, archive) = (s.api("accounts")?, s.api("archive")?);
    let (payments, ledger) = (s.api("payments")?, s.api("ledger")?);
    for (api, scope) in [(accounts, "read:accounts"), (archive, "read:archive")] {
        s.control(tokens_for(&client, api, scope).await)?;
    }
    let scope = ("scope", "read:accounts read:archive");
    let visit = ask(&client, &[("audience", &accounts.identifier), ("audience", &archive.identifier), scope]);
    refused(s, &client, &visit, &["invalid_target", "invalid_request"], s.requires()).await?;
    s.control(given(&own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments")])).await)?;
    let twice = own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments")]);
    let reply = twice.duplicate("audience", ledger.identifier.as_str()).send().await?;
    s.refused(&reply, &super::INVALID_TARGET)
}

async fn hook(s: &Session) -> Tried<()> {
    let payments = s.api("payments")?;
    let given = tokens_for(&s.role("custom")?, payments, "openid read:payments").await?;
    given.shows_scope(s, &ocp::api::HOOK_LAST, "openid write:payments");
    let listed = given.claim("permissions").to_string();
    let holds = listed.contains("refund:payments") && !listed.contains("write:payments");
    given.shows(s, &ocp::api::PERMISSIONS, holds, "the permissions of the user", listed);
    let other = tokens_for(&s.role("budget")?, payments, "openid read:payments").await?;
    other.shows_scope(s, &ocp::api::HOOK_LAST, "openid read:payments");
    Ok(())
}
