//! Clients of the older pipeline beside conformant ones.

use fapi::requirement::{ocp, rfc9700};

use super::super::{Scenario, run};
use super::{refused_at, tokens, tokens_for, told};
use crate::finding::Tried;
use crate::session::Session;

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("legacy-opaque", "A client of the older pipeline gets opaque tokens for userinfo.", run!(opaque))
        .requires(&[&ocp::pipe::LEGACY_OPAQUE, &ocp::pipe::PIPELINE_PER_CLIENT])
        .shows(&["F-03", "F-41"])
        .asserts(&["no JWT, with and without audience", "200 from userinfo", "no scope of an API"]),
    Scenario::positive("legacy-claims", "In the older pipeline a claim's name is a scope that asks for it.", run!(claims))
        .requires(&[&ocp::pipe::ARBITRARY_SCOPES, &ocp::pipe::ATTRIBUTE_SCOPES])
        .shows(&["F-03"])
        .asserts(&["the claim at userinfo, and not without the scope", "neither scope nor claim for a conformant client"]),
    Scenario::negative("legacy-token-at-api", "An API refuses tokens of the older pipeline.", run!(at_api))
        .requires(&[&rfc9700::TOKEN_FOR_US])
        .shows(&["F-03"])
        .asserts(&["401, although the request named the API", "200 for a conformant client's"]),
    Scenario::positive("legacy-refresh", "In the older pipeline device and offline_access bring a refresh token.", run!(refresh))
        .requires(&[&ocp::pipe::LEGACY_REFRESH, &ocp::pipe::DEVICE_LEGACY])
        .shows(&["F-03"])
        .asserts(&["a refresh token with both", "none with one of them alone, or an empty device"]),
    Scenario::positive("conformant-device", "A conformant client's device has no effect.", run!(device))
        .requires(&[&ocp::pipe::DEVICE_CONFORMANT, &ocp::pipe::OFFLINE_GRANTED])
        .shows(&["F-03"])
        .asserts(&["no refresh token where offline_access is not granted", "the same tokens as without it"]),
];

async fn opaque(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("legacy")?, s.api("accounts")?);
    for parameters in [
        &[("scope", "openid read:accounts")][..],
        &[("scope", "openid read:accounts"), ("audience", accounts.identifier.as_str())],
        &[("scope", "openid read:accounts"), ("audience", "https://unknown.example")],
    ] {
        let given = tokens(&client, parameters).await.map_err(|stop| stop.against(&ocp::pipe::LEGACY_OPAQUE))?;
        given.shows(s, &ocp::pipe::LEGACY_OPAQUE, given.access.is_none(), "an opaque access token", "a JWT");
        given.shows(s, &ocp::pipe::LEGACY_OPAQUE, !given.has("read:accounts"), "no scope of an API", "read:accounts");
        told(s, &client, &given, &ocp::pipe::LEGACY_OPAQUE).await?;
    }
    let conformant = tokens_for(&s.role("budget")?, accounts, "openid read:accounts").await?;
    conformant.shows(s, &ocp::pipe::PIPELINE_PER_CLIENT, conformant.access.is_some(), "a JWT", "an opaque access token");
    Ok(())
}

async fn claims(s: &Session) -> Tried<()> {
    let (legacy, conformant) = (s.role("legacy")?, s.role("budget")?);
    let rule = &ocp::pipe::ARBITRARY_SCOPES;
    for (client, scope, wanted) in
        [(&legacy, "openid favorite_color", true), (&legacy, "openid", false), (&conformant, "openid favorite_color", false)]
    {
        let given = tokens(client, &[("scope", scope), ("audience", "")]).await?;
        let reply = told(s, client, &given, rule).await?;
        let claim = reply.json().is_some_and(|claims| claims.get("favorite_color").is_some());
        let words = |is: bool| if is { "the claim favorite_color" } else { "no claim favorite_color" };
        given.shows(s, rule, claim == wanted, words(wanted), words(claim));
        let granted = given.has("favorite_color");
        given.shows(s, &ocp::pipe::ATTRIBUTE_SCOPES, wanted || !granted, "no scope favorite_color", "favorite_color");
    }
    Ok(())
}

async fn at_api(s: &Session) -> Tried<()> {
    let (client, conformant, accounts) = (s.role("legacy")?, s.role("budget")?, s.api("accounts")?);
    let other = s.control(tokens_for(&conformant, accounts, "openid read:accounts").await)?;
    super::served(s, &conformant, &other, accounts, &ocp::pipe::API_JWT).await?;
    let given = s.control(tokens_for(&client, accounts, "openid").await)?;
    refused_at(s, &client, &given.tokens.access_token, &given, accounts, s.requires()).await
}

async fn refresh(s: &Session) -> Tried<()> {
    let client = s.role("legacy")?;
    for (parameters, wanted) in [
        (&[("scope", "openid offline_access"), ("device", "phone")][..], true),
        (&[("scope", "openid offline_access")], false),
        (&[("scope", "openid offline_access"), ("device", "")], false),
        (&[("scope", "openid"), ("device", "phone")], false),
    ] {
        let given = tokens(&client, parameters).await?;
        let sent = given.tokens.refresh_token.is_some();
        let words = |is: bool| if is { "a refresh token" } else { "no refresh token" };
        let rule = if wanted { &ocp::pipe::DEVICE_LEGACY } else { &ocp::pipe::LEGACY_REFRESH };
        given.shows(s, &ocp::pipe::LEGACY_REFRESH, sent == wanted, words(wanted), words(sent));
        given.shows(s, rule, sent == wanted, words(wanted), words(sent));
    }
    Ok(())
}

async fn device(s: &Session) -> Tried<()> {
    let (client, archive, accounts) = (s.role("budget")?, s.api("archive")?, s.api("accounts")?);
    let scope = ("scope", "openid offline_access read:archive");
    let given = tokens(&client, &[("audience", &archive.identifier), scope, ("device", "phone")]).await?;
    let sent = given.tokens.refresh_token.is_some();
    given.shows(s, &ocp::pipe::DEVICE_CONFORMANT, !sent, "no refresh token", "one");
    given.shows(s, &ocp::pipe::OFFLINE_GRANTED, !sent, "no refresh token", "one");
    given.shows_scope(s, &ocp::pipe::DEVICE_CONFORMANT, "openid read:archive");
    let scope = ("scope", "openid offline_access read:accounts");
    let given = tokens(&client, &[("audience", &accounts.identifier), scope, ("device", "phone")]).await?;
    let sent = given.tokens.refresh_token.is_some();
    given.shows(s, &ocp::pipe::DEVICE_CONFORMANT, sent, "a refresh token, as without device", "none");
    Ok(())
}
