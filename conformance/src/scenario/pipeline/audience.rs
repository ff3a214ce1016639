//! The audience of a request: which API a token is for, and when userinfo is one of its recipients.

use fapi::requirement::{ocp, rfc6750, rfc8707, rfc9068, rfc9700};

use super::super::{Scenario, run};
use super::{INVALID_TARGET, ask, code, documents, own, refused, refused_at, served, standards, tokens, tokens_for, told};
use crate::finding::Tried;
use crate::session::Session;

const UNKNOWN: super::Because = &[&ocp::pipe::API_NAMED, &ocp::api::TRAILING_SLASH, &rfc8707::RESOURCE_KNOWN];
const NOT_FOR_API: super::Because = &[&rfc9700::TOKEN_FOR_US, &rfc9068::VALIDATED];
const NOT_FOR_USERINFO: super::Because =
    &[&ocp::pipe::USERINFO_TOO, &ocp::pipe::USERINFO_BY_SIGNATURE, &rfc6750::SCOPE_COVERS, &rfc6750::TOKEN_LIVE];

pub(in super::super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "audience-unknown",
        "An identifier that no API has is refused, however much it is like one.",
        run!(unknown),
    )
    .requires(UNKNOWN)
    .shows(&["F-38", "F-41"])
    .asserts(&[
        "invalid_target for the beginning of an identifier, for one with more at its end, another case, another scheme, a query",
        "the same in an authorization request and in a token request",
    ]),
    Scenario::positive("audience-absent", "A request without audience gets an opaque token for userinfo alone.", run!(absent))
        .requires(&[&ocp::pipe::AUDIENCE_OPTIONAL, &ocp::pipe::USERINFO_OPAQUE])
        .shows(&["F-03", "F-41", "F-72"])
        .when(documents)
        .asserts(&["no JWT", "200 from userinfo", "401 from an API", "no scope of an API, whatever was asked for"]),
    Scenario::positive("audience-userinfo", "A token for an API serves at userinfo if openid was granted.", run!(userinfo))
        .requires(&[&ocp::pipe::USERINFO_TOO, &ocp::pipe::JWT_CLAIMS])
        .shows(&["F-41", "F-89"])
        .asserts(&["200 from userinfo and from the API", "where tokens list it, aud has the API and then userinfo"]),
    Scenario::negative(
        "audience-without-openid",
        "Without openid a token for an API is none for userinfo.",
        run!(without_openid),
    )
    .requires(NOT_FOR_USERINFO)
    .shows(&["F-41"])
    .asserts(&["401 or 403 from userinfo", "200 from the API", "200 from userinfo for a token with openid"]),
    Scenario::negative("audience-by-secret", "A token that an API could have made is none for userinfo.", run!(by_secret))
        .requires(NOT_FOR_USERINFO)
        .shows(&["F-41", "F-42"])
        .asserts(&["401 from userinfo for a token with HS256, even with openid", "aud has the API alone"]),
    Scenario::positive("audience-default", "The default audience stands in for a missing one.", run!(default))
        .requires(&[&ocp::ten::DEFAULT_AUDIENCE, &ocp::pipe::API_JWT])
        .shows(&["F-72"])
        .when(standards)
        .asserts(&["a JWT for the default audience, with its scope", "audience names another API all the same"]),
    Scenario::negative("audience-missing", "Without audience and default a client gets nothing for itself.", run!(missing))
        .requires(&[&ocp::grt::CLIENT_CREDENTIALS_REQUEST, &rfc8707::RESOURCE_KNOWN])
        .shows(&["F-07", "F-72"])
        .when(documents)
        .asserts(&["400 without audience, and with an empty one", "400 with userinfo as audience", "200 with an API"]),
    Scenario::positive("resource-counts", "The parameter resource names an API where audience does not.", run!(counts))
        .requires(&[&ocp::ten::RESOURCE_ON, &ocp::pipe::API_NAMED])
        .shows(&["F-73"])
        .when(standards)
        .asserts(&["aud is the resource", "audience comes first", "the same scope by both names, for users and for clients"]),
    Scenario::positive("resource-ignored", "The parameter resource has no effect where it is off.", run!(ignored))
        .requires(&[&ocp::ten::RESOURCE_OFF])
        .shows(&["F-73"])
        .when(documents)
        .asserts(&["the token is for userinfo alone", "a malformed one is ignored too", "beside audience it changes nothing"]),
    Scenario::negative("resource-malformed", "A resource that is no absolute URI without fragment is refused.", run!(malformed))
        .requires(&[&ocp::ten::RESOURCE_URI, &rfc8707::RESOURCE_ABSOLUTE, &rfc8707::RESOURCE_KNOWN])
        .shows(&["F-73"])
        .when(standards)
        .asserts(&["invalid_target for a fragment, a relative reference and an unknown one"]),
    Scenario::negative("audience-of-another", "A code is not redeemed for another API than its own.", run!(of_another))
        .requires(&[&rfc8707::RESOURCE_KNOWN])
        .shows(&["F-41"])
        .asserts(&["400 for another API in the token request", "200 for the same one"]),
];

async fn unknown(s: &Session) -> Tried<()> {
    let (client, machine) = (s.role("budget")?, s.role("machine")?);
    let (accounts, payments) = (s.api("accounts")?, s.api("payments")?);
    s.control(tokens_for(&client, accounts, "openid read:accounts").await)?;
    s.control(super::given(&own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments")])).await)?;
    for wrong in unlike(&accounts.identifier) {
        let visit = ask(&client, &[("audience", &wrong), ("scope", "openid read:accounts")]);
        refused(s, &client, &visit, &["invalid_target"], UNKNOWN).await?;
    }
    for wrong in unlike(&payments.identifier) {
        let reply = own(&machine, &[("audience", &wrong), ("scope", "read:payments")]).send().await?;
        s.refused_because(&reply, &INVALID_TARGET, UNKNOWN)?;
    }
    Ok(())
}

/// Identifiers that are like this one, and none of an API.
fn unlike(identifier: &str) -> Vec<String> {
    vec![
        identifier[..identifier.len() - 1].to_owned(),
        format!("{identifier}s"),
        format!("{identifier}//"),
        format!("{identifier}?a=b"),
        identifier.to_uppercase(),
        identifier.replacen("https", "http", 1),
        identifier.replace(".example", ".example.evil"),
        identifier.replace(".example", ".example:443"),
        "Accounts".to_owned(),
    ]
}

async fn absent(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let accounts = s.api("accounts")?;
    let given = tokens(&client, &[("scope", "openid email read:accounts")]).await?;
    given.shows(s, &ocp::pipe::USERINFO_OPAQUE, given.access.is_none(), "an opaque access token", "a JWT");
    let rule = &ocp::pipe::AUDIENCE_OPTIONAL;
    given.shows(s, rule, !given.has("read:accounts"), "no scope of an API that was not named", "read:accounts");
    given.shows(s, rule, given.tokens.id_token.is_some(), "an ID token", "none");
    told(s, &client, &given, rule).await?;
    refused_at(s, &client, &given.tokens.access_token, &given, accounts, NOT_FOR_API).await?;
    let Some(userinfo) = client.metadata().text("userinfo_endpoint") else { return Ok(()) };
    let named = tokens(&client, &[("scope", "openid email"), ("audience", userinfo)]).await?;
    named.shows(s, &ocp::pipe::USERINFO_OPAQUE, named.access.is_none(), "an opaque access token", "a JWT");
    told(s, &client, &named, rule).await.map(drop)
}

async fn userinfo(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let userinfo = client.metadata().text("userinfo_endpoint").unwrap_or_default().to_owned();
    for (role, scope) in [("accounts", "openid read:accounts"), ("archive", "openid read:archive")] {
        let api = s.api(role)?;
        let given = tokens_for(&client, api, scope).await?;
        told(s, &client, &given, &ocp::pipe::USERINFO_TOO).await?;
        served(s, &client, &given, api, &ocp::pipe::USERINFO_TOO).await?;
        if documents(&s.variant()) {
            let wanted = [api.identifier.clone(), userinfo.clone()];
            let got = given.audience();
            let rule = if role == "accounts" { &ocp::pipe::JWT_CLAIMS } else { &ocp::pipe::USERINFO_TOO };
            given.shows(s, rule, got == wanted, format!("aud {}", wanted.join(" ")), got.join(" "));
        }
    }
    Ok(())
}

async fn without_openid(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let accounts = s.api("accounts")?;
    let with = s.control(tokens_for(&client, accounts, "openid read:accounts").await)?;
    told(s, &client, &with, &ocp::pipe::USERINFO_TOO).await?;
    let given = s.control(tokens_for(&client, accounts, "read:accounts").await)?;
    let got = given.audience();
    let alone = got == [accounts.identifier.clone()];
    given.shows(s, &ocp::pipe::USERINFO_TOO, alone, format!("aud {}", accounts.identifier), got.join(" "));
    served(s, &client, &given, accounts, &ocp::pipe::USERINFO_TOO).await?;
    let reply = client.userinfo(&given.tokens).send().await?;
    s.refused_by_resource(&reply, &[401, 403])
}

async fn by_secret(s: &Session) -> Tried<()> {
    let client = s.role("budget")?;
    let ledger = s.api("ledger")?;
    let with = s.control(tokens_for(&client, s.api("accounts")?, "openid read:accounts").await)?;
    told(s, &client, &with, &ocp::pipe::USERINFO_TOO).await?;
    let given = s.control(tokens_for(&client, ledger, "openid read:ledger").await)?;
    let got = given.audience();
    let alone = got == [ledger.identifier.clone()];
    given.shows(s, &ocp::pipe::USERINFO_BY_SIGNATURE, alone, format!("aud {}", ledger.identifier), got.join(" "));
    served(s, &client, &given, ledger, &ocp::pipe::USERINFO_BY_SIGNATURE).await?;
    let reply = client.userinfo(&given.tokens).send().await?;
    s.refused_by_resource(&reply, &[401, 403])
}

async fn default(s: &Session) -> Tried<()> {
    let (client, accounts, archive) = (s.role("budget")?, s.api("accounts")?, s.api("archive")?);
    let given = tokens(&client, &[("scope", "openid read:accounts read:archive")]).await?;
    let rule = &ocp::ten::DEFAULT_AUDIENCE;
    let got = given.audience();
    given.shows(s, rule, got.first() == Some(&accounts.identifier), format!("aud {}", accounts.identifier), got.join(" "));
    given.shows_scope(s, rule, "openid read:accounts");
    served(s, &client, &given, accounts, rule).await?;
    let other = tokens_for(&client, archive, "openid read:accounts read:archive").await?;
    let got = other.audience();
    other.shows(s, rule, got.first() == Some(&archive.identifier), format!("aud {}", archive.identifier), got.join(" "));
    other.shows_scope(s, rule, "openid read:archive");
    served(s, &client, &other, archive, rule).await
}

async fn missing(s: &Session) -> Tried<()> {
    let machine = s.role("machine")?;
    let payments = s.api("payments")?;
    s.control(super::given(&own(&machine, &[("audience", &payments.identifier), ("scope", "read:payments")])).await)?;
    let userinfo = machine.metadata().text("userinfo_endpoint").unwrap_or_default().to_owned();
    for audience in [None, Some(""), Some(userinfo.as_str())] {
        let named: Vec<_> = audience.map(|audience| ("audience", audience)).into_iter().collect();
        let reply = own(&machine, &[&[("scope", "read:payments")], &named[..]].concat()).send().await?;
        s.refused(&reply, &INVALID_TARGET)?;
    }
    Ok(())
}

async fn counts(s: &Session) -> Tried<()> {
    let (client, machine) = (s.role("budget")?, s.role("machine")?);
    let (payments, archive) = (s.api("payments")?, s.api("archive")?);
    let rule = &ocp::ten::RESOURCE_ON;
    let scope = ("scope", "read:payments read:archive");
    let by_resource = tokens(&client, &[("resource", &payments.identifier), scope]).await;
    let by_resource = by_resource.map_err(|stop| stop.against(rule))?;
    let by_audience = tokens(&client, &[("audience", &payments.identifier), scope]).await?;
    let got = by_resource.audience();
    by_resource.shows(s, rule, got == [payments.identifier.clone()], format!("aud {}", payments.identifier), got.join(" "));
    let (one, other) = (by_resource.scope(), by_audience.scope());
    by_resource.shows(s, rule, one == other, "the same scope as by audience", "another scope");
    let both = tokens(&client, &[("resource", &payments.identifier), ("audience", &archive.identifier), scope]).await?;
    let got = both.audience();
    both.shows(s, rule, got == [archive.identifier.clone()], format!("aud {}", archive.identifier), got.join(" "));
    let machines = super::given(&own(&machine, &[("resource", &payments.identifier), ("scope", "read:payments")])).await?;
    let got = machines.audience();
    machines.shows(s, rule, got == [payments.identifier.clone()], format!("aud {}", payments.identifier), got.join(" "));
    Ok(())
}

async fn ignored(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    let rule = &ocp::ten::RESOURCE_OFF;
    for resource in [accounts.identifier.as_str(), "#", "https://other.example"] {
        let given = tokens(&client, &[("resource", resource), ("scope", "openid read:accounts")]).await?;
        given.shows(s, rule, given.access.is_none(), "a token for userinfo alone", "a JWT");
        given.shows_scope(s, rule, "openid");
    }
    let archive = s.api("archive")?;
    let scope = ("scope", "read:accounts");
    let given = tokens(&client, &[("resource", &archive.identifier), ("audience", &accounts.identifier), scope]).await?;
    let got = given.audience();
    given.shows(s, rule, got == [accounts.identifier.clone()], format!("aud {}", accounts.identifier), got.join(" "));
    Ok(())
}

async fn malformed(s: &Session) -> Tried<()> {
    let (client, accounts) = (s.role("budget")?, s.api("accounts")?);
    s.control(tokens(&client, &[("resource", &accounts.identifier), ("scope", "read:accounts")]).await)?;
    for wrong in
        [format!("{}#a", accounts.identifier), "accounts".to_owned(), "/accounts".to_owned(), "https://other.example".into()]
    {
        let visit = ask(&client, &[("resource", &wrong), ("scope", "read:accounts")]);
        refused(s, &client, &visit, &["invalid_target"], s.requires()).await?;
    }
    Ok(())
}

async fn of_another(s: &Session) -> Tried<()> {
    let (client, accounts, archive) = (s.role("budget")?, s.api("accounts")?, s.api("archive")?);
    let parameters = [("audience", accounts.identifier.as_str()), ("scope", "openid read:accounts")];
    let same = client.redeem(&code(&client, &parameters).await?).set("audience", accounts.identifier.as_str());
    s.control(super::given(&same).await)?;
    for other in [&archive.identifier, &format!("{}s", accounts.identifier)] {
        let request = client.redeem(&code(&client, &parameters).await?).set("audience", other.as_str());
        s.refused_because(&request.send().await?, &INVALID_TARGET, s.requires())?;
    }
    Ok(())
}
